import Model

/// The paths of a file list: their order, their safety, their parts.
package enum RecordPath {
    /// Whether `one` comes before `other`: part by part, by bytes. A folder comes before what is
    /// in it, and all that is in it before what follows the folder.
    package static func precedes(_ one: [UInt8], _ other: [UInt8]) -> Bool {
        for (left, right) in zip(one, other) where left != right {
            return rank(left) < rank(right)
        }
        return one.count < other.count
    }

    /// Whether `path` names something beneath a root and nothing else: not empty, not absolute, no
    /// empty part, no `.` or `..`, no zero byte.
    package static func isSafe(_ path: [UInt8]) -> Bool {
        guard !path.isEmpty, path.count <= Limits.pathBytesMax, !path.contains(0) else {
            return false
        }
        let parts = path.split(separator: slash, omittingEmptySubsequences: false)
        return parts.allSatisfy { part in
            !part.isEmpty && part.count <= Limits.nameBytesMax && part != [UInt8(ascii: ".")][...]
                && part != [UInt8(ascii: "."), UInt8(ascii: ".")][...]
        }
    }

    /// Whether `path` lies in the folder `folder`, however deep. The root, "", holds nothing here.
    package static func isBeneath(_ path: [UInt8], _ folder: [UInt8]) -> Bool {
        path.count > folder.count && path[folder.count] == slash && path.starts(with: folder)
    }

    /// The last part of `path`.
    package static func name(of path: [UInt8]) -> [UInt8] {
        Array(path.suffix(from: path.lastIndex(of: slash).map { $0 + 1 } ?? 0))
    }

    /// The folder that `path` lies in; "" of what lies at the root.
    package static func folder(of path: [UInt8]) -> [UInt8] {
        Array(path[..<(path.lastIndex(of: slash) ?? 0)])
    }

    /// What an operator types, as records spell it: without the slashes it begins with.
    package static func relative(_ text: String) -> [UInt8] {
        Array(text.utf8.drop { $0 == slash })
    }

    private static let slash = UInt8(ascii: "/")

    /// `/` divides parts and so sorts before every byte that a part can hold.
    private static func rank(_ byte: UInt8) -> UInt8 {
        byte == slash ? 0 : byte
    }
}
