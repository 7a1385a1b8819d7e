package import Format
import Model
package import Primitives

/// Key objects: a run key or a set secret, sealed to the recipients as an ordinary age v1 file.
package enum KeyObject {
    /// Seals a run's key.
    package static func seal(
        _ run: borrowing RunKey,
        scope: SealingScope,
        epoch: UInt64,
        to recipients: [AgeRecipient]
    ) throws -> [UInt8] {
        let payload = KeyPayload(
            repository: scope.repository,
            set: scope.set,
            kind: .run,
            epoch: epoch,
            id: run.id
        )
        return try AgeSealer.seal(try run.framed(head: payload.encoded), to: recipients)
    }

    /// Seals a set's secret.
    package static func seal(
        _ secret: borrowing SetSecret,
        scope: SealingScope,
        epoch: UInt64,
        to recipients: [AgeRecipient]
    ) throws -> [UInt8] {
        let payload = KeyPayload(
            repository: scope.repository,
            set: scope.set,
            kind: .setSecret,
            epoch: epoch,
            id: secret.id
        )
        return try AgeSealer.seal(try secret.framed(head: payload.encoded), to: recipients)
    }

    /// Takes apart what an identity opened: which key it is, and the key.
    ///
    /// - Throws: ``FormatError`` if it is not a key of ours.
    package static func parts(
        _ opened: borrowing SecretBytes
    ) throws -> OpenedKey {
        let head = KeyPayload.headByteCount
        guard opened.count == head + KeyPayload.keyByteCount else {
            throw FormatError.invalid("a key object has a wrong length")
        }
        let payload = try KeyPayload(decoding: opened.publicBytes(0..<head))
        return OpenedKey(payload: payload, key: try opened.slice(head..<opened.count))
    }
}
