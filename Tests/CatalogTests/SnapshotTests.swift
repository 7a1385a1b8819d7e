import Catalog
import Format
import Model
import Testing

@Suite struct SnapshotTests {
    @Test func `a snapshot comes back as it was recorded`() throws {
        try withCatalog { catalog in
            let contents = SnapshotRow.Contents(
                files: 3,
                contentBytes: 12_345,
                cut: Timestamp(seconds: 1_799_999_999)
            )
            let one = snapshot(1, contents: contents)
            let two = snapshot(2)
            try catalog.record(one, [page(0, [0: object(10)])], named: "files")
            try catalog.record(two, [page(0, [0: object(10), 1: object(11)])], named: "files")
            #expect(try catalog.snapshots(of: set(1)) == [one, two])
            #expect(try catalog.snapshots(of: set(2)).isEmpty)
            #expect(try catalog.setID(named: "files") == set(1))
            #expect(try catalog.setName(of: set(1)) == "files")
            #expect(try catalog.setID(named: "other") == nil)
        }
    }

    @Test func `the head is the newest by sequence, whatever came last`() throws {
        try withCatalog { catalog in
            #expect(try catalog.head(of: set(1)) == nil)
            try catalog.record(snapshot(2), [])
            try catalog.record(snapshot(1), [])
            try catalog.record(snapshot(9, of: set(2)), [])
            let head = Head(sequence: 2, name: ObjectName(digest(2)))
            #expect(try catalog.head(of: set(1)) == head)
        }
    }

    @Test func `the newest complete snapshot is found behind incomplete ones`() throws {
        try withCatalog { catalog in
            try catalog.record(snapshot(1), [])
            try catalog.record(snapshot(2), [])
            try catalog.record(snapshot(3, complete: false), [])
            func newest(_ complete: Bool?) throws -> UInt64? {
                try catalog.newestSnapshot(of: set(1), complete: complete)?.ref.sequence
            }
            #expect(try newest(true) == 2)
            #expect(try newest(false) == 3)
            #expect(try newest(nil) == 3)
        }
    }

    @Test func `recording again fills in and never takes away`() throws {
        try withCatalog { catalog in
            let contents = SnapshotRow.Contents(
                files: 1,
                contentBytes: 2,
                cut: Timestamp(seconds: 3)
            )
            let pages = [page(0, [0: object(10)])]
            try catalog.record(snapshot(1), pages)
            try catalog.record(snapshot(1, contents: contents), pages, named: "files")
            try catalog.record(snapshot(1), pages)
            #expect(try catalog.snapshots(of: set(1)) == [snapshot(1, contents: contents)])
            #expect(try catalog.setName(of: set(1)) == "files")
            #expect(try catalog.counts() == counts(1, 1, 1, 1))
        }
    }

    @Test func `a name goes over to the set that took it last`() throws {
        try withCatalog { catalog in
            try catalog.record(set: set(1), named: "files")
            try catalog.record(set: set(2), named: "files")
            #expect(try catalog.setID(named: "files") == set(2))
            #expect(try catalog.setName(of: set(1)) == nil)
            #expect(try catalog.sets().map(\.id) == [set(1), set(2)])
        }
    }

    @Test func `a page that is neither known nor given refuses the whole record`() throws {
        try withCatalog { catalog in
            let known = page(0, [0: object(10)])
            let unknown = page(0, [0: object(11)])
            let error = #expect(throws: CatalogError.self) {
                try catalog.record(
                    snapshot: snapshot(1),
                    setName: "files",
                    pages: [known.name, unknown.name],
                    contents: [known]
                )
            }
            #expect(error?.exitCode == .internalFault)
            let left = try catalog.counts()
            #expect(left == counts(0, 0, 0, 0))
            #expect(try catalog.setID(named: "files") == nil)
        }
    }

    @Test func `two manifests of one number are both kept, and the first stays the head`() throws {
        try withCatalog { catalog in
            try catalog.record(snapshot(1, name: 71), [])
            try catalog.record(snapshot(1, name: 70), [])
            #expect(try catalog.snapshots(of: set(1)).count == 2)
            #expect(try catalog.head(of: set(1))?.name == ObjectName(digest(71)))
        }
    }

    @Test func `numbers of 64 bits are refused, not cut`() throws {
        try withCatalog { catalog in
            #expect(throws: CatalogError.self) {
                try catalog.record(snapshot(1), [page(0, [0: object(1, size: .max)])])
            }
            #expect(throws: CatalogError.self) {
                try catalog.record(snapshot(UInt64(Int64.max) + 1, name: 1), [])
            }
            try catalog.record(
                snapshot(UInt64(Int64.max), name: 1),
                [page(.max, [4_095: object(1, size: UInt64(Int64.max))])]
            )
            let refs = try catalog.snapshots(needing: object(1).name)
            #expect(refs.map(\.sequence) == [UInt64(Int64.max)])
        }
    }
}

func counts(_ sets: Int, _ snapshots: Int, _ pages: Int, _ objects: Int) -> [Int] {
    [sets, snapshots, pages, objects]
}

func == (counts: Catalog.Counts, numbers: [Int]) -> Bool {
    [counts.sets, counts.snapshots, counts.pages, counts.objects] == numbers
}
