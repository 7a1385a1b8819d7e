import Catalog
import Model
import TestSupport
import Testing

/// The ledger of what was read, as the catalog keeps it.
@Suite struct ReadingTests {
    private static let place = "vault (/mnt)"

    private func object(
        _ key: String,
        size: UInt64 = 10,
        mark: String? = "m"
    ) -> ReadingRow.Object {
        ReadingRow.Object(key: key, size: size, mark: mark)
    }

    private func time(_ seconds: Int64) -> Timestamp { Timestamp(seconds: seconds) }

    private func due(_ catalog: Catalog, before limit: Int64) throws -> [String] {
        try catalog.dueReadings(
            of: Self.place,
            readBefore: time(limit),
            after: nil,
            atMost: 100
        ).map(\.object.key)
    }

    @Test func `a listing adds what is new and forgets what is gone`() throws {
        try withCatalog { catalog in
            let first = try catalog.note(
                listing: [object("a"), object("b")],
                of: Self.place,
                at: time(100)
            )
            #expect(first.new == 2 && first.gone == 0)
            let second = try catalog.note(
                listing: [object("b"), object("c")],
                of: Self.place,
                at: time(200)
            )
            #expect(second.new == 1 && second.gone == 1)
            #expect(try due(catalog, before: 0) == ["b", "c"])
            let known = try catalog.readingStanding(of: Self.place, at: time(9_999))
            let standing = try #require(known)
            #expect(standing.listed == time(200) && standing.objects == 2)
            #expect(standing.unread == 2 && standing.oldestArrival == time(100))
            #expect(try catalog.readingStanding(of: "elsewhere", at: time(9_999)) == nil)
        }
    }

    @Test func `the last listing of a store is known without asking for its objects`() throws {
        try withCatalog { catalog in
            #expect(try catalog.lastListing(of: Self.place) == nil)
            try catalog.note(read: [object("a")], of: Self.place, at: time(50))
            #expect(try catalog.lastListing(of: Self.place) == nil, "a part of it was read")
            _ = try catalog.note(listing: [], of: Self.place, at: time(100))
            _ = try catalog.note(listing: [object("a")], of: "other", at: time(200))
            #expect(try catalog.lastListing(of: Self.place) == time(100))
        }
    }

    @Test func `each store has its own`() throws {
        try withCatalog { catalog in
            _ = try catalog.note(listing: [object("a")], of: Self.place, at: time(100))
            _ = try catalog.note(listing: [], of: "other", at: time(100))
            #expect(try catalog.readingStanding(of: Self.place, at: time(9_999))?.objects == 1)
            #expect(try catalog.readingStanding(of: "other", at: time(9_999))?.objects == 0)
        }
    }

    @Test func `another size or mark is another object, which nobody read`() throws {
        try withCatalog { catalog in
            let objects = [object("a"), object("b"), object("c", mark: nil)]
            _ = try catalog.note(listing: objects, of: Self.place, at: time(100))
            try catalog.note(read: objects, of: Self.place, at: time(110))
            #expect(try due(catalog, before: 110) == [])
            let changed = [object("a", size: 11), object("b", mark: "n"), object("c", mark: nil)]
            let change = try catalog.note(listing: changed, of: Self.place, at: time(120))
            #expect(change.new == 0 && change.gone == 0)
            #expect(try due(catalog, before: 110) == ["a", "b"])
        }
    }

    @Test func `what was never read comes first, then what was read longest ago`() throws {
        try withCatalog { catalog in
            _ = try catalog.note(listing: [object("b")], of: Self.place, at: time(100))
            let all = ["a", "b", "c", "d"].map { object($0) }
            _ = try catalog.note(listing: all, of: Self.place, at: time(200))
            try catalog.note(read: [object("d")], of: Self.place, at: time(300))
            try catalog.note(read: [object("c")], of: Self.place, at: time(310))
            #expect(try due(catalog, before: 400) == ["b", "a", "d", "c"])
            #expect(try due(catalog, before: 310) == ["b", "a", "d"])
        }
    }

    @Test(arguments: 1...7) func `pages of any size are the whole in the same order`(
        size: Int
    ) throws {
        try withCatalog { catalog in
            let objects = (10..<32).map { object("k\($0)") }
            _ = try catalog.note(listing: objects, of: Self.place, at: time(100))
            for (number, object) in objects.enumerated() where number % 3 == 0 {
                let at = time(200 - Int64(number))
                try catalog.note(read: [object], of: Self.place, at: at)
            }
            let whole = try due(catalog, before: 1_000)
            var paged: [String] = []
            var last: ReadingRow?
            while true {
                let page = try catalog.dueReadings(
                    of: Self.place,
                    readBefore: time(1_000),
                    after: last,
                    atMost: size
                )
                guard let final = page.last else {
                    break
                }
                paged += page.map(\.object.key)
                last = final
            }
            #expect(paged == whole && whole.count == objects.count)
        }
    }

    @Test func `what is damaged stays due until it is read well`() throws {
        try withCatalog { catalog in
            _ = try catalog.note(listing: [object("a")], of: Self.place, at: time(100))
            try catalog.note(read: [object("a")], of: Self.place, at: time(110))
            try catalog.note(damaged: [object("a")], of: Self.place, at: time(120))
            #expect(try catalog.readingStanding(of: Self.place, at: time(9_999))?.damaged == 1)
            #expect(try due(catalog, before: 0) == ["a"], "whenever it was last whole")
            try catalog.note(read: [object("a")], of: Self.place, at: time(130))
            #expect(try catalog.readingStanding(of: Self.place, at: time(9_999))?.damaged == 0)
        }
    }

    @Test func `amounts and deadlines are those of the rows`() throws {
        try withCatalog { catalog in
            let objects = [object("a", size: 1), object("b", size: 2), object("c", size: 4)]
            _ = try catalog.note(listing: objects, of: Self.place, at: time(3_600))
            try catalog.note(read: [objects[0]], of: Self.place, at: time(7_300))
            func amount(_ arrived: Int64, _ read: Int64) throws -> UInt64 {
                try catalog.readings(
                    of: Self.place,
                    arrivedBefore: time(arrived),
                    readBefore: time(read),
                    at: time(99_999),
                    countsDamaged: true
                ).bytes
            }
            #expect(try amount(3_600, 7_300) == 0)
            #expect(try amount(3_601, 7_300) == 6)
            #expect(try amount(3_601, 7_301) == 7)
            let deadlines = try catalog.deadlines(
                of: Self.place,
                fresh: .seconds(3_600),
                within: .seconds(36_000)
            )
            #expect(deadlines.map(\.deadline) == [time(7_200), time(43_200)])
            #expect(deadlines.map(\.bytes) == [6, 1])
        }
    }

    @Test func `times of a clock that was ahead are none`() throws {
        try withCatalog { catalog in
            _ = try catalog.note(listing: [object("a")], of: Self.place, at: time(900))
            try catalog.note(read: [object("a")], of: Self.place, at: time(901))
            _ = try catalog.note(listing: [object("a")], of: Self.place, at: time(100))
            #expect(try due(catalog, before: 0) == ["a"])
            let standing = try catalog.readingStanding(of: Self.place, at: time(9_999))
            #expect(standing?.oldestArrival == time(100))
        }
    }

    @Test func `what a clock that was ahead read is late before it is listed again`() throws {
        try withCatalog { catalog in
            _ = try catalog.note(listing: [object("a")], of: Self.place, at: time(900))
            try catalog.note(read: [object("a")], of: Self.place, at: time(901))
            func late(at now: Int64) throws -> UInt64 {
                try catalog.readings(
                    of: Self.place,
                    arrivedBefore: time(0),
                    readBefore: time(0),
                    at: time(now),
                    countsDamaged: false
                ).objects
            }
            #expect(try late(at: 901) == 0)
            #expect(try late(at: 900) == 1)
            let standing = try catalog.readingStanding(of: Self.place, at: time(900))
            #expect(standing?.oldestRead == time(0))
        }
    }

    @Test func `a listing is as old as its beginning`() throws {
        try withCatalog { catalog in
            _ = try catalog.note(listing: [], of: Self.place, at: time(900), begun: time(800))
            let standing = try catalog.readingStanding(of: Self.place, at: time(9_999))
            #expect(standing?.listed == time(800))
        }
    }

    @Test func `sizes that no object has add up to a number`() throws {
        try withCatalog { catalog in
            let objects = (0..<4).map { object("k\($0)", size: UInt64(Int64.max)) }
            _ = try catalog.note(listing: objects, of: Self.place, at: time(100))
            let standing = try catalog.readingStanding(of: Self.place, at: time(100))
            #expect(standing?.objects == 4 && standing?.bytes == UInt64(4) << 40)
        }
    }
}
