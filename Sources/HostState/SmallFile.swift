package import FileSystem
import Glibc
import Synchronization

/// Small files that are replaced whole and durably.
package enum SmallFile {
    /// Reads a file of at most `bytesMax` bytes; nil if there is none.
    package static func read(_ path: String, bytesMax: Int) throws(FileSystemError) -> [UInt8]? {
        do throws(FileSystemError) {
            return try FileHandle.open(path, O_RDONLY).readAll(bytesMax: bytesMax)
        } catch {
            guard error.isMissing else {
                throw error
            }
            return nil
        }
    }

    /// Reads a file that somebody else may have laid there, as on a medium; nil if there is none.
    /// A link is not followed, and what is no regular file is an error: a FIFO would keep its
    /// reader for ever.
    package static func readForeign(
        _ path: String,
        bytesMax: Int
    ) throws(FileSystemError) -> [UInt8]? {
        do throws(FileSystemError) {
            let file = try FileHandle.open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW)
            guard try file.status().kind == .regular else {
                throw FileSystemError("open", path, code: EINVAL)
            }
            return try file.readAll(bytesMax: bytesMax)
        } catch {
            guard error.isMissing else {
                throw error
            }
            return nil
        }
    }

    /// The size of a file; nil if there is none.
    package static func size(_ path: String) throws(FileSystemError) -> UInt64? {
        do throws(FileSystemError) {
            return try FileHandle.open(path, O_RDONLY).status().size
        } catch {
            guard error.isMissing else {
                throw error
            }
            return nil
        }
    }

    /// Writes a file beside `path`, makes it durable and gives it the name: of several who write at
    /// once the last one's stays, whole.
    package static func write(
        _ bytes: [UInt8],
        to path: String,
        mode: UInt32 = 0o600
    ) throws(FileSystemError) {
        // A name of its own, so that nobody gives `path` to what another has not finished.
        let number = written.add(1, ordering: .relaxed).newValue
        let temporary = "\(path).\(getpid())-\(number).new"
        // What a process of that number left when it died, or a link that somebody laid there.
        guard unsafe unlink(temporary) == 0 || errno == ENOENT else {
            throw .last("remove", temporary)
        }
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW
        let file = try FileHandle.open(temporary, flags, mode: mode)
        do throws(FileSystemError) {
            try file.write(bytes)
            try file.synchronize()
            try replace(path, by: temporary)
        } catch {
            // It is of no use; that it cannot be removed changes nothing.
            _ = unsafe unlink(temporary)
            throw error
        }
    }

    /// How many files this process has begun to write.
    private static let written = Atomic<UInt64>(0)

    /// Gives the file at `temporary` the name `path`, durably.
    package static func replace(
        _ path: String,
        by temporary: String
    ) throws(FileSystemError) {
        guard unsafe rename(temporary, path) == 0 else {
            throw .last("rename", path)
        }
        try synchronizeFolder(of: path)
    }

    /// Gives the file at `temporary` the name `path`, durably; the bytes of what had it are
    /// overwritten first, so that what they said is not left on a disk that writes in place.
    package static func replace(
        erasing path: String,
        by temporary: String
    ) throws(FileSystemError) {
        try erase(path)
        try replace(path, by: temporary)
    }

    /// Overwrites a file with zeros, durably; no file is no error.
    private static func erase(_ path: String) throws(FileSystemError) {
        guard var left = try size(path) else {
            return
        }
        let file = try FileHandle.open(path, O_WRONLY)
        let zeros = [UInt8](repeating: 0, count: 1 << 20)
        while left > 0 {
            let count = Int(min(left, UInt64(zeros.count)))
            try file.write(Array(zeros[..<count]))
            left -= UInt64(count)
        }
        try file.synchronize()
    }

    /// Removes a file, durably; no file is no error.
    package static func remove(_ path: String) throws(FileSystemError) {
        guard unsafe unlink(path) == 0 || errno == ENOENT else {
            throw .last("unlink", path)
        }
        try synchronizeFolder(of: path)
    }

    /// Makes the names in the folder that `path` lies in durable: fsync(2) of a file alone does
    /// not.
    package static func synchronizeFolder(of path: String) throws(FileSystemError) {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        try FileHandle.open(folder, O_RDONLY | O_DIRECTORY).synchronize()
    }
}
