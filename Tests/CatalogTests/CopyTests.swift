import Catalog
import Format
import Model
import Testing

/// What a catalog remembers of copies.
@Suite struct CopyTests {
    private func copy(
        _ finished: Int64,
        of id: SetID = set(1),
        in store: String = "vault (/vault)",
        upTo sequence: UInt64?
    ) -> CopyRow {
        CopyRow(
            set: id,
            store: store,
            started: Timestamp(seconds: finished - 10),
            finished: Timestamp(seconds: finished),
            verdict: .proven,
            head: sequence.map { Head(sequence: $0, name: ObjectName(digest(Int($0)))) }
        )
    }

    @Test func `what was recorded last is the newest copy, whatever the clock said`() throws {
        try withCatalog { catalog in
            let first = copy(200, upTo: 3)
            let last = copy(100, upTo: 4)
            try catalog.record(copy: first)
            try catalog.record(copy: last)
            #expect(try catalog.newestCopy(of: set(1), in: first.store) == last)
            #expect(try catalog.newestCopy(of: set(1), in: "other") == nil)
            #expect(try catalog.newestCopy(of: set(2), in: first.store) == nil)
        }
    }

    @Test func `the highest number that was ever whole in a store is remembered`() throws {
        try withCatalog { catalog in
            try catalog.record(copy: copy(100, upTo: 5))
            try catalog.record(copy: copy(200, upTo: 4))
            try catalog.record(copy: copy(300, upTo: nil))
            try catalog.record(copy: copy(400, in: "other", upTo: 9))
            let head = try catalog.copiedHead(of: set(1), in: "vault (/vault)")
            #expect(head == copy(100, upTo: 5).head)
            #expect(try catalog.copiedHead(of: set(2), in: "vault (/vault)") == nil)
        }
    }
}
