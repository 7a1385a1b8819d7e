import Console
import FileSystem
import Glibc
import Model
import Opening
import Primitives

/// Reads identity files straight into locked memory.
enum IdentityFile {
    private static let bytesMax = 64 << 10

    /// Reads the identities in the file at `path`.
    ///
    /// - Parameters:
    ///   - path: where.
    ///   - terminal: is told if other users of the machine may read the file too.
    /// - Returns: the identities; of a sealed file, after its passphrase was asked for.
    /// - Throws: ``AboutError`` that names the file.
    static func read(_ path: String, _ terminal: Terminal) throws -> AgeIdentities {
        let file = try FileHandle.open(path, O_RDONLY)
        do {
            if try file.status().mode & 0o077 != 0 {
                terminal.remark(
                    terminal.words(
                        "注意: \(path) は他の利用者も読めます。chmod 600 で閉じてください。",
                        "note: \(path): other users may read it; close it with chmod 600"
                    )
                )
            }
            return try identities(in: file)
        } catch let error as any ToldError where !(error is FileSystemError) {
            throw AboutError(subject: path, error: error)
        }
    }

    private static func identities(in file: borrowing FileHandle) throws -> AgeIdentities {
        guard let bytes = try SecretBytes.read(from: file.descriptor, bytesMax: bytesMax) else {
            throw OpeningError.noIdentity
        }
        guard AgeIdentities.isSealed(bytes) else {
            return try AgeIdentities(file: bytes)
        }
        return try AgeIdentities(file: bytes, passphrase: try Passphrase.ask(for: file.path))
    }
}
