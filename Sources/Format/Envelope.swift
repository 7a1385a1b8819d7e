package import Model

/// A DSSE envelope (Dead Simple Signing Envelope v1): the one form of everything that is signed.
///
/// Stored as canonical JSON, so that decoding and encoding give the same bytes. Signatures are
/// Ed25519 over ``preAuthenticationEncoding``.
/// - SeeAlso: https://github.com/secure-systems-lab/dsse/blob/v1.0.0/protocol.md
package struct Envelope: Hashable, Sendable {
    /// One signature and the name of its signer.
    package struct Signature: Hashable, Sendable {
        /// Whose key made it.
        package let signer: SignerID
        /// 64 bytes.
        package let bytes: [UInt8]

        /// Puts a signature together.
        package init(signer: SignerID, bytes: [UInt8]) {
            self.signer = signer
            self.bytes = bytes
        }
    }

    /// What the payload means, such as `application/vnd.toride.manifest.v1+json`.
    package let payloadType: String
    /// The signed document.
    package let payload: [UInt8]
    /// At least one.
    package let signatures: [Signature]

    /// Puts an envelope together.
    package init(payloadType: String, payload: [UInt8], signatures: [Signature]) {
        self.payloadType = payloadType
        self.payload = payload
        self.signatures = signatures
    }

    /// What is signed: `DSSEv1 LEN(type) type LEN(payload) payload` (DSSE protocol, "PAE").
    package static func preAuthenticationEncoding(
        payloadType: String,
        payload: [UInt8]
    ) -> [UInt8] {
        let head = "DSSEv1 \(payloadType.utf8.count) \(payloadType) \(payload.count) "
        return Array(head.utf8) + payload
    }

    /// What is signed in this envelope.
    package var signedBytes: [UInt8] {
        Envelope.preAuthenticationEncoding(payloadType: payloadType, payload: payload)
    }

    /// The stored bytes.
    package var encoded: [UInt8] {
        let signatures = signatures.map { signature in
            JSONValue.object([
                "keyid": .string(signature.signer.digest.hex),
                "sig": .string(Base64.encode(signature.bytes)),
            ])
        }
        return JSONValue.object([
            "payload": .string(Base64.encode(payload)),
            "payloadType": .string(payloadType),
            "signatures": .array(signatures),
        ]).canonical
    }

    /// Reads stored bytes. Says nothing yet about the signatures.
    package init(decoding bytes: [UInt8]) throws(FormatError) {
        guard bytes.count <= Limits.documentBytesMax else {
            throw .overLimit("a signed document")
        }
        let json = try JSONValue(canonical: bytes, of: "a signed document")
        var members = try JSONValue.Members(json, of: "a signed document")
        payloadType = try members.string("payloadType")
        guard let payload = Base64.decode(try members.string("payload")) else {
            throw .invalid("a signed document: payload is not Base64")
        }
        self.payload = payload
        var signatures: [Signature] = []
        for value in try members.array("signatures", max: 16) {
            var members = try JSONValue.Members(value, of: "a signature")
            guard let signer = Digest(hex: try members.string("keyid")),
                let bytes = Base64.decode(try members.string("sig")), bytes.count == 64
            else {
                throw .invalid("a signature has a wrong shape")
            }
            try members.finish()
            signatures.append(Signature(signer: SignerID(signer), bytes: bytes))
        }
        guard !signatures.isEmpty else {
            throw .invalid("a signed document has no signature")
        }
        self.signatures = signatures
        try members.finish()
    }
}
