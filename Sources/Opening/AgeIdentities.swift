package import Format
package import Primitives

/// The identities of one identity file, in its order; at least one.
///
/// An identity file has one `AGE-SECRET-KEY-1…` a line; empty lines and lines that begin with `#`
/// say nothing. Lines end with LF or CRLF. The file itself may be sealed under a passphrase.
/// - SeeAlso: age(1), "RECIPIENTS AND IDENTITIES".
package struct AgeIdentities: ~Copyable, Sendable {
    /// Most identities of one file: each is tried on each stanza of what is opened.
    package static let identitiesMax = 64

    /// The recipients of the identities, in order.
    package let recipients: [AgeRecipient]
    /// 32 bytes an identity, in order.
    private let secrets: SecretBytes

    /// Reads an identity file.
    ///
    /// - Parameter file: the whole file.
    /// - Throws: ``OpeningError/passphraseNeeded`` if it is sealed,
    ///   ``OpeningError/identity(line:_:)`` for a line that is not an identity of ours (a
    ///   post-quantum one, a plugin's or an SSH key is not), ``OpeningError/noIdentity`` or
    ///   ``OpeningError/tooManyIdentities(identitiesMax:)``.
    package init(file: borrowing SecretBytes) throws(OpeningError) {
        guard !AgeIdentities.isSealed(file) else {
            throw .passphraseNeeded
        }
        let secrets = try AgeIdentities.secrets(in: file)
        recipients = try AgeIdentities.recipients(of: secrets)
        self.secrets = secrets
    }

    /// Reads an identity file that is sealed under a passphrase, or one that is not.
    ///
    /// - Parameters:
    ///   - file: the whole file, binary or armored.
    ///   - passphrase: what the person typed; not looked at if the file is not sealed.
    /// - Throws: as ``init(file:)`` and ``AgeOpener/open(_:passphrase:logNMax:bytesMax:)`` do.
    package init(
        file: borrowing SecretBytes,
        passphrase: borrowing SecretBytes
    ) throws(OpeningError) {
        guard AgeIdentities.isSealed(file) else {
            try self.init(file: file)
            return
        }
        let sealed = file.publicBytes(0..<file.count)
        try self.init(file: try AgeOpener.open(sealed, passphrase: passphrase))
    }

    /// Holds a copy of one identity.
    package init(_ identity: borrowing AgeIdentity) throws(OpeningError) {
        recipients = [identity.recipient]
        do throws(CryptoError) {
            secrets = try identity.secret.slice(0..<AgeIdentity.byteCount)
        } catch {
            throw .crypto(error)
        }
    }

    /// Whether `file` is an age file, binary or armored, rather than an identity file.
    package static func isSealed(_ file: borrowing SecretBytes) -> Bool {
        unsafe file.withUnsafeBytes { file in
            // In place: what is not sealed stays in locked memory.
            unsafe file.starts(with: "age-encryption.org/".utf8)
                || file.drop { $0 <= UInt8(ascii: " ") }.starts(with: "-----BEGIN AGE ".utf8)
        }
    }

    /// A copy of one identity.
    borrowing func identity(at index: Int) throws(OpeningError) -> AgeIdentity {
        let start = index * AgeIdentity.byteCount
        do throws(CryptoError) {
            return AgeIdentity(
                secret: try secrets.slice(start..<start + AgeIdentity.byteCount),
                recipient: recipients[index]
            )
        } catch {
            throw .crypto(error)
        }
    }
}
