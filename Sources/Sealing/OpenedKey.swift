package import Format
import Model
import Primitives

/// A key that an identity opened.
package struct OpenedKey: ~Copyable {
    /// Which key it is; that it is this key is checked when it is made a ``RunKey`` or
    /// ``SetSecret``, whose id must be the payload's.
    package let payload: KeyPayload
    private let key: SecretBytes

    init(payload: KeyPayload, key: consuming SecretBytes) {
        self.payload = payload
        self.key = key
    }

    /// The key as a run's.
    ///
    /// - Throws: ``SealingError/wrongKey(expected:)`` if it is not the one that it says.
    package consuming func runKey() throws -> RunKey {
        let id = payload.id
        let run = try RunKey(key)
        guard payload.kind == .run, run.id == id else {
            throw SealingError.wrongKey(expected: id)
        }
        return run
    }

    /// The key as a set's secret.
    ///
    /// - Throws: ``SealingError/wrongKey(expected:)`` if it is not the one that it says.
    package consuming func setSecret() throws -> SetSecret {
        let id = payload.id
        let secret = try SetSecret(key)
        guard payload.kind == .setSecret, secret.id == id else {
            throw SealingError.wrongKey(expected: id)
        }
        return secret
    }
}
