@testable import Catalog
import Foundation
import GRDB
import Model
import Testing
import TestSupport

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

    @Test func `a log that was cut anywhere leaves a whole state`() throws {
        try withTemporaryFolder { folder in
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
                try? FileManager.default.removeItem(atPath: "\(copied)-shm")
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
