import Catalog
import Custody
import Drills
import FileSystem
import Format
import Glibc
import HostState
import Jobs
import LocalStore
import Model
import ObjectStore
import Processes
import Repository
import TestSupport
import Testing

/// Sabotages of the way to the data, and drills that were killed.
@Suite struct WayControlTests {
    /// Lends a site whose set `files` has a canary, backed up so often.
    private func withSite(
        backups: Int,
        _ body: (borrowing DatabaseSite) throws -> Void
    ) throws {
        try withTemporaryFolder { folder in
            let source = "\(folder)/source"
            try FolderTree.make(source, mode: 0o755)
            let site = try DatabaseSite(
                in: folder,
                """
                sets:
                  files: {source: {files: {paths: [\(source)]}}, canary: true}
                drills:
                  look: {set: files, level: 2}
                  recent: {set: files, level: 2, rpo: 24h}
                """
            )
            for number in 0..<backups {
                try SmallFile.write(Array("record \(number)".utf8), to: "\(source)/\(number)")
                _ = try site.backUp("files")
            }
            try body(site)
            #expect(try site.plaintext() == [])
        }
    }

    private func codes(_ outcome: DrillJob.Outcome) -> [String: FindingCode] {
        outcome.result.controls.reduce(into: [:]) { $0[$1.sabotage] = $1.foundAs }
    }

    private func names(_ outcome: DrillJob.Outcome) -> Set<String> {
        Set(outcome.result.controls.map(\.sabotage))
    }

    // MARK: - The way

    @Test func `a drill sets the store back, takes a wrong key, is killed, and sees it`() throws {
        try withSite(backups: 2) { site in
            let outcome = try site.drill("recent")
            let codes = codes(outcome)
            #expect(codes["old snapshot served as new"] == .headBehind)
            #expect(codes["wrong key"] == .snapshotUnopened)
            #expect(codes["drill killed half-way"] == .drillAborted)
            #expect(codes["clock 400 days ahead"] == .recoveryPointExceeded)
            #expect(outcome.result.verdict == .proven, "\(outcome.result.findings)")
            #expect(!outcome.result.findings.map(\.code).contains(.drillAborted))
            // It reads the whole listing and the whole catalog: a self-test's.
            #expect(!names(outcome).contains("catalog rolled back"))
            let record = try site.store().get(outcome.recordKey, bytesMax: 1 << 20)
            let payload = try Envelope(decoding: record).payload
            let text = String(decoding: payload, as: UTF8.self)
            #expect(text.contains(#""sabotage":"old snapshot served as new""#))
        }
    }

    @Test func `a self-test sets a copy of the catalog back too`() throws {
        try withSite(backups: 3) { site in
            let outcome = try site.drill("look", controls: .all)
            #expect(codes(outcome)["catalog rolled back"] == .catalogSnapshotUnknown)
            #expect(outcome.result.controls.allSatisfy { $0.foundAs != nil })
            #expect(outcome.result.verdict == .proven, "\(outcome.result.findings)")
            // The plan has no target that a wrong clock would miss.
            #expect(!names(outcome).contains("clock 400 days ahead"))
            // The host's own catalog is as it was.
            let set = try #require(try site.site.setID(named: "files"))
            #expect(try site.site.catalog().snapshots(of: set).count == 3)
        }
    }

    @Test func `of a store whose only snapshot is gone nothing is handed out`() throws {
        try withSite(backups: 1) { site in
            let outcome = try site.drill("look", controls: .all)
            #expect(codes(outcome)["old snapshot served as new"] == .nothingToVerify)
            #expect(codes(outcome)["catalog rolled back"] == .catalogSnapshotUnknown)
            #expect(outcome.result.verdict == .proven, "\(outcome.result.findings)")
        }
    }

    @Test func `what a host has never seen it cannot miss, and that is not counted`() throws {
        try withSite(backups: 2) { site in
            let state = site.site.state
            try SmallFile.remove("\(state.folder(of: "files"))/head")
            for suffix in ["", "-wal", "-shm"] {
                try SmallFile.remove(state.catalogPath + suffix)
            }
            let outcome = try site.drill("look", controls: .all)
            #expect(!names(outcome).contains("old snapshot served as new"))
            #expect(!names(outcome).contains("catalog rolled back"))
            #expect(codes(outcome)["wrong key"] == .snapshotUnopened)
            #expect(outcome.result.verdict == .proven, "\(outcome.result.findings)")
        }
    }

    @Test func `a sabotage of the way that is missed voids the verdict`() throws {
        try withSite(backups: 1) { site in
            let result = try site.drill("look").result
            #expect(result.verdict == .proven)
            let missed = DrillControl(set: "files", sabotage: "wrong key", foundAs: nil)
            let voided = result.adding([missed], [])
            #expect(voided.verdict == .notProven)
            #expect(voided.controls.last == missed)
            #expect(
                voided.findings.filter { $0.code == .controlMissed }.map(\.subject) == [
                    .named("files: wrong key")
                ]
            )
        }
    }

    // MARK: - A drill that was killed

    /// Drills, and leaves all as if the drill had been killed before it judged anything: plaintext
    /// in the scratch folder, the note that it had begun, and no record.
    private func drillKilled(_ site: borrowing DatabaseSite) throws {
        let (folder, state) = (site.folder, site.site.state.path)
        let aside = "\(folder)/aside"
        try FolderTree.make(aside, mode: 0o700)
        let keep: DrillInjection = { moment, _, _ in
            if moment == .beforeJudging {
                try copy("\(folder)/scratch/look", to: "\(aside)/look")
                try copy("\(state)/drills/look.begun", to: "\(aside)/look.begun")
            }
        }
        let outcome = try site.drill("look", injection: keep)
        #expect(unsafe access("\(state)/drills/look.begun", F_OK) != 0)
        #expect(unsafe unlink("\(folder)/store/\(outcome.recordKey)") == 0)
        try copy("\(aside)/look", to: "\(folder)/scratch/look")
        try copy("\(aside)/look.begun", to: "\(state)/drills/look.begun")
    }

    private func copy(_ source: String, to target: String) throws {
        let output = try Command("cp", ["-a", source, target]).run(timeout: .seconds(60))
        #expect(output.status.isSuccess, "\(output.errorTail)")
    }

    private func records(_ site: borrowing DatabaseSite) throws -> [RecordChains.Record] {
        let chains = try RecordChains(
            of: try site.store(),
            kind: .drill,
            trusting: try site.site.signers()
        ).chains
        #expect(chains.count == 1)
        return chains.first?.records ?? []
    }

    @Test func `a drill that was killed has a record before the next one's, and proved nothing`()
        throws
    {
        try withSite(backups: 1) { site in
            try drillKilled(site)
            #expect(try site.plaintext() == ["look"])
            let next = try site.drill("look")
            let told = next.result.findings.filter { $0.code == .drillAborted }
            #expect(told.map(\.subject) == [.named("look")])
            #expect(next.result.verdict == .proven, "\(next.result.findings)")

            let records = try records(site)
            #expect(records.map(\.stored.sequence) == [1, 2])
            #expect(records.allSatisfy { $0.isTrusted })
            let aborted = try #require(records.first)
            #expect(records.last?.statement?.previous == aborted.stored.name)
            let text = String(decoding: aborted.stored.envelope.payload, as: UTF8.self)
            #expect(text.contains(#""verdict":"not-proven""#))
            #expect(text.contains(#""code":"drill-aborted""#))
            #expect(text.contains(#""controls":[]"#))
            #expect(text.contains(#""plan":"look""#))
            // It names the snapshot that it had begun to restore.
            let snapshots = aborted.statement?.subjects.compactMap(\.snapshot)
            #expect(snapshots == next.snapshots.map { $0.ref })
            #expect(records.last?.stored.key == next.recordKey)
        }
    }

    @Test func `one aborted drill is told once`() throws {
        try withSite(backups: 1) { site in
            try drillKilled(site)
            _ = try site.drill("look")
            let third = try site.drill("look")
            #expect(!third.result.findings.map(\.code).contains(.drillAborted))
            #expect(try records(site).count == 3)
            let verdicts = try site.site.catalog().drills().map(\.verdict)
            #expect(verdicts.filter { $0 == .notProven }.count == 1)
        }
    }

    @Test func `another plan's drill records it too, and removes what it left`() throws {
        try withSite(backups: 1) { site in
            try drillKilled(site)
            let other = try site.drill("recent")
            let told = other.result.findings.filter { $0.code == .drillAborted }
            #expect(told.map(\.subject) == [.named("look")])
            #expect(try site.plaintext() == [])
            #expect(try records(site).count == 2)
            let next = try site.drill("look")
            #expect(!next.result.findings.map(\.code).contains(.drillAborted))
        }
    }

    @Test func `a drill that is running is taken for no killed one`() throws {
        try withSite(backups: 1) { site in
            try drillKilled(site)
            do {
                let running = try #require(try FileLock("\(site.folder)/scratch/look.lock"))
                let other = try site.drill("recent")
                #expect(!other.result.findings.map(\.code).contains(.drillAborted))
                #expect(try site.plaintext() == ["look"])
                withExtendedLifetime(running) {}
            }
            let next = try site.drill("recent")
            #expect(next.result.findings.map(\.code).contains(.drillAborted))
        }
    }
}
