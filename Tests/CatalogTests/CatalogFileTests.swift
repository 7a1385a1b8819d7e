@testable import Catalog
import Foundation
import GRDB
import Model
import Primitives
import Testing
import TestSupport

@Suite struct CatalogFileTests {
    private func files(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    }

    private func isDamaged(_ path: String, because part: String? = nil) -> Bool {
        do throws(CatalogError) {
            _ = try Catalog(path: path)
            return false
        } catch {
            guard case .damaged(path, let reason) = error else {
                return false
            }
            return (part.map { reason.contains($0) } ?? true)
                && error.hint.contains("toride catalog rebuild")
                && error.exitCode == .couldNotLook
        }
    }

    @Test func `migrations that shipped are never changed`() {
        let hashes = Schema.migrations.map { migration in
            "\(migration.name): \(SHA256.hash(Array(migration.sql.utf8)).hex)"
        }
        #expect(hashes == frozenMigrations)
    }

    @Test func `a new catalog is its owner's alone and whole when closed`() throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/catalog.sqlite"
            let catalog = try Catalog(path: path)
            try catalog.record(snapshot(1), [])
            for name in try files(folder) {
                let mode = try FileManager.default.attributesOfItem(atPath: "\(folder)/\(name)")
                #expect(mode[.posixPermissions] as? Int == 0o600, "\(name)")
            }
            try catalog.close()
            #expect(try files(folder) == ["catalog.sqlite"])
            #expect(try Catalog(path: path).head(of: set(1))?.sequence == 1)
        }
    }

    @Test func `transactions are synchronized in full, in a write-ahead log`() throws {
        try withCatalog { catalog in
            func pragma(_ name: String) throws -> String? {
                try catalog.reading { try String.fetchOne($0, sql: "PRAGMA \(name)") }
            }
            // A statement of its own: the compiler does not look for `try` inside macros.
            let synchronous = try pragma("synchronous")
            #expect(synchronous == "2")
            #expect(try pragma("journal_mode") == "wal")
            #expect(try pragma("foreign_keys") == "1")
            #expect(try pragma("busy_timeout") == "30000")
        }
    }

    @Test func `foreign keys are enforced`() throws {
        try withCatalog { catalog in
            try catalog.record(snapshot(1), [page(0, [0: object(1)])])
            for sql in ["DELETE FROM sets", "DELETE FROM pages", "DELETE FROM snapshots"] {
                #expect(throws: CatalogError.self, "\(sql)") {
                    try catalog.writing { try $0.execute(sql: sql) }
                }
            }
        }
    }

    @Test func `what is not a database is named and left as it is`() throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/catalog.sqlite"
            for text in ["", "x", String(repeating: "not a database ", count: 1_000)] {
                try text.write(toFile: path, atomically: false, encoding: .utf8)
                #expect(isDamaged(path), "\(text.prefix(20))")
                #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
                #expect(try files(folder) == ["catalog.sqlite"])
            }
        }
    }

    @Test func `another program's database is not taken for a catalog`() throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/catalog.sqlite"
            try tamper(path, "CREATE TABLE t (a)")
            #expect(isDamaged(path, because: "not a catalog"))
        }
    }

    @Test func `a newer version's catalog is not touched`() throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/catalog.sqlite"
            try Catalog(path: path).close()
            try tamper(path, "INSERT INTO grdb_migrations VALUES ('4 something new')")
            #expect(isDamaged(path, because: "newer version"))
        }
    }

    @Test func `a catalog that knew no work on stores is brought up, and keeps its runs`() throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/catalog.sqlite"
            try makeOld(path, upTo: "4 copies, readings, attacks and media")
            let begun = "INSERT INTO runs VALUES (7, 'vault', 'read', 100, 101, NULL, NULL)"
            #expect(throws: DatabaseError.self) { try tamper(path, begun) }
            try tamper(
                path,
                """
                INSERT INTO runs VALUES (7, 'files', 'backup', 100, 101, 150, 3),
                    (8, 'weekly', 'drill', 100, 102, NULL, NULL)
                """
            )
            let catalog = try Catalog(path: path)
            let due = Timestamp(seconds: 100)
            let backup = try catalog.lastRun(of: "files", kind: .backup)
            let end = RunRow.End(finished: Timestamp(seconds: 150), outcome: .notProven)
            #expect(backup?.started == Timestamp(seconds: 101) && backup?.end == end)
            #expect(try catalog.lastRun(of: "weekly", kind: .drill)?.end == nil)
            #expect(try catalog.runCount(of: "weekly", kind: .drill, due: due) == 1)
            // Numbers go on, and what was running can end.
            let row = RunRow(name: "vault", kind: .read, due: due, started: due)
            #expect(try catalog.record(run: row) == 9)
            try catalog.finish(run: 8, end)
            #expect(try catalog.lastRun(of: "weekly", kind: .drill)?.end == end)
        }
    }

    @Test func `what file systems media lie on is learnt anew`() throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/catalog.sqlite"
            try makeOld(path, upTo: "4 copies, readings, attacks and media")
            try tamper(
                path,
                """
                INSERT INTO media (id, label, store, filesystem, custodian, location, added)
                VALUES (zeroblob(16), 'A', 'rdx', '3755426d', 'Sato', 'bank', 100)
                """
            )
            let row = try #require(try Catalog(path: path).media().first)
            #expect(row.label == "A" && row.filesystem == nil && row.serial == nil)
            #expect(row.doubted == nil)
        }
    }

    /// Makes a catalog as a version made it that had fewer migrations.
    private func makeOld(_ path: String, upTo migration: String) throws {
        let queue = try DatabaseQueue(path: path)
        try queue.write {
            try $0.execute(sql: "PRAGMA application_id = \(Schema.applicationID)")
        }
        try Schema.migrator.migrate(queue, upTo: migration)
        try queue.close()
    }

    @Test func `a lost file beside its log is not begun anew`() throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/catalog.sqlite"
            try "log".write(toFile: "\(path)-wal", atomically: false, encoding: .utf8)
            #expect(isDamaged(path, because: "missing"))
            #expect(try files(folder) == ["catalog.sqlite-wal"])
        }
    }

    @Test func `any page that is overwritten or cut off is found at opening`() throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/catalog.sqlite"
            let catalog = try Catalog(path: path)
            for sequence in UInt64(1)...40 {
                let objects = [UInt16(sequence): object(Int(sequence))]
                try catalog.record(snapshot(sequence), [page(0, objects)])
            }
            try catalog.close()
            let whole = try Data(contentsOf: URL(filePath: path))
            #expect(whole.count.isMultiple(of: 4_096) && whole.count > 20 * 4_096)
            var missed: [Int] = []
            for offset in stride(from: 0, to: whole.count, by: 4_096) {
                var damaged = whole
                // 0xff at its head is no kind of b-tree page; the root has its header first.
                damaged[offset] = 0xff
                try damaged.write(to: URL(filePath: path))
                if !isDamaged(path) {
                    missed.append(offset / 4_096)
                }
            }
            #expect(missed.isEmpty)
            try whole.dropLast(4_096).write(to: URL(filePath: path))
            #expect(isDamaged(path))
            try whole.write(to: URL(filePath: path))
            #expect(try Catalog(path: path).snapshots(of: set(1)).count == 40)
        }
    }

    @Test func `a value of a wrong shape is damage, not a crash`() throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/catalog.sqlite"
            let catalog = try Catalog(path: path)
            try catalog.record(snapshot(1), [page(0, [0: object(1)])])
            let sql = "PRAGMA ignore_check_constraints = 1; UPDATE snapshots SET name = x'00'"
            try tamper(path, sql)
            #expect(throws: CatalogError.self) { try catalog.snapshots(of: set(1)) }
            try tamper(path, "UPDATE objects SET kind = 9")
            #expect(throws: CatalogError.self) { try catalog.forEachObject(of: set(1)) { _ in } }
        }
    }

    @Test func `a folder that is not there is told as such`() {
        let error = #expect(throws: CatalogError.self) {
            try Catalog(path: "/nonexistent/catalog.sqlite")
        }
        guard case .unusable = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }
}

/// Copied from a failing test once, when each was written.
private let frozenMigrations = [
    "1 snapshots and objects: 063037d1159d915b295a3ed7182ec4fff4ddc0c8c5fa26534d6b7b5ca41371a5",
    "2 verifications, drills and key checks: "
        + "321796246c2945c39150c2914fd56933606f8fffe1ab322cff50cce68a0265ac",
    "3 runs of the daemon: 9c77bbac2cc3f1f2f289669ba25528aba06b45207a07b091f0fef8b9038cf165",
    "4 copies, readings, attacks and media: "
        + "66e55c694f23b6aae2f882a286e25d3b02fca90b52237bc56468e9e0d7380071",
    "5 work on stores, and holds: "
        + "53ca803885dcd1494c7d14eac4deb8cba2d79557ff13e6e8918661ada079d13f",
]
