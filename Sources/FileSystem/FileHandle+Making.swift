import CSystem
import Glibc
package import Model

/// Making files anew, each beneath an open directory and never through a symbolic link.
extension FileHandle {
    /// Opens a path beneath this directory; no part of it may be a symbolic link or lead out.
    ///
    /// The path may be longer than PATH_MAX: it is then opened in steps.
    /// - SeeAlso: openat2(2), RESOLVE_BENEATH and RESOLVE_NO_SYMLINKS.
    package borrowing func open(
        beneath path: [UInt8],
        _ flags: Int32,
        mode: UInt32 = 0
    ) throws(FileSystemError) -> FileHandle {
        let longest = Int(PATH_MAX) - 1
        guard path.count > longest,
            let end = path.prefix(longest).lastIndex(of: UInt8(ascii: "/"))
        else {
            return try openStep(path, flags, mode: mode)
        }
        let inner = try openStep(Array(path[..<end]), csystem_o_path | O_DIRECTORY, mode: 0)
        return try inner.open(beneath: Array(path[(end + 1)...]), flags, mode: mode)
    }

    private borrowing func openStep(
        _ path: [UInt8],
        _ flags: Int32,
        mode: UInt32
    ) throws(FileSystemError) -> FileHandle {
        let directory = descriptor
        let resolve = UInt64(RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS)
        let opened = unsafe path.withCPath { path in
            retrying {
                unsafe csystem_openat2(
                    directory,
                    path,
                    UInt64(flags | O_CLOEXEC),
                    UInt64(mode),
                    resolve
                )
            }
        }
        guard opened >= 0 else {
            throw .last("open", fullPath(path))
        }
        return FileHandle(owning: opened, path: fullPath(path))
    }

    /// What lies beneath this directory at `path`; no part before the last may be a symbolic link.
    package borrowing func status(
        beneath path: [UInt8]
    ) throws(FileSystemError) -> FileStatus {
        try open(beneath: path, csystem_o_path | O_NOFOLLOW).status()
    }

    /// Points at what lies at a path, of whatever kind, without opening it; a symbolic link is
    /// pointed at itself.
    ///
    /// - Parameter path: where.
    /// - Returns: a handle that can be asked what it is, and that `/proc/self/fd` leads through.
    /// - Throws: ``FileSystemError``.
    package static func pointing(to path: String) throws(FileSystemError) -> FileHandle {
        try open(path, csystem_o_path | O_NOFOLLOW)
    }

    /// Makes a directory.
    package borrowing func makeDirectory(
        name: [UInt8],
        mode: UInt32 = 0o700
    ) throws(FileSystemError) {
        unsafe try check("mkdir", name) { unsafe mkdirat(descriptor, $0, mode) }
    }

    /// Makes a symbolic link.
    package borrowing func makeSymlink(
        name: [UInt8],
        target: [UInt8]
    ) throws(FileSystemError) {
        unsafe try check("symlink", name) { name in
            unsafe target.withCPath { unsafe symlinkat($0, descriptor, name) }
        }
    }

    /// Makes another name for `first` in `directory`.
    package borrowing func makeLink(
        name: [UInt8],
        to first: [UInt8],
        in directory: borrowing FileHandle
    ) throws(FileSystemError) {
        let from = directory.descriptor
        unsafe try check("link", name) { name in
            unsafe first.withCPath { unsafe linkat(from, $0, descriptor, name, 0) }
        }
    }

    /// Makes a FIFO, a socket or a device.
    package borrowing func makeSpecial(
        name: [UInt8],
        kind: FileStatus.Kind,
        major: UInt32 = 0,
        minor: UInt32 = 0
    ) throws(FileSystemError) {
        let type: mode_t =
            switch kind {
            case .fifo: Glibc.S_IFIFO
            case .socket: Glibc.S_IFSOCK
            case .characterDevice: Glibc.S_IFCHR
            case .blockDevice: Glibc.S_IFBLK
            default: preconditionFailure("\(kind) is not special")
            }
        // gnu_dev_makedev of glibc's sysmacros.h.
        let (high, low) = (UInt64(major), UInt64(minor))
        let device =
            (high & 0xfff) << 8 | (high & ~0xfff) << 32 | (low & 0xff) | (low & ~0xff) << 12
        unsafe try check("mknod", name) {
            unsafe mknodat(descriptor, $0, type | 0o600, UInt(device))
        }
    }

    /// Sets the owner of a name, without following a link.
    package borrowing func setOwner(
        name: [UInt8],
        uid: UInt32,
        gid: UInt32
    ) throws(FileSystemError) {
        unsafe try check("chown", name) {
            unsafe fchownat(descriptor, $0, uid, gid, AT_SYMLINK_NOFOLLOW)
        }
    }

    /// Sets the mode of a name that is not a symbolic link.
    package borrowing func setMode(name: [UInt8], _ mode: UInt16) throws(FileSystemError) {
        // fchmodat(2) follows links, so the file is held by O_PATH and changed through /proc.
        let held = try open(name: name, csystem_o_path)
        let target = Array("/proc/self/fd/\(held.descriptor)".utf8)
        unsafe try check("chmod", name) { _ in
            unsafe target.withCPath { unsafe chmod($0, UInt32(mode)) }
        }
    }

    /// Sets the time of last modification of a name, without following a link.
    package borrowing func setModified(
        name: [UInt8],
        _ time: Timestamp
    ) throws(FileSystemError) {
        let moment = timespec(tv_sec: Int(time.seconds), tv_nsec: Int(time.nanoseconds))
        let times = [moment, moment]
        unsafe try check("utimensat", name) {
            unsafe utimensat(descriptor, $0, times, AT_SYMLINK_NOFOLLOW)
        }
    }

    /// Sets the size of an open file; new bytes are a hole.
    package borrowing func setSize(_ size: UInt64) throws(FileSystemError) {
        guard size <= UInt64(Int.max), ftruncate(descriptor, Int(size)) == 0 else {
            throw .last("truncate", path)
        }
    }

    /// Takes the room for the first `size` bytes of an open file, so that a disk that is too small
    /// is met before hours of writing. Where a file system cannot do that, or compresses what is
    /// written, nothing happens.
    ///
    /// - Throws: ``FileSystemError`` if there is no room.
    package borrowing func allocate(_ size: UInt64) throws(FileSystemError) {
        guard size > 0, try !compresses() else {
            return
        }
        let file = descriptor
        let done = retrying { csystem_allocate(file, Int64(clamping: size)) }
        guard done == 0 || ![ENOSPC, EDQUOT, EFBIG].contains(errno) else {
            throw .last("allocate", path)
        }
    }

    /// Drops what the page cache has of an open file, as far as it is on the disk: what is read
    /// next comes from there.
    package borrowing func forgetCache() {
        // Advice; where it is not taken, what is read is what would have been read without it.
        _ = posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED)
    }

    /// Removes a name.
    package borrowing func remove(
        name: [UInt8],
        directory: Bool = false
    ) throws(FileSystemError) {
        unsafe try check("unlink", name) {
            unsafe unlinkat(descriptor, $0, directory ? AT_REMOVEDIR : 0)
        }
    }

    /// Renames within this directory; what has the new name goes.
    package borrowing func renameOver(
        _ old: [UInt8],
        to new: [UInt8]
    ) throws(FileSystemError) {
        let directory = descriptor
        unsafe try check("rename", old) { old in
            unsafe new.withCPath { unsafe renameat(directory, old, directory, $0) }
        }
    }

    /// Renames without overwriting.
    ///
    /// - Returns: false if the new name was taken.
    package borrowing func rename(
        _ old: [UInt8],
        to new: [UInt8],
        in directory: borrowing FileHandle
    ) throws(FileSystemError) -> Bool {
        let (from, into) = (descriptor, directory.descriptor)
        let result = unsafe old.withCPath { old in
            unsafe new.withCPath { new in
                retrying { unsafe csystem_rename_noreplace(from, old, into, new) }
            }
        }
        if result != 0, errno == EEXIST {
            return false
        }
        if result != 0, errno == EINVAL {
            return try renameByLink(old, to: new, in: directory)
        }
        guard result == 0 else {
            throw .last("rename", fullPath(old))
        }
        return true
    }

    /// NFS knows no RENAME_NOREPLACE (EINVAL), but a hard link does not overwrite either.
    private borrowing func renameByLink(
        _ old: [UInt8],
        to new: [UInt8],
        in directory: borrowing FileHandle
    ) throws(FileSystemError) -> Bool {
        do throws(FileSystemError) {
            try directory.makeLink(name: new, to: old, in: self)
        } catch {
            guard error.code == EEXIST else {
                throw error
            }
            return false
        }
        try remove(name: old)
        return true
    }

    private borrowing func check(
        _ operation: String,
        _ name: [UInt8],
        _ call: (UnsafePointer<CChar>) -> Int32
    ) throws(FileSystemError) {
        let result = unsafe name.withCPath { name in retrying { unsafe call(name) } }
        guard result == 0 else {
            throw .last(operation, fullPath(name))
        }
    }
}
