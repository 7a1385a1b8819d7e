package import Backup
import FileSystem
import Format
import Glibc
package import HostState
package import LocalStore
package import Model
package import ObjectStore
package import Opening
import Primitives
package import Recovery
package import Repository
package import Verification

/// A host, a store and a custodian in one folder, for tests of the whole way.
package struct TestHospital: ~Copyable {
    /// `source`, `state`, `store` and `restored` lie in it.
    package let folder: String
    /// The host's own, with a signing key.
    package let state: HostState
    /// Holds a repository without snapshots.
    package let store: LocalStore
    /// The custodian's: one, to which every backup is sealed.
    package let identities: AgeIdentities
    let clock = TestClock()

    /// Makes a hospital in an empty folder.
    package init(in folder: String) throws {
        for name in ["source", "state", "store"] {
            try FolderTree.make("\(folder)/\(name)", mode: 0o700)
        }
        let state = HostState(path: "\(folder)/state")
        try state.prepare()
        try state.makeSigningKey()
        let store = try LocalStore(name: "primary", root: "\(folder)/store")
        _ = try Repository(creating: RepositoryID(try Randomness.id()), in: store)
        let identity = try AgeIdentity.generate()
        let identities = try AgeIdentities(identity)
        self.folder = folder
        self.state = state
        self.store = store
        self.identities = identities
    }

    /// The folder that is backed up.
    package var source: String { "\(folder)/source" }

    /// Backs up the source folder.
    package func backUp(
        _ set: String = "files",
        to store: (any ObjectStore)? = nil,
        remembered: Head? = nil
    ) throws -> BackupRun.Result {
        try backUp(try TreeSource(paths: [source]), set, to: store, remembered: remembered)
    }

    /// Backs up anything.
    package func backUp(
        _ source: any BackupSource,
        _ set: String,
        to store: (any ObjectStore)? = nil,
        remembered: Head? = nil
    ) throws -> BackupRun.Result {
        let clock = clock
        let run = BackupRun(
            request: BackupRun.Request(
                set: set,
                recipients: identities.recipients,
                remembered: remembered,
                host: "test",
                tool: "toride test"
            ),
            repository: try Repository(opening: store ?? self.store),
            state: state,
            now: { clock.next() }
        )
        return try run.run(source)
    }

    /// Whom a verifier believes.
    package func signers() throws -> TrustedSigners {
        TrustedSigners([try state.signingKey().verifyingKey])
    }

    /// Verifies the store without any key.
    package func verify(
        heads: [SetID: [Head]] = [:],
        requiresFreshness: Bool = false,
        trusting signers: TrustedSigners? = nil
    ) throws -> VerificationReport {
        try Verifier(
            store: store,
            request: Verifier.Request(
                signers: try signers ?? self.signers(),
                heads: heads,
                requiresFreshness: requiresFreshness
            )
        ).run()
    }

    /// Opens the newest snapshot of a set.
    package func open(_ set: String = "files") throws -> OpenedSnapshot {
        guard let id = try state.id(of: set),
            let stored = try History(of: store, trusting: try signers()).newest(of: id)
        else {
            throw RecoveryError.noSuchSnapshot(set, hint: "back it up first")
        }
        return try OpenedSnapshot(stored, in: try Repository(opening: store), with: identities)
    }

    /// Restores the newest snapshot of a set into `restored`.
    package func restore(
        _ set: String = "files",
        isPrivileged: Bool = true
    ) throws -> [Finding] {
        let restorer = TreeRestorer(
            try open(set),
            TreeRestorer.Request(target: "\(folder)/restored", isPrivileged: isPrivileged)
        )
        try restorer.run()
        return restorer.findings
    }

    /// Makes the host forget how far a set had come, as one that was set back with its store.
    package func forget(_ set: String = "files") throws {
        try SmallFile.remove("\(state.folder(of: set))/head")
    }

    /// Writes a file of the source.
    package func write(_ name: String, _ bytes: [UInt8]) throws {
        try writeQuickly(bytes, to: "\(source)/\(name)")
    }
}

/// A clock that goes on by an hour at each look, later than any file of a test was touched.
final class TestClock: Sendable {
    private let hours = Counter()

    func next() -> Timestamp {
        Timestamp(seconds: 4_000_000_000 + Int64(hours.next()) * 3_600)
    }
}
