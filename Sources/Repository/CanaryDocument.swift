package import Format
package import Model
package import Primitives

/// A canary: a signed document that no patient is in. FORMAT.md §15.1.
package struct CanaryDocument: Hashable, Sendable {
    /// The name of the attachment that holds the same bytes, sealed.
    package static let attachmentName = "canary.json"
    /// The folder in which a source of files holds them.
    package static let folderName = ".toride"

    /// What each version is called, and the payload type of its envelope.
    private static let first = (
        format: "toride/canary/v1", type: "application/vnd.toride.canary.v1+json"
    )
    private static let second = (
        format: "toride/canary/v2", type: "application/vnd.toride.canary.v2+json"
    )
    private static let third = (
        format: "toride/canary/v3", type: "application/vnd.toride.canary.v3+json"
    )

    /// A patient who is nobody, in whose name a message was written that is bound to the canary.
    package struct TestPatient: Hashable, Sendable {
        /// The root of the clinical store that holds the message, in the snapshot.
        package let store: String
        /// The patient's number.
        package let id: String

        /// States which patient.
        package init(store: String, id: String) {
            self.store = store
            self.id = id
        }
    }

    /// The set's name in the configuration.
    package let set: String
    /// The number that the set's next snapshot was to get, as far as the host remembered; nil in a
    /// document of the first version, which had none.
    package let sequence: UInt64?
    /// When it was made, by the host's clock: a claim.
    package let made: Timestamp
    /// Whose message is bound to it; nil in a document before the third version.
    package let testPatient: TestPatient?
    private let envelope: Envelope

    /// Reads one. No signature is checked: see ``isSigned(by:)``.
    ///
    /// - Throws: ``FormatError`` for anything else, and for a later version.
    package init(decoding bytes: [UInt8]) throws(FormatError) {
        let what = "a canary"
        envelope = try Envelope(decoding: bytes)
        var members = try JSONValue.Members(
            try JSONValue(canonical: envelope.payload, of: what),
            of: what
        )
        let format = try members.string("format")
        switch (format, envelope.payloadType) {
        case (CanaryDocument.first.format, CanaryDocument.first.type):
            sequence = nil
            testPatient = nil
        case (CanaryDocument.second.format, CanaryDocument.second.type):
            sequence = try members.natural("sequence")
            testPatient = nil
        case (CanaryDocument.third.format, CanaryDocument.third.type):
            sequence = try members.natural("sequence")
            testPatient = try CanaryDocument.testPatient(try members.take("patient"))
        default: throw .unknownVersion("\(what) (\(format))")
        }
        set = try members.string("set")
        guard let made = Timestamp(rfc3339: try members.string("made")) else {
            throw .invalid("\(what): made is not a time")
        }
        self.made = made
        _ = try members.string("nonce")
        try members.finish()
    }

    private static func testPatient(_ value: JSONValue) throws(FormatError) -> TestPatient {
        var members = try JSONValue.Members(value, of: "a canary's patient")
        let store = try members.string("store")
        let patient = TestPatient(store: store, id: try members.string("id"))
        try members.finish()
        return patient
    }

    /// Whether a path in a snapshot is a canary's.
    package static func isPath(_ path: [UInt8]) -> Bool {
        path.suffix(fileSuffix.count) == fileSuffix[...]
    }

    private static let fileSuffix = Array("/\(folderName)/\(attachmentName)".utf8)

    /// Makes one.
    ///
    /// - Parameters:
    ///   - set: the set's name in the configuration.
    ///   - sequence: the number that the set's next snapshot gets.
    ///   - now: the moment that a drill will find back.
    ///   - testPatient: whose message is bound to it; nil if there is none.
    ///   - key: the host's.
    /// - Returns: the bytes of a signed envelope, never the same twice.
    /// - Throws: ``CryptoError``.
    package static func make(
        set: String,
        sequence: UInt64,
        now: Timestamp,
        testPatient: TestPatient? = nil,
        signedBy key: borrowing SigningKey
    ) throws -> [UInt8] {
        // Who asks for no patient has documents that every reader of the second version knows.
        let version = testPatient == nil ? second : third
        var members: [String: JSONValue] = [
            "format": .string(version.format), "made": .string(now.rfc3339),
            "nonce": .string(Hex.encode(try Randomness.bytes(count: 16))),
            "sequence": .integer(Int64(clamping: sequence)), "set": .string(set),
        ]
        if let testPatient {
            members["patient"] = .object([
                "id": .string(testPatient.id), "store": .string(testPatient.store),
            ])
        }
        let payload = JSONValue.object(members).canonical
        return try SignedDocument.sign(payload, type: version.type, with: key)
    }

    /// When a canary was made; nil if `bytes` are none. No signature is checked: whoever asks has
    /// compared them with the sealed ones.
    package static func moment(of bytes: [UInt8]) -> Timestamp? {
        (try? CanaryDocument(decoding: bytes))?.made
    }

    /// Whether the owner of `key` signed it.
    package func isSigned(by key: VerifyingKey) -> Bool {
        envelope.signatures.contains { signature in
            signature.signer == key.signer
                && key.isValid(signature: signature.bytes, over: envelope.signedBytes)
        }
    }
}
