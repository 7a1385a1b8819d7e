import FileSystem
import Format
import Glibc
import Model
import Primitives
import Sealing
import Workers

/// What a restore that was stopped left: it counts only if its bytes are those of the snapshot.
extension FileMaker {
    /// The file of `task`, if it is there and whole; anything else under its name is removed.
    ///
    /// One with holes is not believed, for its digest says nothing of what lies in them; nor one
    /// with more names than one, which may be someone's.
    ///
    /// - Throws: ``FileSystemError`` if what is there cannot be removed; ``Stopped``.
    borrowing func kept(_ task: FileTask) throws -> FileHandle? {
        guard task.isRemaining else {
            return nil
        }
        let folder = task.parent
        do {
            let status = try folder.handle.status(name: task.name)
            if status.kind == .regular, status.links == 1 {
                if geteuid() != 0 {
                    // Finished, it may be one that its owner must not read or change.
                    try folder.handle.setMode(name: task.name, 0o600)
                }
                let file = try folder.handle.open(name: task.name, O_RDONLY | O_NONBLOCK)
                if try isWhole(file, task.content) {
                    try makers.undress(file, at: task.record.path, task.number)
                    makers.count(bytes: task.content.size, areKept: true)
                    return file
                }
            }
        } catch let error as FileSystemError {
            if error.isMissing {
                return nil
            }
            // What cannot be read is made anew.
        }
        try folder.handle.remove(name: task.name)
        return nil
    }

    private borrowing func isWhole(
        _ file: borrowing FileHandle,
        _ content: FileRecord.Content
    ) throws -> Bool {
        let status = try file.status()
        guard status.kind == .regular, status.links == 1, status.size == content.size,
            content.extents == nil
        else {
            return false
        }
        // From the disk: what could not be written there is still as it should be in memory.
        file.forgetCache()
        var digest = FileDigest()
        var position: UInt64 = 0
        for piece in content.pieces {
            try stop.check()
            guard let bytes = try bytes(of: piece, at: position, in: file) else {
                return false
            }
            digest.append(length: bytes.count, digest: SHA256.hash(bytes))
            position += UInt64(piece.length)
        }
        return digest.finish(hasHoles: false) == content.digest
    }

    /// The digest of a piece of a large file, if it is written already.
    borrowing func kept(
        _ piece: FileRecord.Piece,
        at position: UInt64,
        of large: borrowing LargeFile
    ) throws -> Digest? {
        guard large.hasRemains,
            // What cannot be read is written anew.
            let bytes = try? bytes(of: piece, at: position, in: large.file),
            let digest = reader.digest(of: bytes, ifThatOf: piece)
        else {
            return nil
        }
        makers.count(bytes: UInt64(piece.length), areKept: true)
        return digest
    }

    /// The bytes at a place of a file without holes; nil if it ends before.
    private borrowing func bytes(
        of piece: FileRecord.Piece,
        at position: UInt64,
        in file: borrowing FileHandle
    ) throws(FileSystemError) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: Int(piece.length))
        let count = try file.readBlock(&bytes, at: Int64(position))
        return count == bytes.count ? bytes : nil
    }
}
