import Catalog
import Configuration
import FileSystem
import Format
import HostState
import Model
import Primitives
import Scheduling
import TestSupport
import Testing

@testable import Jobs

/// What `status` says of a set, by what the catalog remembers of it.
@Suite struct StatusReportTests {
    /// 2026-11-23T12:00:00+09:00.
    private static let noon = Timestamp(seconds: 1_795_402_800)
    private static let recovery = "age1\(String(repeating: "q", count: 58))"

    /// A site with one set, of which all is well at ``noon``, unless `body` changes it.
    private func judge(
        _ policy: String = "",
        stores: String = "",
        drills: String = "",
        at now: Timestamp = noon,
        devices: ConnectedDevices = ConnectedDevices(root: "/nowhere"),
        snapshot: Timestamp? = Timestamp(seconds: noon.seconds - 36_000),
        verification: (Verdict, Timestamp)? = (.proven, Timestamp(seconds: noon.seconds - 3_600)),
        drill: (Verdict, Timestamp)? = (.proven, Timestamp(seconds: noon.seconds - 3_600)),
        keyCheck: (Verdict, Timestamp)? = (.proven, Timestamp(seconds: noon.seconds - 3_600)),
        _ body: (Catalog) throws -> Void = { _ in }
    ) throws -> StatusReport {
        try withTemporaryFolder(inMemory: true) { folder in
            let text = """
                site: {name: Test, timezone: Asia/Tokyo}
                state: \(folder)/state
                recipients: {recovery: \(Self.recovery)}
                stores: {primary: {path: \(folder)/store}\(stores)}
                sets:
                  ehr:
                    source: {files: {paths: [/nowhere]}}
                    \(policy)
                \(drills)

                """
            let site = Site(try Configuration.parse(Array(text.utf8), file: "test"))
            try site.state.prepare()
            let set = try site.state.establish("ehr")
            let catalog = try site.catalog()
            try catalog.record(set: set, named: "ehr")
            try snapshot.map { time in
                try catalog.record(
                    snapshot: row(set, time),
                    setName: "ehr",
                    pages: [],
                    contents: []
                )
            }
            try verification.map { verdict, time in
                let place = "primary (\(folder)/store)"
                try catalog.record(verification: row(set, verdict, time, store: place))
                _ = try catalog.note(listing: [], of: place, at: time)
            }
            try drill.map { verdict, time in
                try catalog.record(drill: row(SnapshotRef(set: set, sequence: 1), verdict, time))
            }
            try keyCheck.map { verdict, time in
                try catalog.record(
                    keyCheck: KeyCheckRow(
                        recipient: Self.recovery,
                        time: time,
                        verdict: verdict,
                        recordKey: nil
                    )
                )
            }
            try body(catalog)
            return try StatusReport(of: site, now: now, devices: devices)
        }
    }

    private func codes(_ report: StatusReport) -> [FindingCode] {
        report.sets.flatMap(\.findings).map(\.code) + report.site.map(\.code)
    }

    /// So many hours after noon.
    private func later(_ hours: Int64) -> Timestamp {
        Timestamp(seconds: Self.noon.seconds + hours * 3_600)
    }

    @Test func `a set of which all is well is proven`() throws {
        let report = try judge("schedule: \"0 2 * * *\"")
        #expect(codes(report) == [])
        #expect(report.verdict == .proven)
        #expect(report.sets.first?.troubledRuns == [])
    }

    @Test func `what was never done is told`() throws {
        #expect(try codes(judge(snapshot: nil)) == [.neverBackedUp])
        #expect(try codes(judge(verification: nil)) == [.neverVerified])
        #expect(try codes(judge(drill: nil)) == [.neverDrilled])
        #expect(try codes(judge(keyCheck: nil)) == [.recoveryKeyNeverChecked])
        #expect(try judge(drill: nil).verdict == .notProven)
    }

    @Test func `what was done and not proven is told`() throws {
        let earlier = later(-1)
        #expect(try codes(judge(verification: (.failed, earlier))) == [.verificationFailed])
        #expect(try codes(judge(verification: (.notProven, earlier))) == [.verificationNotProven])
        #expect(try codes(judge(drill: (.failed, earlier))) == [.drillFailed])
        #expect(try codes(judge(drill: (.notProven, earlier))) == [.drillNotProven])
        #expect(try codes(judge(keyCheck: (.failed, earlier))) == [.recoveryKeyNeverChecked])
    }

    @Test func `a backup is late by its schedule, and by its recovery point`() throws {
        // The snapshot was begun at 02:00; the next was due at 02:00, 14 hours after noon.
        let nightly = "schedule: \"0 2 * * *\""
        #expect(try codes(judge(nightly, at: later(19))) == [])
        let late = try judge(nightly, at: later(20))
        #expect(codes(late) == [.backupLate])
        #expect(late.verdict == .failed)
        #expect(try codes(judge(at: later(1_000))) == [])
        #expect(try codes(judge("rpo: 12h", at: later(2))) == [])
        #expect(try codes(judge("rpo: 12h", at: later(3))) == [.backupLate])
    }

    @Test func `a verification is late by its schedule, and after 90 days`() throws {
        let nightly = "verify: {schedule: \"0 3 * * *\"}"
        #expect(try codes(judge(nightly, at: later(15 + 71))) == [])
        #expect(try codes(judge(nightly, at: later(15 + 72))) == [.verificationLate])
        #expect(try codes(judge(at: later(89 * 24))) == [])
        #expect(try codes(judge(at: later(90 * 24))) == [.verificationLate])
    }

    @Test func `a drill is late by its plan's schedule, and after 100 days`() throws {
        let weekly = """
            drills:
              weekly: {set: ehr, schedule: "0 4 * * *", scenario: failure, level: 2}
            """
        #expect(try codes(judge(drills: weekly, at: later(16 + 23))) == [])
        #expect(try codes(judge(drills: weekly, at: later(16 + 24))) == [.drillLate])
        let verified = (Verdict.proven, later(100 * 24 - 1))
        #expect(try codes(judge(at: later(100 * 24), verification: verified)) == [.drillLate])
    }

    @Test func `a drill answers for its own plan alone`() throws {
        let two = """
            drills:
              weekly: {set: ehr, schedule: "0 4 * * *", scenario: failure, level: 2}
              monthly: {set: ehr, schedule: "0 4 1 * *", scenario: failure, level: 2}
            """
        let report = try judge(drills: two)
        #expect(codes(report) == [.drillLate])
        #expect(report.sets.first?.findings.first?.evidence["plan"] == "monthly")
    }

    @Test func `a drill that failed answers for no moment of its schedule`() throws {
        let weekly = """
            drills:
              weekly: {set: ehr, schedule: "0 4 * * *", scenario: failure, level: 2}
            """
        let report = try judge(drills: weekly, drill: (.failed, later(-1)))
        #expect(codes(report) == [.drillFailed, .drillLate])
    }

    @Test(
        arguments: [("", [.drillLate]), (", sample: {confidence: 95%, defects: 1%}", [])]
            as [(String, [FindingCode])]
    )
    func `a drill of a sample answers no plan that asks for everything`(
        asked: String,
        told: [FindingCode]
    ) throws {
        let weekly = """
            drills:
              weekly: {set: ehr, schedule: "0 4 * * *", level: 2\(asked)}
            """
        let report = try judge(drills: weekly, drill: nil) { catalog in
            let set = try #require(try catalog.sets().first?.id)
            var drill = row(SnapshotRef(set: set, sequence: 1), .proven, later(-1))
            drill.claim = #"{"samples":[{}]}"#
            try catalog.record(drill: drill)
        }
        #expect(codes(report) == told)
    }

    @Test func `an objective that drills grow towards is told, and proves nothing wrong`() throws {
        func judge(_ objective: String) throws -> StatusReport {
            let plan = """
                drills:
                  weekly: {set: ehr, schedule: "0 4 * * 0", level: 2, rto: \(objective)}
                """
            return try self.judge(drills: plan, drill: nil) { catalog in
                let set = try #require(try catalog.sets().first?.id)
                for week in 1...3 {
                    let time = later(Int64(week - 3) * 168 - 1)
                    let ref = SnapshotRef(set: set, sequence: 1)
                    var drill = row(ref, .proven, time, id: "\(week)")
                    drill.steps = #"{"checked":\#(week)00000,"proven":\#(week)00001}"#
                    try catalog.record(drill: drill)
                }
            }
        }
        // 100 s more each week, to 582 s on the third Sunday after noon.
        let risky = try judge("9m")
        #expect(codes(risky) == [.recoveryTimeAtRisk])
        #expect(risky.site.first?.evidence["maxSeconds"] == "540")
        #expect(risky.verdict == .proven)
        #expect(try codes(judge("10m")) == [])
    }

    @Test func `a recovery key is to be opened once a year`() throws {
        let recent = (Verdict.proven, later(365 * 24 - 1))
        func codes(_ hours: Int64) throws -> [FindingCode] {
            self.codes(try judge(at: later(hours), verification: recent, drill: recent))
        }
        #expect(try codes(365 * 24 - 1) == [])
        #expect(try codes(365 * 24) == [.recoveryKeyCheckLate])
    }

    @Test func `what is dated in the future proves nothing`() throws {
        let future = later(1)
        #expect(try codes(judge(snapshot: future)) == [.datedInTheFuture])
        #expect(try codes(judge(verification: (.proven, future))) == [.datedInTheFuture])
        #expect(try codes(judge(drill: (.proven, future))) == [.datedInTheFuture])
        #expect(try codes(judge(keyCheck: (.proven, future))) == [.datedInTheFuture])
    }

    @Test func `a verification of another store says nothing about the set's own`() throws {
        let report = try judge(verification: nil) { catalog in
            let set = try #require(try catalog.sets().first?.id)
            let earlier = later(-1)
            try catalog.record(
                verification: row(set, .proven, earlier, store: "primary (/elsewhere)")
            )
        }
        #expect(codes(report) == [.neverVerified])
    }

    @Test func `a copy that is not well, or was never read, is told`() throws {
        func judge(
            copy: Verdict = .proven,
            verified: Verdict? = nil,
            at now: Timestamp = Self.noon
        ) throws -> [FindingCode] {
            let report = try self.judge(
                "stores: [primary, vault]",
                stores: ", vault: {path: /nowhere/vault}",
                at: now
            ) { catalog in
                let set = try #require(try catalog.sets().first?.id)
                let place = "vault (/nowhere/vault)"
                try catalog.record(
                    copy: CopyRow(
                        set: set,
                        store: place,
                        started: later(-1),
                        finished: later(-1),
                        verdict: copy,
                        head: try catalog.head(of: set)
                    )
                )
                try verified.map {
                    try catalog.record(verification: row(set, $0, later(-1), store: place))
                }
            }
            return codes(report)
        }
        #expect(try judge() == [])
        #expect(try judge(copy: .failed) == [.copyFailed])
        #expect(try judge(copy: .notProven) == [.copyNotProven])
        #expect(try judge(verified: .failed) == [.verificationFailed])
        #expect(try judge(verified: .proven, at: later(20)) == [.readingLate])
    }

    @Test func `a copy resists a thief by an attack that was in time and lacked nothing`() throws {
        func resisting(_ attempts: String, daysAgo: Int64) throws -> Int? {
            let place = "vault (/nowhere/vault)"
            let report = try judge(
                "stores: [primary, vault]",
                stores: ", vault: {path: /nowhere/vault, class: O4}"
            ) { catalog in
                try bringAndRead(place, catalog)
                try catalog.record(
                    attack: AttackRow(
                        store: place,
                        started: later(-24 * daysAgo),
                        finished: later(-24 * daysAgo),
                        verdict: .proven,
                        attempts: attempts,
                        recordKey: nil
                    )
                )
            }
            return report.sets.first?.score?.resisting
        }
        let stood = #"[{"answer":"403","attack":"delete","lost":null,"outcome":"refused"}]"#
        #expect(try resisting(stood, daysAgo: 1) == 1)
        #expect(try resisting(stood, daysAgo: 101) == 0)
        #expect(try resisting(stood, daysAgo: -1) == 0)
        #expect(try resisting("[]", daysAgo: 1) == 0)
    }

    @Test func `a copy on a medium is out of reach when it is away, and not connected`() throws {
        func resisting(_ devices: ConnectedDevices, doubted: Timestamp? = nil) throws -> Int? {
            let report = try judge(
                "stores: [primary, rdx]",
                stores: ", rdx: {path: /nowhere/rdx, media: {}}",
                devices: devices
            ) { catalog in
                try bringAndRead("A (/nowhere/rdx)", catalog)
                let id = try Randomness.id()
                try catalog.record(
                    medium: MediumRow(
                        id: id,
                        label: "A",
                        store: "rdx",
                        filesystem: "3755-426D",
                        custodian: "Sato",
                        location: "bank",
                        added: later(-3),
                        doubted: doubted
                    )
                )
                _ = try catalog.beginPresence(of: id, at: later(-3))
                try catalog.endPresence(of: id, at: later(-2), due: later(100))
            }
            return report.sets.first?.score?.resisting
        }
        try withTemporaryFolder(inMemory: true) { folder in
            let devices = ConnectedDevices(root: folder)
            #expect(try resisting(devices) == 0, "nothing tells whether it is connected")
            try FolderTree.make("\(folder)/dev/disk/by-uuid", mode: 0o755)
            #expect(try resisting(devices) == 1)
            #expect(try resisting(devices, doubted: later(-2)) == 0)
            try FolderTree.make("\(folder)/dev/disk/by-uuid/3755-426D", mode: 0o755)
            #expect(try resisting(devices) == 0)
        }
    }

    /// Brings the newest snapshot to a store, and reads all that lies there.
    private func bringAndRead(_ place: String, _ catalog: Catalog) throws {
        let set = try #require(try catalog.sets().first?.id)
        try catalog.record(
            copy: CopyRow(
                set: set,
                store: place,
                started: later(-1),
                finished: later(-1),
                verdict: .proven,
                head: try catalog.head(of: set)
            )
        )
        let object = ReadingRow.Object(key: "packs/1", size: 1, mark: nil)
        _ = try catalog.note(listing: [object], of: place, at: later(-1))
        try catalog.note(read: [object], of: place, at: later(-1))
    }

    @Test func `what was found last counts, even if the clock was set back meanwhile`() throws {
        let earlier = later(-2)
        let verified = try judge { catalog in
            let set = try #require(try catalog.sets().first?.id)
            let last = try #require(try catalog.newestVerification(of: set))
            try catalog.record(verification: row(set, .failed, earlier, store: last.store))
        }
        #expect(codes(verified) == [.verificationFailed])
        let drilled = try judge { catalog in
            let set = try #require(try catalog.sets().first?.id)
            let ref = SnapshotRef(set: set, sequence: 1)
            try catalog.record(drill: row(ref, .failed, earlier, id: "2"))
        }
        #expect(codes(drilled) == [.drillFailed])
    }

    @Test func `an identity on the backup host is told, and proves nothing wrong`() throws {
        let report = try judge(drills: "drill: {identityOnThisHost: true}")
        #expect(codes(report) == [.hostCanOpenPast])
        #expect(report.verdict == .proven)
    }

    @Test func `the daemon's last trouble is shown until a run ends well`() throws {
        func run(_ outcome: ExitCode) -> RunRow {
            RunRow(
                name: "ehr",
                kind: .backup,
                due: Self.noon,
                started: Self.noon,
                end: RunRow.End(finished: Self.noon, outcome: outcome)
            )
        }
        let troubled = try judge { try $0.record(run: run(.couldNotLook)) }
        #expect(troubled.sets.first?.troubledRuns == [run(.couldNotLook)])
        let mended = try judge { catalog in
            try catalog.record(run: run(.couldNotLook))
            try catalog.record(run: run(.done))
        }
        #expect(mended.sets.first?.troubledRuns == [])
    }

    @Test(arguments: [JobKind.read, .attack])
    func `the daemon's last trouble with a store is shown until it ends well`(
        kind: JobKind
    ) throws {
        func run(_ outcome: ExitCode, of name: String = "primary") -> RunRow {
            RunRow(
                name: name,
                kind: kind,
                due: Self.noon,
                started: Self.noon,
                end: RunRow.End(finished: Self.noon, outcome: outcome)
            )
        }
        let troubled = try judge { try $0.record(run: run(.notProven)) }
        #expect(troubled.troubledRuns == [run(.notProven)])
        let mended = try judge { catalog in
            try catalog.record(run: run(.notProven))
            try catalog.record(run: run(.done))
            try catalog.record(run: run(.notProven, of: "elsewhere"))
        }
        #expect(mended.troubledRuns == [])
    }

    // MARK: - Rows

    private func row(_ set: SetID, _ time: Timestamp) -> SnapshotRow {
        let digest = SHA256.hash([1])
        let manifest = Manifest(
            set: set,
            sequence: 1,
            previous: nil,
            repository: RepositoryID(set.id),
            descriptor: digest,
            run: KeyID(digest),
            secret: KeyID(digest),
            epoch: 1,
            keys: [KeyID(digest)],
            recipients: [Self.recovery],
            root: ChunkID(digest),
            pages: [],
            needed: Manifest.Totals(objects: 0, bytes: 0),
            new: Manifest.Totals(objects: 0, bytes: 0),
            complete: true,
            started: time,
            finished: time,
            tool: "toride test"
        )
        return SnapshotRow(manifest, name: ObjectName(digest), contents: nil)
    }

    private func row(
        _ set: SetID,
        _ verdict: Verdict,
        _ time: Timestamp,
        store: String
    ) -> VerificationRow {
        VerificationRow(
            store: store,
            started: time,
            finished: time,
            verdict: verdict,
            claim: "{}",
            objects: 1,
            bytes: 1,
            findings: "{}",
            sets: [set],
            heads: [:],
            recordKey: nil
        )
    }

    private func row(
        _ ref: SnapshotRef,
        _ verdict: Verdict,
        _ time: Timestamp,
        id: String = "1"
    ) -> DrillRow {
        DrillRow(
            id: id,
            plan: "weekly",
            subject: "ehr",
            snapshots: [ref],
            started: time,
            finished: time,
            level: 2,
            verdict: verdict,
            claim: "{}",
            steps: "{}",
            recordKey: nil
        )
    }
}
