package import Backup
package import Format
import HostState
package import Model
package import ObjectStore
package import Opening
package import Recovery
import Repository

extension TestHospital {
    /// Backs up the source folder in a way of its own.
    ///
    /// - Parameters:
    ///   - set: which set.
    ///   - source: nil for the source folder.
    ///   - store: nil for the hospital's.
    ///   - now: what the host's clock says; nil for the hospital's.
    ///   - change: changes what is asked.
    ///   - progress: told of each piece that was read, and of every 64th file.
    /// - Returns: what the run made.
    /// - Throws: what the run throws.
    package func backUp(
        _ set: String = "files",
        from source: (any BackupSource)? = nil,
        into store: (any ObjectStore)? = nil,
        now: Timestamp? = nil,
        changing change: (inout BackupRun.Request) -> Void = { _ in },
        progress: @escaping (SnapshotWriter.Counts) -> Void = { _ in }
    ) throws -> BackupRun.Result {
        let clock = clock
        var request = BackupRun.Request(
            set: set,
            recipients: identities.recipients,
            remembered: nil,
            host: "test",
            tool: "toride test"
        )
        change(&request)
        let run = BackupRun(
            request: request,
            repository: try Repository(opening: store ?? self.store),
            state: state,
            now: { now ?? clock.next() }
        )
        return try run.run(
            try source ?? TreeSource(paths: [self.source]),
            progress: progress
        )
    }

    /// Opens the newest snapshot with identities of someone else.
    package func open(
        _ set: String = "files",
        with identities: borrowing AgeIdentities
    ) throws -> OpenedSnapshot {
        guard let newest = try manifests(set).last else {
            throw RecoveryError.noSuchSnapshot(set, hint: "back it up first")
        }
        return try OpenedSnapshot(
            newest,
            in: try Repository(opening: store),
            with: identities
        )
    }

    /// What the newest snapshot of `files` has of the source folder; above it, other tests make and
    /// remove files meanwhile.
    package func records() throws -> [FileRecord] {
        let folder = Array(source.utf8.dropFirst())
        var records: [FileRecord] = []
        try open().forEachRecord { record in
            if RecordPath.isBeneath(record.path, folder) {
                records.append(record)
            }
            return true
        }
        return records
    }

    /// Restores the newest snapshot anew.
    ///
    /// - Returns: the files beneath the source folder that differ from it, or are in one only; and
    ///   what the restorer found.
    package func restoreAndCompare(
        _ set: String = "files"
    ) throws -> (different: [String], findings: [Finding]) {
        let target = "\(folder)/restored"
        removeTree(target)
        let findings = try restore(set)
        let original = try contents(of: source)
        let restored = try contents(of: target + source)
        let names = Set(original.keys).union(restored.keys)
        return (names.filter { original[$0] != restored[$0] }.sorted(), findings)
    }
}
