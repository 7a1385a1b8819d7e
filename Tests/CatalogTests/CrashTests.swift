@testable import Catalog
import Format
import Foundation
import GRDB
import Model
import Synchronization
import Testing
import TestSupport
import Workers

@Suite struct CrashTests {
    /// What lies on the disk at any moment is what a kill leaves. SQLite's own pages reach the
    /// file before the commit when the cache is small, so this one is.
    @Test func `a kill in the middle of a transaction leaves the last whole state`() throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/catalog.sqlite"
            let catalog = try Catalog(path: path)
            try catalog.record(snapshot(1), [page(0, [0: object(1)])])
            let copies = "\(folder)/copies"
            struct Undone: Error {}
            try? catalog.writing { database in
                try database.execute(sql: "PRAGMA cache_size = 1; PRAGMA cache_spill = 1")
                let set = try Catalog.number(of: set(1), in: database)
                for number in 0..<400 {
                    let big = page(UInt32(number), [0: object(1_000 + number)])
                    try Catalog.insert(big, set: set, in: database)
                    if number.isMultiple(of: 50) {
                        try copy(path, to: "\(copies)/\(number)")
                    }
                }
                throw Undone()
            }
            let spilled = try Data(contentsOf: URL(filePath: "\(copies)/350/catalog.sqlite-wal"))
            #expect(spilled.count > 200_000, "the transaction never reached the file")
            for number in stride(from: 0, to: 400, by: 50) {
                let left = try Catalog(path: "\(copies)/\(number)/catalog.sqlite")
                #expect(try left.counts() == counts(1, 1, 1, 1))
                try left.record(snapshot(2), [page(0, [1: object(2)])])
                #expect(try left.head(of: set(1))?.sequence == 2)
            }
        }
    }

    @Test func `a process killed while it writes leaves the last whole state`() async throws {
        let folder = "/tmp/toride-test-kill-\(getpid())"
        try FileManager.default.createDirectory(
            atPath: folder,
            withIntermediateDirectories: false
        )
        defer { removeTree(folder) }
        await #expect(processExitsWith: .signal(SIGKILL)) { [folder = folder as String] in
            let catalog = try Catalog(path: "\(folder)/catalog.sqlite")
            try catalog.record(snapshot(1), [page(0, [0: object(1)])])
            try catalog.writing { database in
                try database.execute(sql: "PRAGMA cache_size = 1; PRAGMA cache_spill = 1")
                let set = try Catalog.number(of: set(1), in: database)
                for number in UInt32(0)..<400 {
                    let big = page(number, [1: object(1_000 + Int(number))])
                    try Catalog.insert(big, set: set, in: database)
                }
                kill(getpid(), SIGKILL)
            }
        }
        let log = try Data(contentsOf: URL(filePath: "\(folder)/catalog.sqlite-wal"))
        #expect(log.count > 200_000, "the transaction never reached the file")
        let left = try Catalog(path: "\(folder)/catalog.sqlite")
        #expect(try left.counts() == counts(1, 1, 1, 1))
        #expect(try left.snapshots(needing: object(1).name).count == 1)
        try left.record(snapshot(2), [page(0, [1: object(2)])])
        #expect(try left.head(of: set(1))?.sequence == 2)
    }

    @Test func `two programs that write at once both wait and both succeed`() throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/catalog.sqlite"
            let catalogs = try (0..<2).map { _ in try Catalog(path: path) }
            let failures = Mutex<[String]>([])
            Workers.run(2) { worker in
                do {
                    for sequence in UInt64(1)...40 {
                        let mine = snapshot(sequence, of: set(UInt8(worker)))
                        let slot = UInt16(sequence)
                        let needed = [slot: object(worker * 100 + Int(sequence))]
                        try catalogs[worker].record(mine, [page(0, needed)])
                    }
                } catch {
                    failures.withLock { $0.append("\(error)") }
                }
            }
            #expect(failures.withLock { $0 } == [])
            let seen = try catalogs[0].counts()
            #expect(seen == counts(2, 80, 80, 80))
        }
    }

    @Test func `a log that was cut anywhere leaves a whole state`() throws {
        try withTemporaryFolder(inMemory: true) { folder in
            let path = "\(folder)/catalog.sqlite"
            let catalog = try Catalog(path: path)
            for sequence in UInt64(1)...6 {
                try catalog.record(
                    snapshot(sequence),
                    [page(0, [UInt16(sequence): object(Int(sequence))])]
                )
            }
            try copy(path, to: "\(folder)/copy")
            let copied = "\(folder)/copy/catalog.sqlite"
            let main = try Data(contentsOf: URL(filePath: copied))
            let log = try Data(contentsOf: URL(filePath: "\(copied)-wal"))
            var seen: Set<Int> = []
            for length in stride(from: 0, through: log.count, by: 1_031) {
                try main.write(to: URL(filePath: copied))
                try log.prefix(length).write(to: URL(filePath: "\(copied)-wal"))
                if FileManager.default.fileExists(atPath: "\(copied)-shm") {
                    try FileManager.default.removeItem(atPath: "\(copied)-shm")
                }
                let left = try Catalog(path: copied)
                let snapshots = try left.snapshots(of: set(1))
                #expect(snapshots.map(\.ref.sequence) == snapshots.indices.map { UInt64($0 + 1) })
                let count = snapshots.count
                #expect(try left.counts() == counts(min(1, count), count, count, count))
                seen.insert(snapshots.count)
                try left.close()
            }
            #expect(seen.count > 3)
        }
    }

    private func copy(_ path: String, to folder: String) throws {
        let manager = FileManager.default
        try manager.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for suffix in ["", "-wal"] where manager.fileExists(atPath: path + suffix) {
            try manager.copyItem(
                atPath: path + suffix,
                toPath: "\(folder)/catalog.sqlite\(suffix)"
            )
        }
    }
}
