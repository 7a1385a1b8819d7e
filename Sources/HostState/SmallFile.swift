package import FileSystem
import Glibc

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

    /// Writes a file beside `path`, makes it durable and gives it the name.
    package static func write(
        _ bytes: [UInt8],
        to path: String,
        mode: UInt32 = 0o600
    ) throws(FileSystemError) {
        let temporary = "\(path).new"
        // What was left by one that died, or a link that somebody put there to lead us elsewhere.
        guard unsafe unlink(temporary) == 0 || errno == ENOENT else {
            throw .last("remove", temporary)
        }
        let file = try FileHandle.open(temporary, O_WRONLY | O_CREAT | O_EXCL, mode: mode)
        try file.write(bytes)
        try file.synchronize()
        try replace(path, by: temporary)
    }

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
