import Format
package import Model
package import Primitives

/// The bytes of a canary: a signed document that no patient is in.
package enum CanaryDocument {
    /// The name of the attachment that holds the same bytes, sealed.
    package static let attachmentName = "canary.json"
    /// The folder in which a source of files holds them.
    package static let folderName = ".toride"
    /// The payload type of its envelope.
    package static let payloadType = "application/vnd.toride.canary.v1+json"

    /// Whether a path in a snapshot is a canary's.
    package static func isPath(_ path: [UInt8]) -> Bool {
        path.suffix(fileSuffix.count) == fileSuffix[...]
    }

    private static let fileSuffix = Array("/\(folderName)/\(attachmentName)".utf8)

    /// Makes one.
    ///
    /// - Parameters:
    ///   - set: the set's name in the configuration.
    ///   - now: the moment that a drill will find back.
    ///   - key: the host's.
    /// - Returns: the bytes of a signed envelope, never the same twice.
    /// - Throws: ``CryptoError``.
    package static func make(
        set: String,
        now: Timestamp,
        signedBy key: borrowing SigningKey
    ) throws -> [UInt8] {
        let payload = JSONValue.object([
            "format": .string("toride/canary/v1"), "made": .string(now.rfc3339),
            "nonce": .string(Hex.encode(try Randomness.bytes(count: 16))), "set": .string(set),
        ])
        return try SignedDocument.sign(payload.canonical, type: payloadType, with: key)
    }

    /// When a canary was made; nil if `bytes` are none. No signature is checked: whoever asks has
    /// compared them with the sealed ones.
    package static func moment(of bytes: [UInt8]) -> Timestamp? {
        guard let envelope = try? Envelope(decoding: bytes),
            let json = try? JSONValue(canonical: envelope.payload, of: "a canary"),
            var members = try? JSONValue.Members(json, of: "a canary"),
            let made = try? members.string("made")
        else {
            return nil
        }
        return Timestamp(rfc3339: made)
    }
}
