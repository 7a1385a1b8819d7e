import Format
import Model
import Testing

@testable import PostgreSQL

@Suite struct WitnessComparisonTests {
    private let table = TableFacts(name: "public.t", rows: 3, hash: "17")

    @Test func `equal facts give no finding`() {
        #expect(WitnessComparison.compare(source: witness(), restored: witness()).isEmpty)
    }

    @Test func `counts and hashes are told, count first`() {
        let fewer = compare { $0.tables = [TableFacts(name: "public.t", rows: 2, hash: "9")] }
        #expect(
            fewer == [
                Finding(
                    .tableRowCountDiffers,
                    .table("public.t"),
                    evidence: ["source": "3", "restored": "2"]
                )
            ]
        )
        let other = compare { $0.tables = [TableFacts(name: "public.t", rows: 3, hash: "9")] }
        #expect(
            other == [
                Finding(
                    .tableContentDiffers,
                    .table("public.t"),
                    evidence: ["rows": "3", "source": "17", "restored": "9"]
                )
            ]
        )
    }

    @Test func `a missing table is told once, not by each of its columns`() {
        let findings = compare {
            $0.tables = []
            $0.objects = $0.objects.filter { !$0.name.hasPrefix("public.t") }
        }
        #expect(findings.map(\.code) == [.tableMissing, .schemaDiffers])
        #expect(findings.last?.subject == .named("index public.t_pkey"))
    }

    @Test func `another major version leaves content open, and counts still count`() {
        let findings = compare {
            $0.serverVersion = 160_004
            $0.tables = [TableFacts(name: "public.t", rows: 3, hash: "other")]
            $0.objects[0].hash = "other"
        }
        #expect(findings.map(\.code) == [.partSkipped])
        #expect(Verdict(findings) == .notProven)
        let fewer = compare {
            $0.serverVersion = 160_004
            $0.tables = [TableFacts(name: "public.t", rows: 2, hash: "other")]
            $0.objects.removeLast()
        }
        #expect(fewer.map(\.code) == [.partSkipped, .tableRowCountDiffers, .schemaDiffers])
    }

    @Test func `another minor version changes nothing`() {
        #expect(compare { $0.serverVersion = 150_099 }.isEmpty)
    }

    @Test func `another encoding is a failure, another locale a notice`() {
        let encoding = compare { $0.database.encoding = "EUC_JP" }
        #expect(encoding.map(\.code) == [.schemaDiffers, .partSkipped])
        let locale = compare { $0.database.collation = "C" }
        #expect(locale.map(\.code) == [.notCompared])
        #expect(compare { $0.database.name = "drill" }.isEmpty)
    }

    @Test func `what could not be read on either side is a doubt, never silence`() {
        let hole = NotCompared(subject: "table public.t", reason: "42501", isExpected: false)
        let findings = compare {
            $0.tables = [TableFacts(name: "public.t", rows: nil, hash: nil)]
            $0.notCompared = [hole]
        }
        #expect(findings.map(\.code) == [.partSkipped])
        var source = witness()
        source.notCompared = [hole]
        let other = WitnessComparison.compare(source: source, restored: witness())
        #expect(Verdict(other) == .notProven)
    }

    @Test func `what is not compared by nature is named, and proves none the less`() {
        var source = witness()
        source.notCompared = [
            NotCompared(subject: "foreign table public.f", reason: "elsewhere", isExpected: true)
        ]
        let findings = WitnessComparison.compare(source: source, restored: witness())
        #expect(findings.map(\.code) == [.notCompared])
        #expect(Verdict(findings) == .proven)
    }

    @Test(
        arguments: [
            (10, true, 1, 10, true, false), (10, true, 1, 11, true, false),
            (10, true, 1, 9, true, true), (10, true, 1, 10, false, true),
            (10, false, 1, 10, true, false), (10, true, -1, 9, true, false),
            (10, true, -1, 11, true, true),
        ] as [(Int64, Bool, Int64, Int64, Bool, Bool)]
    )
    func `a sequence may be ahead and never behind`(
        value: Int64,
        called: Bool,
        step: Int64,
        otherValue: Int64,
        otherCalled: Bool,
        isBehind: Bool
    ) {
        func sequence(_ value: Int64, _ called: Bool) -> SequenceFacts {
            SequenceFacts(
                name: "public.s",
                lastValue: value,
                isCalled: called,
                increment: step,
                cycles: false
            )
        }
        var source = witness()
        source.sequences = [sequence(value, called)]
        var restored = witness()
        restored.sequences = [sequence(otherValue, otherCalled)]
        let findings = WitnessComparison.compare(source: source, restored: restored)
        #expect(findings.map(\.code) == (isBehind ? [.sequenceBehind] : []))
    }

    @Test func `a sequence behind its own column is told, unless it always was`() {
        func codes(_ known: [String]?, _ behind: [String]?) -> [Finding] {
            var source = witness()
            source.sequencesBehind = known
            var restored = witness()
            restored.sequencesBehind = behind
            return WitnessComparison.compare(source: source, restored: restored)
        }
        let found = codes(["public.a"], ["public.a", "public.b"])
        #expect(found.map(\.code) == [.sequenceBehind])
        #expect(found.map(\.subject) == [.named("sequence public.b")])
        #expect(codes([], []).isEmpty)
        #expect(codes(["public.a"], []).isEmpty)
        // A witness of before cannot tell old faults from new ones.
        #expect(codes(nil, ["public.b"]).isEmpty)
    }

    @Test(arguments: ["sequence public.b", "sequence public.b of public.t"])
    func `of a sequence that the source refused nobody knows where it stood`(gap: String) {
        var source = witness()
        source.sequencesBehind = []
        source.notCompared = [NotCompared(subject: gap, reason: "42501", isExpected: false)]
        var restored = witness()
        restored.sequencesBehind = ["public.b"]
        let findings = WitnessComparison.compare(source: source, restored: restored)
        #expect(findings.map(\.code) == [.partSkipped])
    }

    @Test func `a sequence that is behind twice over is told once`() {
        var source = witness()
        source.sequencesBehind = []
        var restored = witness()
        restored.sequences[0].lastValue = -2
        restored.sequencesBehind = ["public.s"]
        let findings = WitnessComparison.compare(source: source, restored: restored)
        #expect(findings.map(\.code) == [.sequenceBehind])
        #expect(findings.first?.evidence["source"] == "-4")
    }

    @Test func `a canary that the source never saw is not demanded, only told`() {
        let codes = { (one: CanaryFacts?, other: CanaryFacts?) in
            var source = witness()
            source.canary = one
            var restored = witness()
            restored.canary = other
            return WitnessComparison.compare(source: source, restored: restored).map(\.code)
        }
        let seen = CanaryFacts(id: "ab", digest: "1")
        let unseen = CanaryFacts(id: "ab", digest: nil)
        #expect(codes(nil, seen) == [])
        #expect(codes(unseen, seen) == [.canaryNotTaken])
        #expect(codes(seen, seen) == [])
        #expect(codes(seen, unseen) == [.canaryMissing])
        #expect(codes(seen, nil) == [.canaryMissing])
        #expect(codes(seen, CanaryFacts(id: "ab", digest: "2")) == [.canaryDiffers])
    }

    @Test func `an extension of another version is a notice, a missing one a failure`() {
        let other = compare { $0.objects[1].hash = "2" }
        #expect(other.map(\.code) == [.notCompared])
        let missing = compare { $0.objects.removeAll { $0.kind == "extension" } }
        #expect(missing.map(\.subject) == [.named("extension pg_trgm")])
    }

    @Test func `clinical times are compared even where hashes are not`() {
        let findings = compare {
            $0.serverVersion = 170_000
            $0.clinicalTimes[0].newest = "2026-01-01 00:00:00+00"
        }
        #expect(findings.map(\.code) == [.partSkipped, .tableContentDiffers])
    }

    @Test func `a witness goes through its JSON unchanged`() throws {
        var full = witness()
        full.largeObjects = nil
        full.canary = nil
        full.tables.append(TableFacts(name: "public.u", rows: nil, hash: nil))
        full.sequencesBehind = ["public.s"]
        var sound = witness()
        sound.sequencesBehind = []
        for one in [witness(), full, sound] {
            let bytes = one.json.canonical
            let json = try JSONValue(canonical: bytes, of: "a witness")
            #expect(try Witness(json: json) == one)
        }
        let other = JSONValue.object(["version": .integer(2)])
        #expect(throws: FormatError.self) { try Witness(json: other) }
    }

    private func compare(_ change: (inout Witness) -> Void) -> [Finding] {
        var restored = witness()
        change(&restored)
        return WitnessComparison.compare(source: witness(), restored: restored)
    }

    private func witness() -> Witness {
        Witness(
            serverVersion: 150_020,
            database: DatabaseFacts(
                name: "health",
                encoding: "UTF8",
                collation: "C.UTF-8",
                characterType: "C.UTF-8",
                localeProvider: "c",
                locale: nil
            ),
            takenAt: "2026-11-22 17:38:08+00",
            tables: [table],
            largeObjects: LargeObjectFacts(count: 1, bytes: 2, hash: "3"),
            sequences: [
                SequenceFacts(
                    name: "public.s",
                    lastValue: -4,
                    isCalled: true,
                    increment: -1,
                    cycles: false
                )
            ],
            objects: [
                SchemaObject(kind: "extension", name: "pg_trgm", hash: "0"),
                SchemaObject(kind: "extension version", name: "pg_trgm", hash: "1"),
                SchemaObject(kind: "column", name: "public.t.id", hash: "a"),
                SchemaObject(kind: "table", name: "public.t", hash: "b"),
                SchemaObject(kind: "index", name: "public.t_pkey", hash: "c"),
            ],
            clinicalTimes: [
                ClinicalTime(
                    column: "public.t.at",
                    type: "timestamp with time zone",
                    newest: "2026-11-22 17:00:00+00",
                    later: 0
                )
            ],
            notCompared: [],
            canary: CanaryFacts(id: "ab", digest: "cd")
        )
    }
}
