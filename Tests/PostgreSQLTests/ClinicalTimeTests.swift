import Model
import TestSupport
import Testing

@testable import PostgreSQL

/// Clinical times that a database keeps as text, as ORCA does in `upymd` and `uphms`.
@Suite(.enabled(if: hasServer, "no PostgreSQL server is installed"), .timeLimit(.minutes(15)))
struct ClinicalTimeTests {
    private static let schema = """
        CREATE TABLE account (upymd char(8), uphms char(6), note text, number int);
        INSERT INTO account VALUES
            ('20250615', '093247', 'x', 1), ('20250615', '235959', '', 2),
            ('20250614', '240000', '2026', 3), ('99999999', '000000', NULL, 4),
            ('00000000', '', 'y', 5), ('', '120000', 'z', 6), (NULL, NULL, NULL, 7),
            ('20251399', '999999', '', 8), ('20250632', '', '', 9),
            ('20991231', '', 'made beforehand', 10);
        """

    private func times(_ names: [String], _ body: (Witness) throws -> Void) throws {
        try TestServer.run { server in
            try server.make("orca", Self.schema)
            let connection = try server.connect("orca")
            try body(try WitnessGatherer(clinicalTimes: names).gather(from: connection))
        }
    }

    @Test func `a day and a time in two columns of text are one moment`() throws {
        try times(["account.upymd+uphms", "public.account.upymd"]) { witness in
            let names = ["public.account.upymd+uphms", "public.account.upymd"]
            #expect(witness.clinicalTimes.map(\.column) == names)
            #expect(witness.clinicalTimes.map(\.newest) == ["20250615235959", "20250615"])
            #expect(witness.clinicalTimes.map(\.later) == [1, 1])
            #expect(witness.clinicalTimes.map(\.type) == ["character", "character"])
            #expect(witness.notCompared.filter { !$0.isExpected } == [])
            // A restored copy is asked by the names that the witness has.
            #expect(WitnessGatherer(matching: witness).clinicalTimes == names)
        }
    }

    @Test func `text that holds no days has no newest one`() throws {
        try times(["account.note"]) { witness in
            #expect(witness.clinicalTimes.map(\.newest) == [nil])
            #expect(witness.clinicalTimes.map(\.later) == [0])
        }
    }

    @Test(arguments: ["account.upymd+none", "account.upymd+number", "account.number"])
    func `a column that is not there, or is no time, is a gap`(name: String) throws {
        try times([name]) { witness in
            #expect(witness.clinicalTimes == [])
            let gaps = witness.notCompared.filter { !$0.isExpected }
            #expect(gaps.map(\.reason) == ["no-such-column"])
        }
    }
}
