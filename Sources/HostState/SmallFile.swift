package import FileSystem
import Glibc
import Model
package import Primitives

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
        let file = try FileHandle.open(temporary, O_WRONLY | O_CREAT | O_TRUNC, mode: mode)
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

/// Files that hold one secret: made once, 0600, read straight into locked memory.
package enum SecretFile {
    /// Makes a file that must not exist.
    ///
    /// - Parameters:
    ///   - path: where.
    ///   - write: writes the secret to a descriptor; returns 0 or an errno.
    /// - Throws: ``FileSystemError``; with EEXIST if the file is there.
    package static func create(
        _ path: String,
        _ write: (Int32) -> Int32
    ) throws(FileSystemError) {
        let temporary = "\(path).new"
        let file = try FileHandle.open(temporary, O_WRONLY | O_CREAT | O_TRUNC, mode: 0o600)
        let failure = write(file.descriptor)
        // Whatever happens, no second file with the secret is left behind.
        defer { _ = unsafe unlink(temporary) }
        guard failure == 0 else {
            throw FileSystemError("write", path, code: failure)
        }
        try file.synchronize()
        guard unsafe link(temporary, path) == 0 else {
            throw .last("create", path)
        }
        try SmallFile.remove(temporary)
    }

    /// Reads a secret of exactly `count` bytes; nil if there is no file.
    package static func read(_ path: String, count: Int) throws -> SecretBytes? {
        let file: FileHandle
        do throws(FileSystemError) {
            file = try FileHandle.open(path, O_RDONLY)
        } catch {
            guard error.isMissing else {
                throw error
            }
            return nil
        }
        let secret = try SecretBytes.read(from: file.descriptor, bytesMax: count)
        guard let secret, secret.count == count else {
            throw HostStateError.damaged(path)
        }
        return secret
    }
}
