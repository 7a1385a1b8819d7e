import Glibc
import ObjectStore
import Synchronization
import TestSupport
import Testing
import Workers

/// What went wrong on threads, where no expectation knows its test.
final class Failures: Sendable {
    private let told = Mutex<[String]>([])

    /// Runs `body` and notes what it throws.
    func note(_ body: () throws -> Void) {
        do {
            try body()
        } catch {
            add("\(error)")
        }
    }

    /// Notes what is not as it must be.
    func add(_ text: String) {
        told.withLock { $0.append(text) }
    }

    /// All of it.
    var all: [String] { told.withLock { $0 } }
}

extension StoreConformance {
    static func manyObjects(_ store: any ObjectStore) throws {
        try putMany(store)
        let listed = try store.list(prefix: "many/")
        #expect(listed.count == manyCount)
        #expect(Set(listed.map(\.key)) == Set((0..<manyCount).map(manyKey)))
        #expect(listed.allSatisfy { $0.size == 1 })
        #expect(try store.list(prefix: "").count == manyCount)
    }

    /// Puts more objects than S3 lists at once.
    static func putMany(_ store: any ObjectStore) throws {
        let counter = Counter()
        let failures = Failures()
        inThreads(8) {
            while case let number = counter.next(), number < manyCount {
                failures.note { try store.put([7], at: manyKey(number)) }
            }
        }
        #expect(failures.all == [])
    }

    private static func manyKey(_ number: Int) -> String { "many/\(number % 10)/\(number)" }

    static func sameKeyOfThreads(_ store: any ObjectStore) throws {
        let whole = bytes(300_000)
        let failures = Failures()
        for number in 0..<5 {
            inThreads(8) {
                failures.note { try store.put(whole, at: "packs/00/\(number)") }
            }
            let isSame = try store.get("packs/00/\(number)", bytesMax: 300_000) == whole
            #expect(isSame)
        }
        #expect(failures.all == [])
        #expect(try store.list(prefix: "").count == 5)
    }

    static func differentKeysOfThreads(_ store: any ObjectStore) throws {
        let counter = Counter()
        let failures = Failures()
        inThreads(8) {
            for _ in 0..<5 {
                let number = counter.next()
                let one = bytes(100_000 + number, seed: UInt64(number))
                failures.note {
                    try store.put(one, at: "packs/00/\(number)")
                    if try store.get("packs/00/\(number)", bytesMax: 200_000) != one {
                        failures.add("object \(number) is another")
                    }
                }
            }
        }
        #expect(failures.all == [])
        let sizes = try store.list(prefix: "packs/").map(\.size).sorted()
        #expect(sizes == (0..<40).map { UInt64(100_000 + $0) })
    }

    /// Looks at objects from other threads while they are stored, in one part and in two.
    static func nothingHalf(_ store: any ObjectStore) throws {
        let whole = bytes(6 << 20)
        let keys = (0..<4).map { "half/\($0)" }
        let failures = Failures()
        let isDone = StopFlag()
        try Workers.run(3) { _ in
            while !isDone.isStopping {
                failures.note { try lookForHalf(store, keys, whole, failures) }
                usleep(1_000)
            }
        } lead: {
            defer { isDone.set() }
            for key in keys {
                try store.put(whole, at: key)
            }
        }
        #expect(failures.all == [])
        #expect(try store.list(prefix: "half/").count == keys.count)
    }

    private static func lookForHalf(
        _ store: any ObjectStore,
        _ keys: [String],
        _ whole: [UInt8],
        _ failures: Failures
    ) throws {
        for object in try store.list(prefix: "half/") where object.size != whole.count {
            failures.add("\(object.key) is listed with \(object.size) bytes")
        }
        for key in keys {
            guard let size = try store.size(of: key) else {
                continue
            }
            let isWhole = try store.get(key, bytesMax: 8 << 20) == whole
            if size != whole.count || !isWhole {
                failures.add("\(key) has \(size) bytes")
            }
        }
    }
}
