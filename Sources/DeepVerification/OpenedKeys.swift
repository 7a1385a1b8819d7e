import Format
import Model
import ObjectStore
import Opening
import Recovery
import Repository
import Sealing

/// The keys that an identity opens of the snapshots of one store, each key object opened once.
final class OpenedKeys {
    /// A run's key that threads share.
    final class Run: Sendable {
        let key: RunKey

        init(_ key: consuming RunKey) {
            self.key = key
        }
    }

    /// A set's secret that threads share.
    final class Secret: Sendable {
        let secret: SetSecret

        init(_ secret: consuming SetSecret) {
            self.secret = secret
        }
    }

    /// Why keys did not open; the graver after the lighter.
    enum Refusal: Int, Comparable {
        /// They are sealed to others.
        case otherIdentity
        /// Their objects are damaged, which everyone sees, or cannot be read.
        case unreadable
        /// They are not what they must be.
        case invalid

        static func < (one: Refusal, other: Refusal) -> Bool { one.rawValue < other.rawValue }
    }

    /// What came of a key, or of all keys of a snapshot.
    enum Outcome<Opened> {
        case opened(Opened)
        case refused(Refusal, reason: String)
    }

    private(set) var runs: [KeyID: Run] = [:]
    private(set) var secrets: [KeyID: Secret] = [:]
    private var objects: [ObjectName: Outcome<KeyID>] = [:]
    private var rewraps: Rewraps?

    /// Opens the keys of a snapshot: those of its own objects, and where one does not open, what
    /// rewraps name for it. FORMAT.md §5, §12.
    ///
    /// - Throws: what keeps anyone from looking: an unavailable store, a fault of ours.
    func open(
        _ manifest: Manifest,
        _ own: [ObjectRef],
        in repository: Repository,
        with identities: borrowing AgeIdentities
    ) throws -> Outcome<Void> {
        let needed = Set(manifest.keys + [manifest.secret])
        var found: Set<KeyID> = []
        var refusal: (Refusal, reason: String)?
        var isTwice = false
        for object in own {
            switch try take(object, of: manifest, in: repository, with: identities) {
            case .opened(let key):
                isTwice = isTwice || !needed.contains(key) || !found.insert(key).inserted
            case .refused(let grade, let reason):
                if refusal.map({ $0.0 < grade }) ?? true {
                    refusal = (grade, reason)
                }
            }
        }
        if let refusal, refusal.0 == .invalid {
            return .refused(.invalid, reason: refusal.reason)
        }
        guard !isTwice, own.count == needed.count else {
            return .refused(.invalid, reason: "the key objects are not one for each key")
        }
        for key in needed.subtracting(found).sorted() {
            guard try find(key, of: manifest, in: repository, with: identities) else {
                let reason = refusal?.reason ?? "a key is missing"
                return .refused(refusal?.0 ?? .invalid, reason: reason)
            }
        }
        return .opened(())
    }

    /// Looks for a key among what rewraps name.
    private func find(
        _ key: KeyID,
        of manifest: Manifest,
        in repository: Repository,
        with identities: borrowing AgeIdentities
    ) throws -> Bool {
        let rewraps = try self.rewraps ?? Rewraps(of: repository.store)
        self.rewraps = rewraps
        for object in rewraps.objects(for: key, of: manifest.set) {
            // What a rewrap names wrongly is another's mistake, and no key.
            let outcome = try take(object, of: manifest, in: repository, with: identities)
            if case .opened(key) = outcome {
                return true
            }
        }
        return false
    }

    private func take(
        _ object: ObjectRef,
        of manifest: Manifest,
        in repository: Repository,
        with identities: borrowing AgeIdentities
    ) throws -> Outcome<KeyID> {
        if let known = objects[object.name] {
            return known
        }
        let outcome: Outcome<KeyID>
        do {
            let scope = SealingScope(repository: manifest.repository, set: manifest.set)
            let key = try repository.openKey(object, of: scope, with: identities)
            let id = key.payload.id
            switch key.payload.kind {
            case .run: runs[id] = Run(try key.runKey())
            case .setSecret: secrets[id] = Secret(try key.setSecret())
            }
            outcome = .opened(id)
        } catch {
            let (refusal, reason) = try Self.judge(error)
            outcome = .refused(refusal, reason: reason)
        }
        objects[object.name] = outcome
        return outcome
    }

    /// What an error says about the stored bytes.
    ///
    /// - Throws: the error itself, if it says nothing about them.
    static func judge(_ error: any Error) throws -> (Refusal, reason: String) {
        guard let told = error as? any ToldError, told.exitCode != .internalFault else {
            throw error
        }
        if case RepositoryError.store(let cause) = error, case .unavailable = cause {
            throw error
        }
        switch error {
        case OpeningError.noIdentityMatched: return (.otherIdentity, told.description)
        case is RepositoryError: return (.unreadable, told.description)
        default: return (.invalid, told.description)
        }
    }
}
