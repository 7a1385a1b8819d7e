import CSystem
import Glibc
package import Model

/// What lstat(2) tells of a file.
package struct FileStatus: Hashable, Sendable {
    /// The kind of a file.
    package enum Kind: Hashable, Sendable {
        case regular
        case directory
        case symlink
        case fifo
        case socket
        case characterDevice
        case blockDevice
    }

    /// What it is; a symbolic link is not followed.
    package let kind: Kind
    /// 12 bits: permissions, setuid, setgid, sticky.
    package let mode: UInt16
    /// The owner's number.
    package let uid: UInt32
    /// The group's number.
    package let gid: UInt32
    /// Logical size in bytes, holes included; of a symbolic link, its target's length.
    package let size: UInt64
    /// Bytes that the file occupies on disk.
    package let allocatedBytes: UInt64
    /// How many names the file has; more than one means hard links.
    package let links: UInt64
    /// The file system that it lies on (st_dev).
    package let device: UInt64
    /// Its number on that file system; both together tell files apart.
    package let inode: UInt64
    /// The driver of a device file (major of st_rdev).
    package let specialMajor: UInt32
    /// The device of that driver (minor of st_rdev).
    package let specialMinor: UInt32
    /// When the content last changed (mtime); anyone may set it.
    package let modified: Timestamp
    /// When content or attributes last changed (ctime); the kernel alone sets it.
    package let changed: Timestamp

    init?(_ raw: stat) {
        switch raw.st_mode & S_IFMT {
        case S_IFREG: kind = .regular
        case S_IFDIR: kind = .directory
        case S_IFLNK: kind = .symlink
        case S_IFIFO: kind = .fifo
        case S_IFSOCK: kind = .socket
        case S_IFCHR: kind = .characterDevice
        case S_IFBLK: kind = .blockDevice
        default: return nil
        }
        guard
            let modified = Timestamp(
                seconds: Int64(raw.st_mtim.tv_sec),
                nanoseconds: UInt32(raw.st_mtim.tv_nsec)
            ),
            let changed = Timestamp(
                seconds: Int64(raw.st_ctim.tv_sec),
                nanoseconds: UInt32(raw.st_ctim.tv_nsec)
            )
        else {
            return nil
        }
        mode = UInt16(raw.st_mode & 0o7777)
        uid = raw.st_uid
        gid = raw.st_gid
        size = UInt64(clamping: raw.st_size)
        allocatedBytes = UInt64(clamping: raw.st_blocks) * 512
        links = UInt64(raw.st_nlink)
        device = UInt64(raw.st_dev)
        inode = UInt64(raw.st_ino)
        // As gnu_dev_major and gnu_dev_minor of glibc's sysmacros.h take a dev_t apart.
        let special = UInt64(raw.st_rdev)
        specialMajor = UInt32(truncatingIfNeeded: (special >> 8 & 0xfff) | (special >> 32 & ~0xfff))
        specialMinor = UInt32(truncatingIfNeeded: (special & 0xff) | (special >> 12 & ~0xff))
        self.modified = modified
        self.changed = changed
    }
}

extension FileStatus {
    /// Whether both tell of the same inode.
    package func isSameFile(as other: FileStatus) -> Bool {
        device == other.device && inode == other.inode
    }

    /// Whether nothing at all happened to it since: for a directory, that no name came or went.
    package func isUnchanged(since other: FileStatus) -> Bool {
        isSameFile(as: other) && size == other.size && modified == other.modified
            && changed == other.changed
    }
}

extension FileHandle {
    /// Now, by the clock that the kernel gives files their times from (current_time of fs/inode.c):
    /// what is changed later has no earlier time.
    package static func clock() -> Timestamp {
        var now = timespec()
        let done = unsafe clock_gettime(CLOCK_REALTIME_COARSE, &now)
        precondition(done == 0, "clock_gettime: errno \(errno)")
        return Timestamp(seconds: Int64(now.tv_sec), nanoseconds: UInt32(now.tv_nsec))
            ?? Timestamp(seconds: Int64(now.tv_sec))
    }

    /// How long the machine has been running, in steps of some milliseconds: asked without a system
    /// call, and never set back.
    package static func uptime() -> Duration {
        var now = timespec()
        let done = unsafe clock_gettime(CLOCK_MONOTONIC_COARSE, &now)
        precondition(done == 0, "clock_gettime: errno \(errno)")
        return .seconds(now.tv_sec) + .nanoseconds(now.tv_nsec)
    }

    /// What the open file is.
    package borrowing func status() throws(FileSystemError) -> FileStatus {
        var raw = stat()
        guard unsafe fstat(descriptor, &raw) == 0 else {
            throw .last("stat", path)
        }
        guard let status = FileStatus(raw) else {
            throw FileSystemError("stat", path, code: EINVAL)
        }
        return status
    }

    /// What a name in this directory is; nil if there is no such name.
    package borrowing func statusIfThere(
        name: [UInt8]
    ) throws(FileSystemError) -> FileStatus? {
        do throws(FileSystemError) {
            return try status(name: name)
        } catch {
            guard error.isMissing else {
                throw error
            }
            return nil
        }
    }

    /// What a name in this directory is, without following a symbolic link.
    package borrowing func status(name: [UInt8]) throws(FileSystemError) -> FileStatus {
        var raw = stat()
        let directory = descriptor
        let result = unsafe name.withCPath { name in
            unsafe fstatat(directory, name, &raw, AT_SYMLINK_NOFOLLOW)
        }
        guard result == 0 else {
            throw .last("stat", fullPath(name))
        }
        guard let status = FileStatus(raw) else {
            throw FileSystemError("stat", fullPath(name), code: EINVAL)
        }
        return status
    }
}
