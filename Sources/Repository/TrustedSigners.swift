package import Format
package import Model
package import Primitives

/// Whose signatures a reader believes.
package struct TrustedSigners: Sendable {
    private let keys: [SignerID: VerifyingKey]

    /// Believes the owners of `keys`.
    package init(_ keys: [VerifyingKey]) {
        self.keys = Dictionary(keys.map { ($0.signer, $0) }, uniquingKeysWith: { one, _ in one })
    }

    /// Whether nobody is believed.
    package var isEmpty: Bool { keys.isEmpty }

    /// What the signatures of an envelope are worth.
    package enum Standing: Hashable, Sendable {
        /// Signed by someone who is believed.
        case trusted(SignerID)
        /// Every signer is a stranger.
        case unknown
        /// A believed signer's signature is there and is wrong.
        case invalid
    }

    /// Judges the signatures of `envelope`.
    package func standing(of envelope: Envelope) -> Standing {
        let message = envelope.signedBytes
        var standing: Standing = .unknown
        for signature in envelope.signatures {
            guard let key = keys[signature.signer] else {
                continue
            }
            guard key.isValid(signature: signature.bytes, over: message) else {
                return .invalid
            }
            if standing == .unknown {
                standing = .trusted(signature.signer)
            }
        }
        return standing
    }
}
