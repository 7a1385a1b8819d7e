import FileSystem
import Glibc

/// The table of contents of a pg_dump archive in the custom format.
///
/// Read from the bytes themselves rather than through `pg_restore -f -`: in a script the text of
/// one entry can pretend to be the beginning of another, in the archive it cannot. What stands here
/// is exactly what pg_restore sends to the server.
///
/// - SeeAlso: ReadHead and ReadToc in src/bin/pg_dump/pg_backup_archiver.c, _ReadExtraToc in
///   pg_backup_custom.c, of PostgreSQL 12 to 17.
struct DumpArchive: Hashable, Sendable {
    /// The major version of the server that was dumped, as 15; nil if it does not say so.
    let serverMajor: Int?
    /// The entries, in the archive's order.
    let entries: [Entry]

    /// A thing that pg_restore makes.
    struct Entry: Hashable, Sendable {
        /// Its kind, as `TABLE DATA`.
        let kind: String
        /// Its name.
        let name: String
        /// Its schema; empty for none.
        let schema: String
        /// The statements that make it.
        let definition: [UInt8]
        /// The statements that remove it.
        let removal: [UInt8]
        /// The statement that takes its data.
        let copy: [UInt8]
        /// Whether data follow.
        let hasData: Bool
        /// The role that it is given to; empty for none.
        var owner = ""

        /// `FUNCTION public.f`.
        var label: String {
            kind + " " + (schema.isEmpty ? "" : schema + ".") + name.prefix(200)
        }
    }

    /// Largest table of contents that is read.
    static let bytesMax = 512 << 20
    /// Most entries.
    static let entriesMax = 2_000_000
    /// Longest statement: a table has at most 1,600 columns, and nobody reads a longer function.
    /// Its tokens take some thirty times as much memory.
    static let statementBytesMax = 4 << 20

    /// Reads the head and the table of contents of the archive at `path`.
    ///
    /// - Throws: ``DatabaseError/invalidFile(path:why:)`` for anything that is not an archive of
    ///   version 1.12 to 1.16; ``DatabaseError/file(_:)``.
    init(path: String) throws(DatabaseError) {
        do throws(FileSystemError) {
            var reader = ArchiveReader(try FileHandle.open(path, O_RDONLY), path: path)
            self = try reader.archive()
        } catch {
            throw error.code == EBADMSG || error.code == EFBIG
                ? .invalidFile(path: path, why: error.operation) : .file(error)
        }
    }

    /// Takes a table of contents apart from any file.
    init(serverMajor: Int?, entries: [Entry]) {
        self.serverMajor = serverMajor
        self.entries = entries
    }
}

/// Reads an archive byte by byte. What is wrong with the bytes is thrown as EBADMSG with a sentence
/// for an operation, so that one typed error serves for both.
private struct ArchiveReader: ~Copyable {
    private let file: FileHandle
    private let path: String
    private var block = [UInt8](repeating: 0, count: 256 << 10)
    private var filled = 0
    private var next = 0
    private var total = 0
    private var integerBytes = 4
    private var offsetBytes = 8
    private var minor = 0

    init(_ file: consuming FileHandle, path: String) {
        self.file = file
        self.path = path
    }

    mutating func archive() throws(FileSystemError) -> DumpArchive {
        guard try bytes(5) == Array("PGDMP".utf8) else {
            throw invalid("is no pg_dump archive in the custom format")
        }
        let major = try byte()
        minor = Int(try byte())
        _ = try byte()
        guard major == 1, (12...16).contains(minor) else {
            throw invalid("is an archive of an unknown version 1.\(minor)")
        }
        integerBytes = Int(try byte())
        offsetBytes = Int(try byte())
        guard (1...8).contains(integerBytes), (1...8).contains(offsetBytes), try byte() == 1 else {
            throw invalid("is no pg_dump archive in the custom format")
        }
        // Compression: a byte for the algorithm from 1.15 on, a level before.
        _ = minor >= 15 ? Int(try byte()) : try integer()
        for _ in 0..<7 {
            _ = try integer()
        }
        _ = try string()
        let serverVersion = String(decoding: try string() ?? [], as: UTF8.self)
        _ = try string()
        let count = try integer()
        guard (0...DumpArchive.entriesMax).contains(count) else {
            throw invalid("names too many entries")
        }
        var entries: [DumpArchive.Entry] = []
        for _ in 0..<count {
            entries.append(try entry())
        }
        let serverMajor = serverVersion.split { !$0.isNumber }.first.flatMap { Int($0) }
        return DumpArchive(serverMajor: serverMajor, entries: entries)
    }

    private mutating func entry() throws(FileSystemError) -> DumpArchive.Entry {
        _ = try integer()
        let hasData = try integer() != 0
        _ = try string()
        _ = try string()
        let name = try text()
        let kind = try text()
        _ = try integer()
        let definition = try string() ?? []
        let removal = try string() ?? []
        let copy = try string() ?? []
        let schema = try text()
        _ = try string()
        if minor >= 14 {
            _ = try string()
        }
        if minor >= 16 {
            _ = try integer()
        }
        let owner = try text()
        _ = try string()
        while try string() != nil {}
        _ = try bytes(1 + offsetBytes)
        return DumpArchive.Entry(
            kind: kind,
            name: name,
            schema: schema,
            definition: definition,
            removal: removal,
            copy: copy,
            hasData: hasData,
            owner: owner
        )
    }

    // MARK: Values

    private mutating func text() throws(FileSystemError) -> String {
        String(decoding: try string() ?? [], as: UTF8.self)
    }

    /// A length and that many bytes; nil for a negative length.
    private mutating func string() throws(FileSystemError) -> [UInt8]? {
        let length = try integer()
        guard length <= DumpArchive.statementBytesMax else {
            throw invalid("holds a statement that is too long")
        }
        return length < 0 ? nil : try bytes(length)
    }

    /// A sign byte and a magnitude, its lowest byte first.
    private mutating func integer() throws(FileSystemError) -> Int {
        let isNegative = try byte() != 0
        var value = 0
        for (index, part) in try bytes(integerBytes).enumerated() {
            guard index < 7 || part == 0 else {
                throw invalid("holds a number that is too large")
            }
            value |= Int(part) << (8 * index)
        }
        return isNegative ? -value : value
    }

    private mutating func bytes(_ count: Int) throws(FileSystemError) -> [UInt8] {
        total += count
        guard total <= DumpArchive.bytesMax else {
            throw invalid("has a table of contents that is too large")
        }
        var taken: [UInt8] = []
        while taken.count < count {
            if next == filled {
                filled = try file.readBlock(&block)
                next = 0
            }
            guard filled > 0 else {
                throw invalid("ends in its table of contents")
            }
            let part = min(count - taken.count, filled - next)
            taken += block[next..<next + part]
            next += part
        }
        return taken
    }

    private mutating func byte() throws(FileSystemError) -> UInt8 {
        try bytes(1)[0]
    }

    private func invalid(_ why: String) -> FileSystemError {
        FileSystemError(why, path, code: EBADMSG)
    }
}
