package import Format
import Model
package import Primitives

/// Opens age v1 files, binary or armored, whose payload is small enough for locked memory.
///
/// In this order: armor, header, file key, the header's MAC, payload. Nothing of a payload is
/// released unless all of it is authentic.
/// - SeeAlso: <https://c2sp.org/age>.
package enum AgeOpener {
    /// Opens a file that was sealed to the recipient of one of `identities`.
    ///
    /// - Parameters:
    ///   - file: a whole age file.
    ///   - identities: tried in order, each on every X25519 stanza.
    ///   - sealedTo: the recipients as the caller knows them, for the error's hint only.
    ///   - bytesMax: the longest file that is looked at.
    /// - Returns: the payload, which may be empty.
    /// - Throws: ``OpeningError/noIdentityMatched(tried:sealedTo:stanzas:)`` if the file is another
    ///   one's; ``OpeningError/format(_:)``, ``OpeningError/headerNotAuthentic``,
    ///   ``OpeningError/nonceMissing``, ``OpeningError/payloadByteCount(_:)`` or
    ///   ``OpeningError/payloadNotAuthentic(chunk:)`` if it is damaged.
    package static func open(
        _ file: [UInt8],
        with identities: borrowing AgeIdentities,
        sealedTo: [AgeRecipient] = [],
        bytesMax: Int = Limits.keyObjectBytesMax
    ) throws(OpeningError) -> SecretBytes {
        let (header, payload) = try parse(file, bytesMax: bytesMax)
        // All stanzas are judged before any is tried: a malformed one is always an error.
        var stanzas: [AgeX25519Stanza] = []
        for stanza in header.stanzas {
            if let stanza = try readingFormat({ () throws(AgeFormatError) in
                try AgeX25519Stanza(stanza)
            }) {
                stanzas.append(stanza)
            }
        }
        for index in identities.recipients.indices {
            let identity = try identities.identity(at: index)
            for stanza in stanzas {
                if let fileKey = try identity.fileKey(in: stanza) {
                    return try open(payload, of: header, under: fileKey)
                }
            }
        }
        throw .noIdentityMatched(
            tried: identities.recipients,
            sealedTo: sealedTo,
            stanzas: header.stanzas.map(\.type)
        )
    }

    /// Opens a file that was sealed under a passphrase.
    ///
    /// - Parameters:
    ///   - file: a whole age file.
    ///   - passphrase: what the person typed.
    ///   - logNMax: the highest work factor that is borne; scrypt takes 2^logN KiB of memory.
    ///   - bytesMax: the longest file that is looked at.
    /// - Returns: the payload, which may be empty.
    /// - Throws: as ``open(_:with:sealedTo:bytesMax:)`` does, and
    ///   ``OpeningError/workFactorTooHigh(logN:logNMax:)``. A wrong passphrase is
    ///   ``OpeningError/noIdentityMatched(tried:sealedTo:stanzas:)`` with nothing `tried`.
    package static func open(
        _ file: [UInt8],
        passphrase: borrowing SecretBytes,
        logNMax: Int = AgeScryptStanza.logNMax,
        bytesMax: Int = Limits.keyObjectBytesMax
    ) throws(OpeningError) -> SecretBytes {
        let (header, payload) = try parse(file, bytesMax: bytesMax)
        let stanza = try readingFormat { () throws(AgeFormatError) in
            try header.stanzas.first.flatMap { (first) throws(AgeFormatError) in
                try AgeScryptStanza(first)
            }
        }
        if let stanza {
            guard stanza.logN <= logNMax else {
                throw .workFactorTooHigh(logN: stanza.logN, logNMax: logNMax)
            }
            if let fileKey = try fileKey(in: stanza, passphrase: passphrase) {
                return try open(payload, of: header, under: fileKey)
            }
        }
        throw .noIdentityMatched(tried: [], sealedTo: [], stanzas: header.stanzas.map(\.type))
    }

    /// Reads armor and header; `payload` is nonce and chunks.
    private static func parse(
        _ file: [UInt8],
        bytesMax: Int
    ) throws(OpeningError) -> (header: AgeHeader, payload: ArraySlice<UInt8>) {
        guard file.count <= bytesMax else {
            throw .tooLong(bytes: file.count, bytesMax: bytesMax)
        }
        return try readingFormat { () throws(AgeFormatError) in
            let binary = AgeArmor.isArmored(file) ? try AgeArmor.decode(file) : file
            let header = try AgeHeader(startOf: binary)
            // "An scrypt stanza, if present, MUST be the only stanza in the header."
            let hasScrypt = header.stanzas.contains { $0.type == AgeScryptStanza.type }
            guard !hasScrypt || header.stanzas.count == 1 else {
                throw .stanza(type: AgeScryptStanza.type, .notAlone)
            }
            return (header, binary.dropFirst(header.encoded.count))
        }
    }

    private static func open(
        _ payload: ArraySlice<UInt8>,
        of header: AgeHeader,
        under fileKey: borrowing SecretBytes
    ) throws(OpeningError) -> SecretBytes {
        let isAuthentic: Bool
        do throws(CryptoError) {
            isAuthentic = try AgeFileKey.isAuthentic(header, under: fileKey)
        } catch {
            throw .crypto(error)
        }
        guard isAuthentic else {
            throw .headerNotAuthentic
        }
        return try AgeFileKey.open(payload: payload, under: fileKey)
    }

    private static func fileKey(
        in stanza: AgeScryptStanza,
        passphrase: borrowing SecretBytes
    ) throws(OpeningError) -> SecretBytes? {
        do throws(CryptoError) {
            let wrapKey = try Scrypt.derive(
                passphrase: passphrase,
                salt: AgeScryptStanza.labelled(salt: stanza.salt),
                logN: stanza.logN
            )
            return try AgeFileKey.unwrap(stanza.wrappedFileKey, under: wrapKey)
        } catch {
            throw .crypto(error)
        }
    }

    private static func readingFormat<Value>(
        _ read: () throws(AgeFormatError) -> Value
    ) throws(OpeningError) -> Value {
        do throws(AgeFormatError) {
            return try read()
        } catch {
            throw .format(error)
        }
    }
}
