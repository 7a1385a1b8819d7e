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
        var (length, dots) = (0, 0)
        for byte in path {
            guard byte == slash else {
                length += 1
                dots += byte == UInt8(ascii: ".") ? 1 : 0
                continue
            }
            guard isName(length, dots: dots) else {
                return false
            }
            (length, dots) = (0, 0)
        }
        return isName(length, dots: dots)
    }

    /// Whether a part of so many bytes, of which so many are dots, can be a name: not empty, not
    /// too long, not `.` or `..`.
    private static func isName(_ length: Int, dots: Int) -> Bool {
        1...Limits.nameBytesMax ~= length && (dots < length || length > 2)
    }

    /// The path of `name` in the folder `folder`; "" is the root.
    package static func joined(_ folder: [UInt8], _ name: [UInt8]) -> [UInt8] {
        guard !folder.isEmpty else {
            return name
        }
        var path: [UInt8] = []
        path.reserveCapacity(folder.count + 1 + name.count)
        path += folder
        path.append(slash)
        path += name
        return path
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
