import Backup
import Configuration
package import Format
import HostState
import Primitives
package import Repository

extension Site {
    /// Whose snapshots and records this host believes: its own, those of the signers that it has
    /// pinned, those of the configuration, and others.
    ///
    /// - Parameter others: named beside them, such as by `--signer`.
    /// - Returns: the keys; with none of them every signer is a stranger.
    /// - Throws: ``SiteError/signer(_:)`` for a text that is no key; ``HostStateError``.
    package func signers(_ others: [SignerPin] = []) throws -> TrustedSigners {
        try state.trustedSigners(and: try configuredPins() + others)
    }

    /// Whom this host believes, and its own keys, as a file for whoever verifies elsewhere. A key
    /// that is retired but not yet replaced stands in two places: the list decides.
    ///
    /// - Throws: ``SiteError/signer(_:)`` for a text that is no key; ``HostStateError``.
    func signerFile() throws -> SignerFile {
        var file = SignerFile()
        for pin in try state.pins().pins + state.ownPins() + configuredPins()
        where file.pin(of: pin.key) == nil {
            file.put(pin)
        }
        return file
    }

    /// The pins of the configuration: for every kind and every set.
    ///
    /// - Throws: ``SiteError/signer(_:)`` for a text that is no key.
    package func configuredPins() throws(SiteError) -> [SignerPin] {
        var pins: [SignerPin] = []
        for signer in configuration.signers {
            guard let key = VerifyingKey(hex: signer.text) else {
                throw .signer(signer.text)
            }
            pins.append(SignerPin(key: key.bytes, label: signer.name))
        }
        return pins
    }
}
