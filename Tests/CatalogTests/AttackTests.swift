import Catalog
import Model
import Testing

/// What a catalog remembers of attacks on stores.
@Suite struct AttackTests {
    private func attack(
        _ finished: Int64,
        on store: String = "vault (/vault)",
        _ verdict: Verdict = .proven,
        recordKey: String? = nil
    ) -> AttackRow {
        AttackRow(
            store: store,
            started: Timestamp(seconds: finished - 10),
            finished: Timestamp(seconds: finished),
            verdict: verdict,
            attempts: #"[{"answer":"done","attack":"delete","lost":null,"outcome":"harmless"}]"#,
            recordKey: recordKey
        )
    }

    @Test func `what was recorded last is the newest attack, whatever the clock said`() throws {
        try withCatalog { catalog in
            let ahead = attack(200)
            let last = attack(100, .failed, recordKey: "records/a")
            try catalog.record(attack: ahead)
            try catalog.record(attack: last)
            // A record that is read again is no new attack.
            try catalog.record(attack: attack(100, .proven, recordKey: "records/a"))
            try catalog.record(attack: attack(300, on: "other"))
            #expect(try catalog.newestAttack(of: last.store) == last)
            #expect(try catalog.newestAttack(of: "nowhere") == nil)
        }
    }

    @Test func `attempts that are no JSON are refused`() throws {
        try withCatalog { (catalog) throws in
            var row = attack(100)
            row.attempts = "no"
            #expect(throws: CatalogError.self) { try catalog.record(attack: row) }
            #expect(try catalog.newestAttack(of: row.store) == nil)
        }
    }
}
