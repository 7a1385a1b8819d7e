import Catalog
import Model
import Testing

/// What a catalog remembers of legal holds.
@Suite struct HoldTests {
    private static let vault = "vault (/vault)"

    private func hold(
        _ sequence: UInt64,
        of id: SetID = set(1),
        in store: String = vault,
        placed: Int64 = 100,
        recordKey: String? = nil
    ) -> HoldRow {
        HoldRow(
            set: id,
            head: Head(sequence: sequence, name: ObjectName(digest(Int(sequence)))),
            store: store,
            reason: "インシデント 12",
            placed: Timestamp(seconds: placed),
            recordKey: recordKey
        )
    }

    private func ref(_ sequence: UInt64, of id: SetID = set(1)) -> SnapshotRef {
        SnapshotRef(set: id, sequence: sequence)
    }

    @Test func `what is held is told, of one store or of all`() throws {
        try withCatalog { catalog in
            let rows = [hold(2), hold(3, recordKey: "records/a"), hold(1, of: set(2))]
            let elsewhere = hold(9, in: "other")
            for row in rows.reversed() + [elsewhere] {
                try catalog.record(hold: row)
            }
            #expect(try catalog.openHolds(in: Self.vault) == rows)
            #expect(try catalog.openHolds(in: "nowhere") == [])
            #expect(try Set(catalog.openHolds()) == Set(rows + [elsewhere]))
        }
    }

    @Test func `what was released is held no more, and the others are`() throws {
        try withCatalog { catalog in
            let others = [hold(1, of: set(2)), hold(2), hold(1, in: "other")]
            for row in [hold(1)] + others {
                try catalog.record(hold: row)
            }
            try catalog.release(ref(1), in: Self.vault, at: Timestamp(seconds: 200))
            #expect(try Set(catalog.openHolds()) == Set(others))
            // Nothing is there to be released; that is no error.
            try catalog.release(ref(1), in: Self.vault, at: Timestamp(seconds: 300))
            try catalog.release(ref(7, of: set(7)), in: Self.vault, at: Timestamp(seconds: 300))
            #expect(try catalog.openHolds().count == 3)
        }
    }

    @Test func `a hold on what is held is that hold, and one after a release is another`() throws {
        try withCatalog { catalog in
            let first = hold(1, recordKey: "records/a")
            try catalog.record(hold: first)
            try catalog.record(hold: hold(1, placed: 150, recordKey: "records/b"))
            #expect(try catalog.openHolds() == [first])
            try catalog.release(ref(1), in: Self.vault, at: Timestamp(seconds: 200))
            // A record that is read again is no new hold.
            try catalog.record(hold: first)
            #expect(try catalog.openHolds() == [])
            let next = hold(1, placed: 300, recordKey: "records/c")
            try catalog.record(hold: next)
            #expect(try catalog.openHolds() == [next])
        }
    }

    @Test func `a hold that has no record yet takes the one that it gets`() throws {
        try withCatalog { catalog in
            try catalog.record(hold: hold(1, placed: 100))
            try catalog.record(hold: hold(2, placed: 100))
            let whole = hold(1, placed: 130, recordKey: "records/a")
            try catalog.record(hold: whole)
            #expect(try catalog.openHolds() == [whole, hold(2, placed: 100)])
            try catalog.record(hold: hold(1, placed: 150))
            #expect(try catalog.openHolds() == [whole, hold(2, placed: 100)])
        }
    }

    @Test func `a release ends no hold that was placed after it`() throws {
        try withCatalog { catalog in
            let row = hold(1, placed: 200, recordKey: "records/a")
            try catalog.record(hold: row)
            try catalog.release(ref(1), in: Self.vault, at: Timestamp(seconds: 199))
            #expect(try catalog.openHolds() == [row])
            try catalog.release(ref(1), in: Self.vault, at: Timestamp(seconds: 200))
            #expect(try catalog.openHolds() == [])
        }
    }

    @Test func `a hold without a reason is refused`() throws {
        try withCatalog { (catalog) throws in
            var row = hold(1)
            row.reason = ""
            #expect(throws: CatalogError.self) { try catalog.record(hold: row) }
            #expect(try catalog.openHolds() == [])
        }
    }

    @Test func `a reason is one line that says something`() {
        for text in ["incident 12", "障害調査のため", " a ", String(repeating: "x", count: 200)] {
            #expect(HoldRow.isReason(text), "\(text)")
        }
        let others = [
            "", " ", "\u{3000}", "two\nlines", "a\u{2028}b", "a\tb", "\u{1b}[2J", "a\u{202e}b",
            String(repeating: "x", count: 201),
        ]
        for text in others {
            #expect(!HoldRow.isReason(text), "\(text)")
        }
    }
}
