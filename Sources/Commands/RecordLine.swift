import Format
import Model
import Reporting

/// A file of a snapshot as `ls` shows it.
enum RecordLine {
    /// Kind and mode, owner, size, time and path.
    static func text(_ record: FileRecord) -> String {
        let size = size(record).map { "\($0)" } ?? "-"
        let pad = String(repeating: " ", count: max(0, 12 - size.utf8.count))
        let path = SubjectText.describe(.path(record.path), .english)
        return "\(letter(record))\(octal(record.mode)) \(record.uid):\(record.gid) "
            + "\(pad)\(size) \(record.modified.rfc3339) \(path)\(suffix(record))"
    }

    /// For programs; `pathBase64` is the exact name where it is not UTF-8.
    static func json(_ record: FileRecord) -> JSONValue {
        var members: [String: JSONValue] = [
            "gid": .integer(Int64(record.gid)), "kind": .string(letter(record)),
            "mode": .string(octal(record.mode)), "modified": .string(record.modified.rfc3339),
            "pathBase64": .string(Base64.encode(record.path)), "uid": .integer(Int64(record.uid)),
        ]
        members["path"] =
            String(validating: record.path, as: UTF8.self).map { .string($0) } ?? .null
        members["size"] = size(record).map { .integer(Int64(clamping: $0)) } ?? .null
        return .object(members)
    }

    private static func size(_ record: FileRecord) -> UInt64? {
        if case .regular(let content) = record.kind { content.size } else { nil }
    }

    private static func letter(_ record: FileRecord) -> String {
        switch record.kind {
        case .regular: "-"
        case .directory: "d"
        case .symlink: "l"
        case .fifo: "p"
        case .socket: "s"
        case .characterDevice: "c"
        case .blockDevice: "b"
        case .hardLink: "h"
        }
    }

    private static func suffix(_ record: FileRecord) -> String {
        switch record.kind {
        case .symlink(let target): " -> \(SubjectText.describe(.path(target), .english))"
        case .hardLink(let first): " = \(SubjectText.describe(.path(first), .english))"
        default: ""
        }
    }

    private static func octal(_ mode: UInt16) -> String {
        let digits = String(mode, radix: 8)
        return String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
    }
}
