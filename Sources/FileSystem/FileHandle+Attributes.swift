import CSystem
import Glibc

/// An extended attribute as the kernel has it.
package struct ExtendedAttribute: Hashable, Sendable {
    /// With its namespace, as `user.comment`.
    package let name: [UInt8]
    /// Any bytes; of an ACL, the kernel's binary form.
    package let value: [UInt8]

    /// States an attribute.
    package init(name: [UInt8], value: [UInt8]) {
        self.name = name
        self.value = value
    }
}

extension FileHandle {
    /// The extended attributes of a name in this directory, rising by name; POSIX ACLs are among
    /// them as `system.posix_acl_access` and `system.posix_acl_default`.
    ///
    /// Works on any kind of file and follows no symbolic link, by way of /proc/self/fd. A file
    /// system without attributes has none.
    package borrowing func attributes(
        name: [UInt8]
    ) throws(FileSystemError) -> [ExtendedAttribute] {
        let target = attributePath(name)
        return unsafe try readAttributes(of: fullPath(name)) { list, room in
            unsafe target.withCPath { unsafe llistxattr($0, list, room) }
        } value: { attribute, value, room in
            unsafe target.withCPath { unsafe lgetxattr($0, attribute, value, room) }
        }
    }

    /// The extended attributes of this file itself, which costs a fraction of asking by name.
    package borrowing func attributes() throws(FileSystemError) -> [ExtendedAttribute] {
        let file = descriptor
        return unsafe try readAttributes(of: path) { list, room in
            unsafe flistxattr(file, list, room)
        } value: { attribute, value, room in
            unsafe fgetxattr(file, attribute, value, room)
        }
    }

    private borrowing func readAttributes(
        of path: @autoclosure () -> String,
        names: (UnsafeMutablePointer<CChar>?, Int) -> Int,
        value: (UnsafePointer<CChar>, UnsafeMutableRawPointer?, Int) -> Int
    ) throws(FileSystemError) -> [ExtendedAttribute] {
        // Most files have none, which this tells without a buffer.
        var count = names(nil, 0)
        if count == 0 || count < 0 && errno == EOPNOTSUPP {
            return []
        }
        var list: [UInt8] = []
        repeat {
            // One more name may come meanwhile.
            list = [UInt8](repeating: 0, count: max(count, 2 * list.count) + 256)
            count = unsafe list.withUnsafeMutableBytes { buffer in
                unsafe names(buffer.assumingMemoryBound(to: CChar.self).baseAddress, buffer.count)
            }
        } while count < 0 && errno == ERANGE && list.count < 1 << 20
        guard count >= 0 else {
            throw .last("listxattr", path())
        }
        var attributes: [ExtendedAttribute] = []
        // XATTR_SIZE_MAX of linux/limits.h; what is kept of it is only what a value needs.
        var bytes = [UInt8](repeating: 0, count: 65_536)
        for name in list[..<count].split(separator: 0).map({ Array($0) }) {
            let count = unsafe name.withCPath { name in
                unsafe bytes.withUnsafeMutableBytes { unsafe value(name, $0.baseAddress, $0.count) }
            }
            guard count >= 0 else {
                if errno == ENODATA {
                    continue  // It went away between listing and reading.
                }
                throw .last("getxattr", path())
            }
            attributes.append(ExtendedAttribute(name: name, value: Array(bytes[..<count])))
        }
        return attributes.sorted { $0.name.lexicographicallyPrecedes($1.name) }
    }

    /// Sets an extended attribute on a name in this directory, without following a link.
    package borrowing func setAttribute(
        _ attribute: ExtendedAttribute,
        name: [UInt8]
    ) throws(FileSystemError) {
        let target = attributePath(name)
        let result = unsafe target.withCPath { target in
            unsafe attribute.name.withCPath { key in
                unsafe lsetxattr(target, key, attribute.value, attribute.value.count, 0)
            }
        }
        guard result == 0 else {
            let what = "set \(String(decoding: attribute.name, as: UTF8.self))"
            throw .last(what, fullPath(name))
        }
    }

    /// Removes what a user may have set on this file itself: attributes of the namespace `user`,
    /// and POSIX ACLs. All others are the system's or the file server's.
    ///
    /// - Returns: the names of those that could not be removed.
    /// - Throws: ``FileSystemError`` if they cannot be looked at.
    package borrowing func removeAttributes() throws(FileSystemError) -> [String] {
        let removed = ["user.", "system.posix_acl_"].map { Array($0.utf8) }
        let file = descriptor
        return try attributes()
            .filter { attribute in removed.contains { attribute.name.starts(with: $0) } }
            .filter { attribute in
                let result = unsafe attribute.name.withCPath { unsafe fremovexattr(file, $0) }
                return result != 0 && errno != ENODATA
            }
            .map { String(decoding: $0.name, as: UTF8.self) }
    }

    /// There is no lgetxattrat(2) in this kernel's headers; the descriptor's place in /proc stands
    /// for the directory, so no part of the way can be exchanged under us.
    private borrowing func attributePath(_ name: [UInt8]) -> [UInt8] {
        Array("/proc/self/fd/\(descriptor)/".utf8) + name
    }

    /// The target of a symbolic link in this directory.
    package borrowing func linkTarget(name: [UInt8]) throws(FileSystemError) -> [UInt8] {
        let directory = descriptor
        var target = [UInt8](repeating: 0, count: Int(PATH_MAX) + 1)
        let count: Int = unsafe name.withCPath { name in
            unsafe target.withUnsafeMutableBytes { buffer in
                guard let base = buffer.baseAddress else {
                    return -1
                }
                return unsafe readlinkat(
                    directory,
                    name,
                    base.assumingMemoryBound(to: CChar.self),
                    buffer.count
                )
            }
        }
        guard count >= 0 else {
            throw .last("readlink", fullPath(name))
        }
        target.removeSubrange(count...)
        return target
    }

    /// Where data lies in an open file of `size` bytes: runs between holes, in order.
    ///
    /// A file system that knows no holes reports one run (lseek(2), SEEK_DATA). Where there are
    /// more runs than `runsMax`, small holes count as data, which they read as.
    package borrowing func dataRuns(
        size: UInt64,
        runsMax: Int = .max
    ) throws(FileSystemError) -> [Range<UInt64>] {
        var runs: [Range<UInt64>] = []
        var position: Int = 0
        var hole: UInt64 = 0
        while position < Int(size) {
            let start = lseek(descriptor, position, SEEK_DATA)
            if start < 0, errno == ENXIO {
                break
            }
            let end = start < 0 ? -1 : lseek(descriptor, start, SEEK_HOLE)
            guard start >= 0, end > start else {
                throw .last("lseek", path)
            }
            let run = UInt64(start)..<min(UInt64(end), size)
            position = end
            runs.append(run, joining: hole)
            while runs.count > max(1, runsMax) {
                hole = max(4_096, hole * 2)
                runs = runs.reduce(into: []) { $0.append($1, joining: hole) }
            }
        }
        guard lseek(descriptor, 0, SEEK_SET) == 0 else {
            throw .last("lseek", path)
        }
        return runs
    }
}

extension [Range<UInt64>] {
    /// Appends a run of data; a hole of at most `hole` bytes before it becomes data.
    fileprivate mutating func append(_ run: Range<UInt64>, joining hole: UInt64) {
        if let last, run.lowerBound - last.upperBound <= hole {
            self[count - 1] = last.lowerBound..<run.upperBound
        } else {
            append(run)
        }
    }
}
