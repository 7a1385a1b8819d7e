package import FileSystem
import Glibc
package import Primitives

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
