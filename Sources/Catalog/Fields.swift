import Foundation
import Format
import GRDB
import Model

/// Reads the columns of one row by name. A value of a wrong shape throws ``BadValue``; GRDB's own
/// subscripts would end the program, and a file's bytes are not ours to trust.
struct Fields {
    private let row: Row

    /// Reads `row`.
    init(_ row: Row) {
        self.row = row
    }

    private func storage(_ column: String) -> DatabaseValue.Storage {
        let value: DatabaseValue? = row[column]
        return (value ?? .null).storage
    }

    /// Whether the column holds nothing, or is not there.
    func isNull(_ column: String) -> Bool {
        if case .null = storage(column) { true } else { false }
    }

    /// A whole number.
    func integer(_ column: String) throws -> Int64 {
        guard case .int64(let value) = storage(column) else {
            throw BadValue(column: column)
        }
        return value
    }

    /// A whole number that is not negative.
    func natural(_ column: String) throws -> UInt64 {
        guard let value = UInt64(exactly: try integer(column)) else {
            throw BadValue(column: column)
        }
        return value
    }

    /// Text.
    func text(_ column: String) throws -> String {
        guard case .string(let text) = storage(column) else {
            throw BadValue(column: column)
        }
        return text
    }

    /// Bytes.
    func bytes(_ column: String) throws -> [UInt8] {
        guard case .blob(let data) = storage(column) else {
            throw BadValue(column: column)
        }
        return Array(data)
    }

    /// 32 bytes.
    func digest(_ column: String) throws -> Digest {
        guard let digest = Digest(try bytes(column)) else {
            throw BadValue(column: column)
        }
        return digest
    }

    /// 32 bytes that name an object.
    func name(_ column: String) throws -> ObjectName {
        ObjectName(try digest(column))
    }

    /// 16 random bytes.
    func id(_ column: String) throws -> RandomID {
        guard let id = RandomID(try bytes(column)) else {
            throw BadValue(column: column)
        }
        return id
    }

    /// 16 bytes that name a set.
    func set(_ column: String) throws -> SetID {
        SetID(try id(column))
    }

    /// Seconds since 1970 in UTC.
    func time(_ column: String) throws -> Timestamp {
        Timestamp(seconds: try integer(column))
    }

    /// One of the three words.
    func verdict(_ column: String) throws -> Verdict {
        guard let verdict = Verdict(rawValue: try text(column)) else {
            throw BadValue(column: column)
        }
        return verdict
    }

    /// The value of `column`, or nil where it is NULL.
    func optional<R>(_ column: String, _ read: (String) throws -> R) throws -> R? {
        isNull(column) ? nil : try read(column)
    }

    /// An object in the columns `kind`, `name` and `size`.
    func object() throws -> ObjectRef {
        guard let number = UInt8(exactly: try integer("kind")),
            let kind = ObjectKind(rawValue: number)
        else {
            throw BadValue(column: "kind")
        }
        return ObjectRef(kind: kind, name: try name("name"), size: try natural("size"))
    }
}

// MARK: - Writing

extension Digest {
    /// The 32 bytes as SQLite takes them.
    var blob: Data { Data(bytes) }
}

extension ObjectName {
    /// The 32 bytes as SQLite takes them.
    var blob: Data { digest.blob }
}

extension RandomID {
    /// The 16 bytes as SQLite takes them.
    var blob: Data { Data(bytes) }
}

extension SetID {
    /// The 16 bytes as SQLite takes them.
    var blob: Data { id.blob }
}

extension UInt64 {
    /// As SQLite takes it: 63 bits, or ``CatalogError/refused(reason:)``.
    func column(_ name: String) throws(CatalogError) -> Int64 {
        guard let value = Int64(exactly: self) else {
            throw .refused(reason: "\(name) \(self) is over 63 bits")
        }
        return value
    }
}
