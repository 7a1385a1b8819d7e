import Catalog
import Format
import Model
import Testing
import TestSupport

@Suite struct ObjectTests {
    @Test func `which snapshots need an object is known across repeating pages`() throws {
        try withCatalog { catalog in
            let first = page(0, [0: object(10), 1: object(11)])
            let second = page(1, [0: object(20)])
            let without = page(0, [1: object(11)])
            try catalog.record(snapshot(1), [first])
            try catalog.record(snapshot(2), [first, second])
            try catalog.record(snapshot(3), [without, second])
            func needing(_ name: ObjectName) throws -> [UInt64] {
                try catalog.snapshots(needing: name).map(\.sequence)
            }
            #expect(try needing(object(10).name) == [1, 2])
            #expect(try needing(object(11).name) == [1, 2, 3])
            #expect(try needing(object(20).name) == [2, 3])
            #expect(try needing(first.name) == [1, 2])
            #expect(try needing(second.name) == [2, 3])
            #expect(try needing(object(99).name) == [])
            #expect(try catalog.counts() == counts(1, 3, 3, 3))
        }
    }

    @Test func `pages come back as they were, in the manifest's order`() throws {
        try withCatalog { catalog in
            let pages = [page(3, [7: object(1), 4_095: object(2)]), page(0, [0: object(3)])]
            try catalog.record(snapshot(1), pages)
            #expect(try catalog.pages(of: snapshot(1)) == pages.map(\.name))
            #expect(try catalog.pages(of: snapshot(2)) == [])
            for row in pages {
                #expect(try catalog.page(row.name, in: set(1)) == row.page)
                #expect(try catalog.page(row.name, in: set(2)) == nil)
            }
            let other = page(5, [0: object(9)])
            let asked = [other.name] + pages.map(\.name)
            #expect(try catalog.unknownPages(of: asked, in: set(1)) == [other.name])
            #expect(try catalog.unknownPages(of: asked, in: set(2)) == asked)
        }
    }

    @Test func `a forked history that gives one ordinal to two objects is kept whole`() throws {
        try withCatalog { catalog in
            let one = page(0, [0: object(10), 1: object(11)])
            // Object 11 has two ordinals, slot 1 two objects, and object 10 another size.
            let fork = page(0, [0: object(10, size: 7), 1: object(12), 2: object(11)])
            try catalog.record(snapshot(1, name: 71), [one])
            try catalog.record(snapshot(2, name: 72), [fork])
            #expect(try catalog.page(one.name, in: set(1)) == one.page)
            #expect(try catalog.page(fork.name, in: set(1)) == fork.page)
            func needing(_ number: Int) throws -> [UInt64] {
                try catalog.snapshots(needing: object(number).name).map(\.sequence)
            }
            #expect(try needing(10) == [1, 2])
            #expect(try needing(11) == [1, 2])
            #expect(try needing(12) == [2])
            var sizes: [UInt64] = []
            try catalog.forEachObject(of: set(1)) { needed in
                if needed.name == object(10).name {
                    sizes.append(needed.size)
                }
            }
            #expect(sizes.sorted() == [7, 100])
        }
    }

    @Test func `one object in two sets is two sets' own`() throws {
        try withCatalog { catalog in
            try catalog.record(snapshot(1, of: set(1)), [page(0, [0: object(1)])])
            try catalog.record(snapshot(1, of: set(2)), [page(0, [0: object(1)])])
            #expect(
                try catalog.snapshots(needing: object(1).name) == [
                    SnapshotRef(set: set(1), sequence: 1), SnapshotRef(set: set(2), sequence: 1),
                ]
            )
        }
    }

    /// A model of plain sets is what the bitmaps must agree with.
    @Test(arguments: 1...8) func `any history is told as plain sets would tell it`(
        seed: UInt64
    ) throws {
        var random = SeededGenerator(seed: seed)
        try withCatalog { catalog in
            var needed: [Int: Set<UInt64>] = [:]
            for sequence in UInt64(1)...12 {
                var pages: [PageRow] = []
                for place in UInt32(0)..<3 {
                    var slots: [UInt16: ObjectRef] = [:]
                    for slot in UInt16(0)..<20 where Bool.random(using: &random) {
                        // Now and then another object than the usual one has the slot.
                        let isStray = Int.random(in: 0..<8, using: &random) == 0
                        let number = Int(place) * 100 + Int(slot) + (isStray ? 50 : 0)
                        slots[slot] = object(number)
                        needed[number, default: []].insert(sequence)
                    }
                    if !slots.isEmpty {
                        pages.append(page(place, slots))
                    }
                }
                try catalog.record(snapshot(sequence), pages)
                for row in pages {
                    #expect(try catalog.page(row.name, in: set(1)) == row.page)
                }
            }
            for (number, sequences) in needed {
                let refs = try catalog.snapshots(needing: object(number).name)
                #expect(refs.map(\.sequence) == sequences.sorted(), "object \(number)")
            }
        }
    }
}
