import Model
import Processes
import TestSupport
import Testing

@testable import PostgreSQL

@Suite(.enabled(if: hasServer, "no PostgreSQL server is installed"), .timeLimit(.minutes(15)))
struct RoundTripTests {
    @Test func `a restored copy has an equal witness`() throws {
        try TestServer.run { server in
            try server.execute(HospitalSchema.roles)
            try server.make("health", HospitalSchema.script)
            let canary = CanaryRow(
                id: try #require(RandomID([UInt8](repeating: 7, count: 16))),
                body: Array("signed".utf8)
            )
            let (witness, _, path) = try server.dump(
                "health",
                canary: canary,
                clinicalTimes: ["visit.at", "public.visit.local"]
            )
            check(witness, canary)
            let report = try DatabaseRestorer(server: server.info)
                .restore(dump: path, into: "copy", facts: witness.database)
            #expect(report.created && report.asSuperuser && !report.replacedLocale)
            let findings = try server.differences(of: "copy", from: witness)
            #expect(findings.allSatisfy { $0.severity == .notice }, "\(findings)")
            let gaps = findings.map { "\($0.subject)" }
            #expect(gaps.contains { $0.contains("materialized view public.counts") })
            #expect(gaps.contains { $0.contains("table public.scratch") })
        }
    }

    private func check(_ witness: Witness, _ canary: CanaryRow) {
        let rows = Dictionary(uniqueKeysWithValues: witness.tables.map { ($0.name, $0.rows) })
        #expect(rows["public.patient"] == 500)
        #expect(rows["public.visit_2025"] == 641)
        #expect(rows["public.visit_2026"] == 360)
        #expect(rows["public.parent"] == 2, "children are counted by themselves")
        #expect(rows["public.nothing"] == 1)
        #expect(rows["public.\"Odd \"\"name\""] == 2)
        #expect(rows["public.scratch"] == nil)
        #expect(witness.largeObjects?.count == 2)
        #expect(witness.largeObjects?.bytes == 105_005)
        #expect(witness.canary?.digest == CanaryRow.digest(canary.body))
        #expect(witness.clinicalTimes.map(\.column) == ["public.visit.at", "public.visit.local"])
        #expect(witness.clinicalTimes.map(\.later) == [1, 0])
        #expect(witness.clinicalTimes[0].newest == "2026-04-30 08:00:00+00")
        let ticket = witness.sequences.first { $0.name == "public.ticket" }
        #expect(ticket?.lastValue == 95 && ticket?.increment == -5)
        #expect(witness.sequencesBehind == [])
        #expect(witness.notCompared.filter { !$0.isExpected }.isEmpty, "\(witness.notCompared)")
    }
}
