package import Format
import Model
package import Opening
package import Repository
package import Sealing
import ObjectStore
import Primitives

/// The keys that an identity opens: run keys by run, and the set's secret.
///
/// Lives as long as a restore; everything in it is locked memory and is erased with it.
package final class KeyRing: Sendable {
    /// The secret of the snapshot's set and epoch.
    package let secret: SetSecret
    private let runs: [KeyID: Run]

    /// Opens the key objects that a snapshot needs. Where one does not open, those that rewraps
    /// name for its key are tried.
    ///
    /// - Parameters:
    ///   - manifest: which keys are needed.
    ///   - objects: the snapshot's key objects.
    ///   - repository: where they lie.
    ///   - identities: whoever restores.
    /// - Throws: ``OpeningError`` if no identity fits; ``RecoveryError/keyMissing(_:)``;
    ///   ``RecoveryError/keyUncalledFor(_:)`` if an object holds another key, or one twice; else
    ///   why the first object did not open.
    package init(
        _ manifest: Manifest,
        _ objects: [ObjectRef],
        in repository: Repository,
        with identities: borrowing AgeIdentities
    ) throws {
        var opened = Opened(manifest)
        // Why the first object gave no key: told if its key is not found elsewhere.
        var refusal: (any Error)?
        for object in objects {
            let isCalledFor: Bool
            do {
                isCalledFor = try opened.take(object, in: repository, with: identities)
            } catch {
                refusal = refusal ?? error
                continue
            }
            guard isCalledFor else {
                throw RecoveryError.keyUncalledFor(object.storeKey)
            }
        }
        let missing = opened.missing
        if !missing.isEmpty, let rewraps = try? Rewraps(of: repository.store) {
            for key in missing {
                for object in rewraps.objects(for: key, of: manifest.set) where opened.lacks(key) {
                    // What a rewrap names wrongly is another's mistake, and no key.
                    _ = try? opened.take(object, in: repository, with: identities)
                }
            }
        }
        if let missing = opened.missing.first {
            throw refusal ?? RecoveryError.keyMissing(missing)
        }
        runs = opened.runs
        guard let secret = opened.takeSecret() else {
            throw RecoveryError.keyMissing(manifest.secret)
        }
        self.secret = secret
    }

    /// The key of one pack's chunks.
    func packKey(_ origin: ChunkOrigin) throws -> AEADKey {
        guard let run = runs[origin.run] else {
            throw RecoveryError.keyMissing(origin.run)
        }
        return try run.key.packKey(salt: origin.salt)
    }

    private final class Run: Sendable {
        let key: RunKey

        init(_ key: consuming RunKey) {
            self.key = key
        }
    }

    /// What was opened so far.
    private struct Opened: ~Copyable {
        private let manifest: Manifest
        private let runsNeeded: Set<KeyID>
        /// For the message alone: what is not one of ours cannot be named there.
        private let sealedTo: [AgeRecipient]
        private(set) var runs: [KeyID: Run] = [:]
        private var secret: SetSecret?

        init(_ manifest: Manifest) {
            self.manifest = manifest
            runsNeeded = Set(manifest.keys)
            sealedTo = manifest.recipients.compactMap { try? AgeRecipient($0) }
        }

        /// The keys that the snapshot needs and that are not opened.
        var missing: [KeyID] { (manifest.keys + [manifest.secret]).filter { lacks($0) } }

        func lacks(_ key: KeyID) -> Bool {
            key == manifest.secret ? secret == nil : runs[key] == nil
        }

        /// Opens a key object.
        ///
        /// - Returns: whether it holds a key that is needed and was lacking.
        mutating func take(
            _ object: ObjectRef,
            in repository: Repository,
            with identities: borrowing AgeIdentities
        ) throws -> Bool {
            let scope = SealingScope(repository: manifest.repository, set: manifest.set)
            let key = try repository.openKey(
                object,
                of: scope,
                with: identities,
                sealedTo: sealedTo
            )
            switch key.payload.kind {
            case .run:
                let run = try key.runKey()
                guard runsNeeded.contains(run.id), runs[run.id] == nil else {
                    return false
                }
                runs[run.id] = Run(run)
            case .setSecret:
                let found = try key.setSecret()
                guard found.id == manifest.secret, secret == nil else {
                    return false
                }
                secret = consume found
            }
            return true
        }

        mutating func takeSecret() -> SetSecret? { secret.take() }
    }
}
