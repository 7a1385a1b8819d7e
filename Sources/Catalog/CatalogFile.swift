import GRDB
import Glibc

/// The catalog's file: made whole or not at all, for its owner only.
enum CatalogFile {
    /// How long a writer waits for another process to finish its transaction, in seconds.
    static let busySeconds = 30.0

    /// Makes an empty catalog at `path` unless something lies there.
    ///
    /// It is made beside and linked, so that a file which is there is always a whole catalog: one
    /// of no bytes was cut short, and must not pass for a new one.
    static func makeIfMissing(_ path: String) throws(CatalogError) {
        guard unsafe access(path, F_OK) != 0 else {
            return
        }
        guard errno == ENOENT else {
            throw .last("open", path)
        }
        guard unsafe access("\(path)-wal", F_OK) != 0 else {
            // SQLite would play the old transactions into the new file.
            throw .damaged(path: path, reason: "it is missing, and its -wal file is there")
        }
        let temporary = "\(path).new-\(getpid())"
        remove(temporary)
        defer { remove(temporary) }
        try create(temporary)
        do {
            let queue = try DatabaseQueue(path: temporary, configuration: configuration)
            try queue.write { database in
                try database.execute(sql: "PRAGMA application_id = \(Schema.applicationID)")
            }
            try Schema.migrator.migrate(queue)
            try queue.close()
        } catch {
            throw CatalogError(error, path: path)
        }
        guard unsafe link(temporary, path) == 0 || errno == EEXIST else {
            throw .last("create", path)
        }
        try synchronizeFolder(of: path)
    }

    /// Opens the catalog at `path` and judges whether it is sound and of a version that we know.
    static func open(_ path: String) throws(CatalogError) -> DatabaseQueue {
        guard unsafe chmod(path, 0o600) == 0 else {
            throw .last("chmod", path)
        }
        try judgeHeader(path)
        do {
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            try queue.read { try judge($0, path: path) }
            try Schema.migrator.migrate(queue)
            return queue
        } catch {
            throw CatalogError(error, path: path)
        }
    }

    /// SQLite would take a file of less than a page for a new database and write into it, so the
    /// header is read without it: the magic of 16 bytes, and `application_id` at offset 68
    /// (https://www.sqlite.org/fileformat2.html#the_database_header).
    private static func judgeHeader(_ path: String) throws(CatalogError) {
        let descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw .last("open", path)
        }
        defer { close(descriptor) }
        var header = [UInt8](repeating: 0, count: 100)
        let count = unsafe read(descriptor, &header, header.count)
        guard count >= 0 else {
            throw .last("read", path)
        }
        guard count == header.count, header.starts(with: Array("SQLite format 3\0".utf8)) else {
            throw .damaged(path: path, reason: "it does not begin as a database does")
        }
        guard header[68..<72].reduce(0, { $0 << 8 | Int64($1) }) == Schema.applicationID else {
            throw .damaged(path: path, reason: "it is not a catalog of Toride")
        }
    }

    private static func judge(_ database: Database, path: String) throws {
        let answer = try String.fetchOne(database, sql: "PRAGMA quick_check(1)")
        guard answer == "ok" else {
            throw CatalogError.damaged(path: path, reason: answer ?? "SQLite could not check it")
        }
        guard try !Schema.migrator.hasBeenSuperseded(database) else {
            throw CatalogError.damaged(path: path, reason: "a newer version of Toride wrote it")
        }
    }

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.label = "Catalog"
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(busySeconds)
        // GRDB's own `journalMode = .wal` would set synchronous to NORMAL, which may forget the
        // last transactions in a power cut; the head of a set is among them.
        configuration.prepareDatabase { database in
            let mode = try String.fetchOne(database, sql: "PRAGMA journal_mode = WAL")
            guard mode == "wal" else {
                throw DatabaseError(resultCode: .SQLITE_CANTOPEN, message: "WAL is not possible")
            }
            try database.execute(sql: "PRAGMA synchronous = FULL")
        }
        return configuration
    }

    // MARK: - System calls

    private static func create(_ path: String) throws(CatalogError) {
        let descriptor = unsafe Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw .last("create", path)
        }
        close(descriptor)
    }

    private static func remove(_ path: String) {
        for suffix in ["", "-wal", "-shm"] {
            _ = unsafe unlink(path + suffix)
        }
    }

    private static func synchronizeFolder(of path: String) throws(CatalogError) {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        let descriptor = unsafe Glibc.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw .last("open", folder)
        }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else {
            throw .last("fsync", folder)
        }
    }
}

extension CatalogError {
    /// States the failure that errno tells of.
    fileprivate static func last(_ operation: String, _ path: String) -> CatalogError {
        let reason = unsafe String(cString: strerror(errno))
        return .unusable(
            path: path,
            reason: "\(operation): \(reason)",
            hint: "check that the folder exists, has space and the permissions to be written"
        )
    }
}
