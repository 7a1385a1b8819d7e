import Model
import Primitives

/// Reads every object of a schema with a hash of its definition.
enum SchemaReader {
    /// Reads all kinds, in order of kind and name.
    static func read(from connection: borrowing Connection) throws(DatabaseError) -> [SchemaObject]
    {
        var objects: [SchemaObject] = []
        for sql in SchemaQueries.all {
            let rows = try connection.query(sql, for: "definitions of the schema")
            for row in rows.values {
                guard let kind = row[0], let name = row[1] else {
                    continue
                }
                let text = DefinitionText.normalized(row[2] ?? "", kind: kind)
                let digest = SHA256.hash(text).hex
                objects.append(
                    SchemaObject(kind: kind, name: name, hash: String(digest.prefix(32)))
                )
            }
        }
        return objects.sorted { ($0.kind, $0.name) < ($1.kind, $1.name) }
    }
}

/// Definitions as PostgreSQL writes them, without what changes when they are read back.
enum DefinitionText {
    /// Kinds whose definition is somebody's own text, kept to the letter.
    private static let verbatim: Set<String> = ["function", "comment", "enum"]

    /// Casts that the server adds or moves when an expression goes through a dump: a check of
    /// `a IN ('x', 'y')` on a varchar column is written `ARRAY[…]::text[]` in the source and
    /// `ARRAY[('x')::text, …]` in its restored copy (seen with 15.20).
    private static let casts = [
        "::character varying[]", "::character varying", "::text[]", "::text", "::bpchar[]",
        "::bpchar",
    ].map { Array($0.utf8) }

    /// The bytes to hash: for expressions without white space, parentheses and ``casts``.
    static func normalized(_ text: String, kind: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        guard !verbatim.contains(kind) else {
            return bytes
        }
        var kept: [UInt8] = []
        kept.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: ":"), let length = castLength(bytes, at: index) {
                index += length
                continue
            }
            if !ignored.contains(byte) {
                kept.append(byte)
            }
            index += 1
        }
        return kept
    }

    private static let ignored = Set(" \t\n()".utf8)

    private static func castLength(_ bytes: [UInt8], at index: Int) -> Int? {
        for cast in casts where bytes[index...].starts(with: cast) {
            let next = index + cast.count
            // `::text_of_ours` is another type, and `::text[]` was tried before `::text`.
            let isWhole = next == bytes.count || !isNamePart(bytes[next])
            return isWhole ? cast.count : nil
        }
        return nil
    }

    private static func isNamePart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "_"), 0x80...:
            true
        default: false
        }
    }
}
