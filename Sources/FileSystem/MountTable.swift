import Glibc

/// What is mounted where, as the kernel tells it to this process: /proc/self/mountinfo, whose lines
/// proc_pid_mountinfo(5) describes.
package struct MountTable: Sendable {
    /// One mount.
    package struct Mount: Hashable, Sendable {
        /// The numbers of its device (st_dev), as `8:1`; `0:N` where there is none.
        package let device: String
        /// Where it is mounted.
        package let point: String
        /// Its file system's type, such as `ext4`.
        package let type: String
        /// What is mounted: a device, or a word of the file system's own.
        package let source: String
        /// Whether nothing can be written there.
        package let isReadOnly: Bool
    }

    /// In the kernel's order: a later one covers an earlier one at the same point.
    package let mounts: [Mount]

    /// Reads the lines; one that is not as described is passed over.
    package init(parsing text: [UInt8]) {
        mounts = text.split(separator: UInt8(ascii: "\n")).compactMap(MountTable.read)
    }

    /// What is mounted now.
    package static func current() throws(FileSystemError) -> MountTable {
        let file = try FileHandle.open("/proc/self/mountinfo", O_RDONLY)
        return MountTable(parsing: try file.readAll(bytesMax: 16 << 20))
    }

    /// The mount that a path lies in.
    ///
    /// - Parameter path: absolute, without links, `.`, `..` and a slash at its end.
    /// - Returns: nil only where not even the root is known.
    package func mount(holding path: String) -> Mount? {
        var found: Mount?
        for mount in mounts where MountTable.isBeneath(path, mount.point) {
            if mount.point.utf8.count >= found?.point.utf8.count ?? 0 {
                found = mount
            }
        }
        return found
    }

    private static func isBeneath(_ path: String, _ point: String) -> Bool {
        path == point || path.hasPrefix(point == "/" ? "/" : point + "/")
    }

    /// Six words, any number of optional ones, a hyphen, three words.
    private static func read(_ line: ArraySlice<UInt8>) -> Mount? {
        let words = line.split(separator: UInt8(ascii: " "))
        guard words.count > 6,
            let hyphen = words[6...].firstIndex(where: { $0.elementsEqual("-".utf8) }),
            words.count > hyphen + 3
        else {
            return nil
        }
        // Of the mount, and of the file system itself.
        let options = [words[5], words[hyphen + 3]].flatMap { $0.split(separator: comma) }
        return Mount(
            device: plain(words[2]),
            point: plain(words[4]),
            type: plain(words[hyphen + 1]),
            source: plain(words[hyphen + 2]),
            isReadOnly: options.contains { $0.elementsEqual("ro".utf8) }
        )
    }

    private static let comma = UInt8(ascii: ",")

    /// A word without the escapes `\ooo` that the kernel writes for blanks and backslashes.
    private static func plain(_ word: ArraySlice<UInt8>) -> String {
        var bytes: [UInt8] = []
        var left = word
        while let byte = left.popFirst() {
            if byte == UInt8(ascii: "\\"), let escaped = octal(left.prefix(3)) {
                bytes.append(escaped)
                left = left.dropFirst(3)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func octal(_ digits: ArraySlice<UInt8>) -> UInt8? {
        guard digits.count == 3 else {
            return nil
        }
        return UInt8(String(decoding: digits, as: UTF8.self), radix: 8)
    }
}
