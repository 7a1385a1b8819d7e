import Catalog
import Format
import Model
import Testing

@Suite struct ProofTests {
    private func verification(
        _ finished: Int64,
        store: String = "primary",
        sets: Set<SetID> = [],
        heads: [SetID: Head] = [:],
        recordKey: String? = nil
    ) -> VerificationRow {
        VerificationRow(
            store: store,
            started: Timestamp(seconds: finished - 10),
            finished: Timestamp(seconds: finished),
            verdict: .notProven,
            claim: #"{"level":1}"#,
            objects: 5,
            bytes: 500,
            findings: "[]",
            sets: sets,
            heads: heads,
            recordKey: recordKey
        )
    }

    private func drill(_ id: String, _ started: Int64, of sets: [SetID] = []) -> DrillRow {
        DrillRow(
            id: id,
            plan: "weekly",
            subject: "ehr",
            snapshots: sets.map { SnapshotRef(set: $0, sequence: 3) },
            started: Timestamp(seconds: started),
            finished: Timestamp(seconds: started + 60),
            level: 3,
            verdict: .proven,
            claim: "{}",
            steps: #"[{"step":"key"}]"#,
            recordKey: "records/drill/\(id)"
        )
    }

    @Test func `the last verification of a set is found, in one store or in any`() throws {
        try withCatalog { catalog in
            // The clock was set back between the two: what was found last counts.
            let head = Head(sequence: 4, name: ObjectName(digest(4)))
            let last = verification(100, store: "vault", sets: [set(2)], heads: [set(1): head])
            let first = verification(200, heads: [set(1): head])
            try catalog.record(verification: first)
            try catalog.record(verification: last)
            #expect(try catalog.newestVerification(of: set(1)) == last)
            #expect(try catalog.newestVerification(of: set(1), store: "vault") == last)
            #expect(try catalog.newestVerification(of: set(1), store: "primary") == first)
            #expect(try catalog.newestVerification(of: set(2)) == last)
            #expect(try catalog.newestVerification(of: set(2), store: "primary") == nil)
            #expect(try catalog.newestVerification(of: set(3)) == nil)
        }
    }

    @Test func `a verification whose record is known is recorded once`() throws {
        try withCatalog { catalog in
            let row = verification(100, sets: [set(1)], recordKey: "records/a")
            try catalog.record(verification: row)
            try catalog.record(verification: row)
            #expect(try catalog.newestVerification(of: set(1)) == row)
        }
    }

    @Test func `claims that are not JSON are refused`() throws {
        try withCatalog { catalog in
            var row = verification(100, sets: [set(1)])
            row.findings = "no"
            #expect(throws: CatalogError.self) { try catalog.record(verification: row) }
            var drill = drill("a", 100)
            drill.steps = "{"
            #expect(throws: CatalogError.self) { try catalog.record(drill: drill) }
            let sets = try catalog.sets()
            #expect(sets.isEmpty)
        }
    }

    @Test func `drills are listed newest first and found by the beginning of their id`() throws {
        try withCatalog { catalog in
            let rows = [
                drill("ab12", 300, of: [set(1), set(2)]), drill("ab99", 100), drill("a", 50),
            ]
            for row in rows.reversed() {
                try catalog.record(drill: row)
            }
            #expect(try catalog.drills() == rows)
            #expect(try catalog.drill(idPrefix: "ab1") == rows[0])
            #expect(try catalog.drill(idPrefix: "a") == rows[2])
            #expect(try catalog.drill(idPrefix: "%") == nil)
            #expect(throws: CatalogError.ambiguous(prefix: "ab")) {
                try catalog.drill(idPrefix: "ab")
            }
            #expect(throws: CatalogError.ambiguous(prefix: "")) {
                try catalog.drill(idPrefix: "")
            }
        }
    }

    @Test func `the last drill of a plan is found, of any verdict or of one`() throws {
        try withCatalog { catalog in
            let proven = drill("a", 300)
            var failed = drill("b", 200)
            failed.verdict = .failed
            var other = drill("c", 400)
            other.plan = "monthly"
            for row in [proven, failed, other] {
                try catalog.record(drill: row)
            }
            // The clock was set back between the two.
            #expect(try catalog.newestDrill(ofPlan: "weekly") == failed)
            #expect(try catalog.newestDrill(ofPlan: "weekly", verdict: .proven) == proven)
            #expect(try catalog.newestDrill(ofPlan: "weekly", verdict: .notProven) == nil)
            #expect(try catalog.newestDrill(ofPlan: "none") == nil)
        }
    }

    @Test func `a drill that begins is seen, and its end replaces it`() throws {
        try withCatalog { catalog in
            var row = drill("d1", 100, of: [set(1)])
            let whole = row
            row.finished = nil
            row.level = nil
            row.verdict = .notProven
            row.recordKey = nil
            row.snapshots = []
            try catalog.record(drill: row)
            #expect(try catalog.drills() == [row])
            #expect(try catalog.newestDrill(of: set(1)) == nil)
            try catalog.record(drill: whole)
            #expect(try catalog.drills() == [whole])
            #expect(try catalog.newestDrill(of: set(1)) == whole)
        }
    }

    @Test func `the newest drill of a set is the one that was recorded last`() throws {
        try withCatalog { catalog in
            // The clock was set back between the two.
            try catalog.record(drill: drill("first", 200, of: [set(1), set(2)]))
            try catalog.record(drill: drill("last", 100, of: [set(1)]))
            #expect(try catalog.newestDrill(of: set(1))?.id == "last")
            #expect(try catalog.newestDrill(of: set(2))?.id == "first")
        }
    }

    @Test func `the last check of a recovery key is found, whatever the clock said`() throws {
        try withCatalog { catalog in
            let ahead = KeyCheckRow(
                recipient: "age1a",
                time: Timestamp(seconds: 200),
                verdict: .proven,
                recordKey: nil
            )
            var last = ahead
            last.time = Timestamp(seconds: 100)
            last.verdict = .failed
            last.recordKey = "records/k"
            try catalog.record(keyCheck: ahead)
            try catalog.record(keyCheck: last)
            try catalog.record(keyCheck: last)
            #expect(try catalog.newestKeyCheck(recipient: "age1a") == last)
            #expect(try catalog.newestKeyCheck(recipient: "age1b") == nil)
        }
    }

    @Test func `an attempt that never ended is seen as such`() throws {
        try withCatalog { catalog in
            var row = RunRow(
                name: "files",
                kind: .backup,
                due: Timestamp(seconds: 100),
                started: Timestamp(seconds: 101)
            )
            let number = try catalog.record(run: row)
            #expect(try catalog.lastRun(of: "files", kind: .backup) == row)
            let end = RunRow.End(finished: Timestamp(seconds: 150), outcome: .notProven)
            try catalog.finish(run: number, end)
            row.end = end
            #expect(try catalog.lastRun(of: "files", kind: .backup) == row)
            #expect(try catalog.lastRun(of: "files", kind: .verify) == nil)
            #expect(throws: CatalogError.self) { try catalog.finish(run: number, end) }
            #expect(throws: CatalogError.self) { try catalog.finish(run: 99, end) }
        }
    }

    @Test func `which attempt went on at a time is known`() throws {
        try withCatalog { catalog in
            func row(_ started: Int64) -> RunRow {
                RunRow(name: "vault", kind: .read, due: nil, started: Timestamp(seconds: started))
            }
            func last(_ time: Int64) throws -> RunRow? {
                let time = Timestamp(seconds: time)
                return try catalog.lastRun(of: "vault", kind: .read, startedBy: time)
            }
            for started in [Int64(100), 200] {
                try catalog.record(run: row(started))
            }
            #expect(try last(99) == nil)
            #expect(try last(100) == row(100) && last(199) == row(100))
            #expect(try last(200) == row(200) && last(999) == row(200))
        }
    }

    @Test(arguments: ExitCode.allCases)
    func `what ended with a verdict is an answer`(outcome: ExitCode) {
        let answers: Set<ExitCode> = [.done, .failed, .notProven]
        let end = RunRow.End(finished: Timestamp(seconds: 1), outcome: outcome)
        #expect(end.isAnswer == answers.contains(outcome))
    }

    @Test(arguments: JobKind.allCases)
    func `attempts of each kind are kept apart`(kind: JobKind) throws {
        try withCatalog { catalog in
            let due = Timestamp(seconds: 100)
            let end = RunRow.End(finished: Timestamp(seconds: 150), outcome: .failed)
            let row = RunRow(name: "vault", kind: kind, due: due, started: due, end: end)
            try catalog.record(run: row)
            for other in JobKind.allCases {
                let last = try catalog.lastRun(of: "vault", kind: other)
                #expect(last == (other == kind ? row : nil))
                let count = try catalog.runCount(of: "vault", kind: other, due: due)
                #expect(count == (other == kind ? 1 : 0))
            }
        }
    }

    @Test func `the last attempt is the one that was recorded last, whatever a clock said`() throws
    {
        try withCatalog { catalog in
            for started in [Int64(300), 100] {
                try catalog.record(
                    run: RunRow(
                        name: "weekly",
                        kind: .drill,
                        due: nil,
                        started: Timestamp(seconds: started)
                    )
                )
            }
            let last = try catalog.lastRun(of: "weekly", kind: .drill)
            #expect(last?.started == Timestamp(seconds: 100))
            let due = Timestamp(seconds: 50)
            #expect(try catalog.runCount(of: "weekly", kind: .drill, due: due) == 0)
            let row = RunRow(name: "weekly", kind: .drill, due: due, started: due)
            try catalog.record(run: row)
            #expect(try catalog.runCount(of: "weekly", kind: .drill, due: due) == 1)
            #expect(try catalog.runCount(of: "weekly", kind: .backup, due: due) == 0)
        }
    }
}
