import Format
package import Primitives

/// Signing and checking of DSSE envelopes.
package enum SignedDocument {
    /// The stored bytes of `payload` under one signature.
    package static func sign(
        _ payload: [UInt8],
        type: String,
        with key: borrowing SigningKey
    ) throws(CryptoError) -> [UInt8] {
        let message = Envelope.preAuthenticationEncoding(payloadType: type, payload: payload)
        let signature = Envelope.Signature(
            signer: key.verifyingKey.signer,
            bytes: try key.sign(message)
        )
        return Envelope(payloadType: type, payload: payload, signatures: [signature]).encoded
    }
}
