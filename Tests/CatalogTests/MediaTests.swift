import Catalog
import Model
import Testing

/// What a catalog remembers of media.
@Suite struct MediaTests {
    private func medium(_ number: UInt8, _ label: String) -> MediumRow {
        MediumRow(
            id: set(number).id,
            label: label,
            store: "rdx",
            filesystem: number == 1 ? "3755426d-0164" : nil,
            serial: number == 1 ? "4C530001150504117" : nil,
            custodian: "佐藤",
            location: "bank, box 12",
            added: Timestamp(seconds: 100)
        )
    }

    @Test func `a medium comes back as it was recorded, in the order of recording`() throws {
        try withCatalog { catalog in
            let rows = [medium(2, "B"), medium(1, "A")]
            for row in rows {
                try catalog.record(medium: row)
            }
            #expect(try catalog.media() == rows)
        }
    }

    @Test func `an id and a label are one medium's`() throws {
        try withCatalog { catalog in
            try catalog.record(medium: medium(1, "A"))
            #expect(throws: CatalogError.self) { try catalog.record(medium: medium(1, "B")) }
            #expect(throws: CatalogError.self) { try catalog.record(medium: medium(2, "A")) }
            #expect(try catalog.media().count == 1)
        }
    }

    @Test func `a medium is here once at a time, and due when it is not`() throws {
        try withCatalog { catalog in
            let row = medium(1, "A")
            try catalog.record(medium: row)
            func at(_ seconds: Int64) -> Timestamp { Timestamp(seconds: seconds) }
            #expect(try catalog.beginPresence(of: row.id, at: at(200)))
            #expect(try !catalog.beginPresence(of: row.id, at: at(250)))
            #expect(try catalog.isHere(row.id))
            #expect(try catalog.endPresence(of: row.id, at: at(300), due: at(900)))
            #expect(try !catalog.isHere(row.id))
            #expect(try !catalog.endPresence(of: row.id, at: at(350), due: at(999)))
            #expect(try catalog.media().first?.due == at(900))
            #expect(try catalog.beginPresence(of: row.id, at: at(400)))
            #expect(try catalog.media().first?.due == nil)
            #expect(
                try catalog.presences(of: row.id) == [
                    MediumPresence(attached: at(200), detached: at(300)),
                    MediumPresence(attached: at(400)),
                ]
            )
        }
    }

    @Test func `a clock that was set back makes a presence nothing, and no error`() throws {
        try withCatalog { catalog in
            let row = medium(1, "A")
            let (late, early) = (Timestamp(seconds: 500), Timestamp(seconds: 400))
            try catalog.record(medium: row)
            _ = try catalog.beginPresence(of: row.id, at: late)
            try catalog.endPresence(of: row.id, at: early, due: late)
            #expect(
                try catalog.presences(of: row.id) == [
                    MediumPresence(attached: late, detached: late)
                ]
            )
        }
    }

    @Test func `who keeps it can change, and it can be given up`() throws {
        try withCatalog { catalog in
            var row = medium(1, "A")
            try catalog.record(medium: row)
            let due = Timestamp(seconds: 900)
            try catalog.note(custodian: nil, location: "safe", due: due, of: row.id)
            try catalog.note(custodian: nil, location: nil, due: nil, of: row.id)
            try catalog.retire(medium: row.id, at: Timestamp(seconds: 700))
            (row.location, row.due) = ("safe", due)
            row.retired = Timestamp(seconds: 700)
            #expect(try catalog.media() == [row])
        }
    }

    @Test func `what a medium lies on is noted`() throws {
        try withCatalog { catalog in
            var (first, second) = (medium(1, "A"), medium(2, "B"))
            try catalog.record(medium: first)
            try catalog.record(medium: second)
            try catalog.note(filesystem: nil, serial: "4C530001150504117", of: first.id)
            try catalog.note(filesystem: "F2", serial: "S2", of: second.id)
            (first.filesystem, first.serial) = (nil, "4C530001150504117")
            (second.filesystem, second.serial) = ("F2", "S2")
            #expect(try catalog.media() == [first, second])
        }
    }

    @Test func `since when a medium is in doubt is noted, and that it is no more`() throws {
        try withCatalog { catalog in
            var (first, second) = (medium(1, "A"), medium(2, "B"))
            second.doubted = Timestamp(seconds: 300)
            try catalog.record(medium: first)
            try catalog.record(medium: second)
            #expect(try catalog.media() == [first, second])
            first.doubted = Timestamp(seconds: 400)
            try catalog.note(doubted: first.doubted, of: first.id)
            try catalog.note(doubted: nil, of: second.id)
            second.doubted = nil
            #expect(try catalog.media() == [first, second])
        }
    }

    @Test func `a medium that was never recorded is never here`() throws {
        try withCatalog { catalog in
            #expect(throws: CatalogError.self) {
                try catalog.beginPresence(of: set(9).id, at: Timestamp(seconds: 1))
            }
        }
    }
}
