import ObjectStore
import TestSupport
import Testing

/// One thing that every store must do, tried on a store with nothing in it.
struct StoreCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// Whether the place itself must refuse a second object of the same key. S3 services that keep
    /// versions need not: there the second is a version more, and a finding.
    let needsRefusal: Bool
    /// Tries it.
    let run: @Sendable (any ObjectStore) throws -> Void

    init(
        _ testDescription: String,
        needsRefusal: Bool = false,
        _ run: @escaping @Sendable (any ObjectStore) throws -> Void
    ) {
        self.testDescription = testDescription
        self.needsRefusal = needsRefusal
        self.run = run
    }
}

/// What every store must do, of whatever kind, and every wrapper of one.
enum StoreConformance {
    static let cases: [StoreCase] = [
        StoreCase("what was put is got", putIsGot),
        StoreCase("every key of the layout is taken", layoutKeys),
        StoreCase("odd characters in keys stay what they are", oddKeys),
        StoreCase("the same object may be put again", putAgain),
        StoreCase("another object is refused", needsRefusal: true, putOther),
        StoreCase("what is missing is told as missing", missing),
        StoreCase("what is too large is not read", tooLarge),
        StoreCase("a range is exact, or truncated", ranges),
        StoreCase("an object may be empty", empty),
        StoreCase("a large object comes back, whole, in part and streamed", large),
        StoreCase("a prefix need not be a folder", prefixes),
        StoreCase("a listing of more than a page is whole", manyObjects),
        StoreCase("threads that put the same object make one", sameKeyOfThreads),
        StoreCase("threads that put different objects make all", differentKeysOfThreads),
        StoreCase("nothing is seen half written", nothingHalf),
    ]

    /// Parts of a store that uploads in parts of 5 MiB: four, and one of a single byte.
    static let largeBytes = 20 << 20 + 1
    /// S3 lists a thousand at once.
    static let manyCount = 1_050

    static func bytes(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
        var generator = SeededGenerator(seed: seed)
        return generator.bytes(count)
    }

    static func streamed(_ store: any ObjectStore, _ key: String) throws -> [UInt8] {
        var bytes: [UInt8] = []
        unsafe try store.stream(key) { unsafe bytes.append(contentsOf: $0) }
        return bytes
    }

    // MARK: - One object

    private static func putIsGot(_ store: any ObjectStore) throws {
        try store.put([1, 2, 3], at: "packs/ab/cd")
        #expect(try store.get("packs/ab/cd", bytesMax: 3) == [1, 2, 3])
        #expect(try streamed(store, "packs/ab/cd") == [1, 2, 3])
        #expect(try store.size(of: "packs/ab/cd") == 3)
        let listed = try store.list(prefix: "")
        #expect(listed.map(\.key) == ["packs/ab/cd"])
        #expect(listed.map(\.size) == [3])
    }

    private static func putAgain(_ store: any ObjectStore) throws {
        try store.put([1, 2, 3], at: "keys/a")
        try store.put([1, 2, 3], at: "keys/a")
        #expect(try store.get("keys/a", bytesMax: 3) == [1, 2, 3])
        #expect(try store.list(prefix: "").count == 1)
    }

    private static func putOther(_ store: any ObjectStore) throws {
        try store.put([1, 2, 3], at: "keys/a")
        #expect(throws: StoreError.exists(key: "keys/a", place: store.place)) {
            try store.put([1], at: "keys/a")
        }
        #expect(try store.get("keys/a", bytesMax: 3) == [1, 2, 3])
    }

    private static func missing(_ store: any ObjectStore) throws {
        try store.put([1], at: "keys/a")
        let error = StoreError.missing(key: "keys/b", place: store.place)
        #expect(throws: error) { try store.get("keys/b", bytesMax: 1) }
        #expect(throws: error) { try store.get("keys/b", range: 0..<1) }
        #expect(throws: error) { try streamed(store, "keys/b") }
        #expect(try store.size(of: "keys/b") == nil)
        #expect(try store.list(prefix: "keys/b") == [])
        // No folder is an object.
        #expect(try store.list(prefix: "packs/") == [])
    }

    private static func tooLarge(_ store: any ObjectStore) throws {
        try store.put(bytes(5_000), at: "keys/a")
        let error = #expect(throws: StoreError.self) { try store.get("keys/a", bytesMax: 4_999) }
        guard case .tooLarge("keys/a", _, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(try store.get("keys/a", bytesMax: 5_000).count == 5_000)
    }

    private static func ranges(_ store: any ObjectStore) throws {
        let whole = bytes(1_000)
        try store.put(whole, at: "packs/a")
        for range in [0..<1, 0..<1_000, 999..<1_000, 300..<700, 500..<500] {
            #expect(try store.get("packs/a", range: range) == Array(whole[range]))
        }
        let error = StoreError.truncated(key: "packs/a", place: store.place)
        for range in [0..<1_001, 999..<1_001, 1_000..<1_001, 5_000..<6_000] {
            #expect(throws: error) { try store.get("packs/a", range: range) }
        }
    }

    private static func empty(_ store: any ObjectStore) throws {
        try store.put([], at: "lists/a")
        try store.put([], at: "lists/a")
        #expect(try store.get("lists/a", bytesMax: 0) == [])
        #expect(try store.get("lists/a", range: 0..<0) == [])
        #expect(try streamed(store, "lists/a") == [])
        #expect(try store.size(of: "lists/a") == 0)
        #expect(try store.list(prefix: "lists/").map(\.size) == [0])
        #expect(throws: StoreError.truncated(key: "lists/a", place: store.place)) {
            try store.get("lists/a", range: 0..<1)
        }
    }

    private static func large(_ store: any ObjectStore) throws {
        let whole = bytes(largeBytes)
        try store.put(whole, at: "packs/large")
        try store.put(whole, at: "packs/large")
        #expect(try store.size(of: "packs/large") == UInt64(largeBytes))
        // Compared beforehand: a failed expectation would write 20 MiB out.
        let isSame = try store.get("packs/large", bytesMax: largeBytes) == whole
        #expect(isSame)
        let isSameStreamed = try streamed(store, "packs/large") == whole
        #expect(isSameStreamed)
        for start in [0, 5 << 20 - 10, largeBytes - 20] {
            let range = start..<start + 20
            #expect(try store.get("packs/large", range: range) == Array(whole[range]))
        }
    }

    // MARK: - Keys

    private static func layoutKeys(_ store: any ObjectStore) throws {
        let name = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
        try take(
            [
                "toride.json", "keys/\(name)", "packs/01/\(name)", "index/\(name)",
                "lists/\(name)", "snapshots/0123456789abcdef/0000000001-\(name)",
                "records/key-check/\(name)/0000000001-\(name)",
            ],
            store
        )
    }

    /// All that S3 must encode in a path, a query or XML. A backslash is not among them: SeaweedFS
    /// makes a slash of it.
    private static func oddKeys(_ store: any ObjectStore) throws {
        try take(
            [
                "odd/a b", "odd/a+b", "odd/a%20b", "odd/a%2Bb", "odd/a&b", "odd/a&amp;b",
                "odd/a=b?c#d", "odd/~'()!*,;:@$", "odd/\"<>[]{}|^`", "odd/日本 語/カルテ",
            ],
            store
        )
    }

    private static func take(_ keys: [String], _ store: any ObjectStore) throws {
        for (number, key) in keys.enumerated() {
            try store.put(bytes(10 + number), at: key)
        }
        for (number, key) in keys.enumerated() {
            #expect(try store.get(key, bytesMax: 100) == bytes(10 + number), "\(key)")
            #expect(try store.size(of: key) == UInt64(10 + number), "\(key)")
            #expect(try store.list(prefix: key).map(\.key) == [key])
        }
        #expect(try store.list(prefix: "").map(\.key).sorted() == keys.sorted())
    }

    private static func prefixes(_ store: any ObjectStore) throws {
        for key in ["packs/ab/1", "packs/abc/2", "packs/b/3", "pack"] {
            try store.put([1], at: key)
        }
        func listed(_ prefix: String) throws -> [String] {
            try store.list(prefix: prefix).map(\.key).sorted()
        }
        #expect(try listed("packs/ab") == ["packs/ab/1", "packs/abc/2"])
        #expect(try listed("packs/ab/") == ["packs/ab/1"])
        #expect(try listed("packs/abc/2") == ["packs/abc/2"])
        #expect(try listed("pac").count == 4)
        #expect(try listed("").count == 4)
        #expect(try listed("packs/c") == [])
        #expect(try listed("ab") == [])
    }
}
