import FileSystem
import LocalStore
import ObjectStore
import TestSupport
import Testing

/// A damaged object makes room for the good one, and stays where nobody reads it.
@Suite struct HealingTests {
    private static let key = "packs/ab/abcd"

    private func withStore(_ body: (LocalStore, String) throws -> Void) throws {
        try withTemporaryFolder { folder in
            try body(try LocalStore(name: "primary", root: folder), folder)
        }
    }

    @Test func `what lay there is in quarantine, and the good one has the name`() throws {
        try withStore { store, _ in
            try store.put([1, 2, 3], at: Self.key)
            try store.heal([4, 5], at: Self.key)
            #expect(try store.get(Self.key, bytesMax: 9) == [4, 5])
            #expect(try store.get("quarantine/packs-ab-abcd.1", bytesMax: 9) == [1, 2, 3])
        }
    }

    @Test func `nothing in quarantine is written over`() throws {
        try withStore { store, _ in
            for number in UInt8(1)...4 {
                try store.heal([number], at: Self.key)
            }
            #expect(try store.get(Self.key, bytesMax: 9) == [4])
            for number in 1...3 {
                let aside = "quarantine/packs-ab-abcd.\(number)"
                #expect(try store.get(aside, bytesMax: 9) == [UInt8(number)])
            }
        }
    }

    @Test func `what is missing is simply stored`() throws {
        try withStore { store, _ in
            try store.heal([7], at: "toride.json")
            #expect(try store.get("toride.json", bytesMax: 9) == [7])
            #expect(try store.list(prefix: "quarantine/").isEmpty)
        }
    }

    @Test func `a folder in the place of an object makes room too`() throws {
        try withStore { store, folder in
            try FolderTree.make("\(folder)/\(Self.key)", mode: 0o755)
            try store.heal([7], at: Self.key)
            #expect(try store.get(Self.key, bytesMax: 9) == [7])
        }
    }

    @Test func `what is read next after its cache was dropped is the same`() throws {
        try withStore { store, _ in
            try store.put([1, 2, 3], at: Self.key)
            store.forgetCache(of: Self.key)
            store.forgetCache(of: "packs/ab/none")
            #expect(try store.get(Self.key, bytesMax: 9) == [1, 2, 3])
        }
    }
}
