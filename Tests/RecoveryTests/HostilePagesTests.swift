import Format
import Model
import Recovery
import Repository
import TestSupport
import Testing

/// Pages that are signed and should not have been: whoever restores refuses the snapshot, as a
/// verification does.
@Suite struct HostilePagesTests {
    /// Signs a next snapshot with other pages, which its manifest counts rightly unless `recount`
    /// changes that, and opens it.
    ///
    /// - Returns: why it was not opened; nil if it was.
    private func open(
        _ change: (inout [[ObjectRef]]) throws -> Void,
        numbers: [UInt32] = [0, 1],
        recount: (inout Manifest) -> Void = { _ in }
    ) throws -> RepositoryError? {
        try withTemporaryFolder(inMemory: true) { folder in
            let hospital = try TestHospital(in: folder)
            try hospital.write("one", [1, 2, 3])
            _ = try hospital.backUp()
            try hospital.write("two", [4])
            _ = try hospital.backUp()
            let repository = try Repository(opening: hospital.store)
            let newest = try #require(try hospital.manifests("files").last)
            var manifest = newest.manifest
            #expect(manifest.pages.count == 1)
            var objects = try repository.page(manifest.pages[0]).entries.map(\.object)
            #expect(manifest.keys.count == 2)
            let last = objects.removeLast()
            var pages = [objects, [last]]
            try change(&pages)
            manifest.sequence += 1
            manifest.previous = newest.name
            manifest.pages = try zip(numbers, pages).map { number, objects in
                let entries = objects.enumerated().map { slot, object in
                    ListPage.Entry(slot: UInt16(slot), object: object)
                }
                return try repository.put(ListPage(number: number, entries: entries))
            }
            manifest.needed = Manifest.Totals(
                objects: UInt64(pages.joined().count),
                bytes: pages.joined().reduce(0) { $0 + $1.size }
            )
            recount(&manifest)
            try hospital.forge(manifest)
            do {
                #expect(try hospital.restoreAndCompare().different == [])
                return nil
            } catch let error as RepositoryError {
                #expect(error.exitCode == .failed)
                return error
            }
        }
    }

    private func expect(_ error: RepositoryError?, _ words: String) {
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "opened")")
    }

    @Test func `pages that are as they should be are opened`() throws {
        #expect(try open({ _ in }) == nil)
        #expect(try open({ _ in }, numbers: [3, 65_535]) == nil)
    }

    @Test func `pages that do not rise by number are refused`() throws {
        expect(try open({ _ in }, numbers: [1, 0]), "do not rise")
        expect(try open({ _ in }, numbers: [1, 1]), "do not rise")
    }

    @Test func `a manifest that counts wrongly is refused`() throws {
        for difference in [UInt64(1), .max] {
            expect(try open({ _ in }) { $0.needed.objects &+= difference }, "it says")
            expect(try open({ _ in }) { $0.needed.bytes &+= difference }, "it says")
        }
    }

    @Test func `an object on two pages is refused`() throws {
        expect(
            try open { pages in
                pages[1].append(try #require(pages[0].first { $0.kind == .pack }))
            },
            "two of its pages"
        )
    }

    @Test func `more or fewer key objects than keys are refused`() throws {
        expect(
            try open { pages in
                let key = ObjectRef(kind: .key, name: ObjectName(.zero), size: 300)
                pages[0].append(key)
            },
            "4 key objects"
        )
        expect(
            try open { pages in
                pages[0].remove(at: try #require(pages[0].firstIndex { $0.kind == .key }))
            },
            "2 key objects"
        )
    }

    @Test func `pages without an index are refused`() throws {
        expect(
            try open { pages in
                pages = pages.map { $0.filter { $0.kind != .index } }.filter { !$0.isEmpty }
            },
            "no index"
        )
    }
}
