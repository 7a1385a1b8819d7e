package import Format
import Model
package import Opening
package import Repository
package import Sealing
import Primitives

/// The keys that an identity opens: run keys by run, and the set's secret.
///
/// Lives as long as a restore; everything in it is locked memory and is erased with it.
package final class KeyRing: Sendable {
    private final class Run: Sendable {
        let key: RunKey

        init(_ key: consuming RunKey) {
            self.key = key
        }
    }

    /// The secret of the snapshot's set and epoch.
    package let secret: SetSecret
    private let runs: [KeyID: Run]

    /// Opens the key objects that a snapshot needs.
    ///
    /// - Parameters:
    ///   - manifest: which keys are needed.
    ///   - objects: the snapshot's key objects.
    ///   - repository: where they lie.
    ///   - identities: whoever restores.
    /// - Throws: ``OpeningError`` if no identity fits; ``RecoveryError/keyMissing(_:)``.
    package init(
        _ manifest: Manifest,
        _ objects: [ObjectRef],
        in repository: Repository,
        with identities: borrowing AgeIdentities
    ) throws {
        var runs: [KeyID: Run] = [:]
        var opened: SetSecret?
        // For the message alone: what is not one of ours cannot be named there.
        let sealedTo = manifest.recipients.compactMap { try? AgeRecipient($0) }
        for object in objects {
            let bytes = try repository.get(
                object.storeKey,
                name: object.name,
                bytesMax: Limits.keyObjectBytesMax
            )
            let plaintext = try AgeOpener.open(bytes, with: identities, sealedTo: sealedTo)
            let key = try KeyObject.parts(plaintext)
            let payload = key.payload
            guard payload.set == manifest.set, payload.repository == manifest.repository else {
                throw RecoveryError.foreignKey(object.storeKey)
            }
            switch payload.kind {
            case .run: runs[payload.id] = Run(try key.runKey())
            case .setSecret:
                let secret = try key.setSecret()
                if secret.id == manifest.secret {
                    opened = consume secret
                }
            }
        }
        if let missing = manifest.keys.first(where: { runs[$0] == nil }) {
            throw RecoveryError.keyMissing(missing)
        }
        guard let secret = consume opened else {
            throw RecoveryError.keyMissing(manifest.secret)
        }
        self.secret = secret
        self.runs = runs
    }

    /// The key of one pack's chunks.
    func packKey(_ origin: ChunkOrigin) throws -> AEADKey {
        guard let run = runs[origin.run] else {
            throw RecoveryError.keyMissing(origin.run)
        }
        return try run.key.packKey(salt: origin.salt)
    }
}
