import FileSystem
import Glibc
package import Model
import Primitives

extension FilesPart {
    /// The hash of a restored file; nil if no regular file is there.
    package func digest(
        of question: Sentinel.Question,
        _ context: DrillContext
    ) throws -> Digest? {
        guard case .file(let path) = question else {
            throw NotAsked(set: set)
        }
        let root = try FileHandle.open(context.folder(of: set), O_RDONLY | O_DIRECTORY)
        do throws(FileSystemError) {
            let file = try root.open(beneath: path, O_RDONLY | O_NONBLOCK)
            return try file.status().kind == .regular ? digest(of: file) : nil
        } catch {
            guard error.isMissing else {
                throw error
            }
            return nil
        }
    }

    private func digest(
        of file: borrowing FileHandle
    ) throws(FileSystemError) -> Digest {
        let digest = SHA256()
        var block = [UInt8](repeating: 0, count: 256 << 10)
        while true {
            let count = try file.readBlock(&block)
            digest.update(block[..<count])
            if count < block.count {
                return digest.finish()
            }
        }
    }
}
