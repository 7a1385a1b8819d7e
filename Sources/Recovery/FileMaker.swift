import FileSystem
import Format
import Glibc
import Model
import Sealing
import Workers

/// Makes regular files: one thread's.
struct FileMaker: ~Copyable {
    /// Runs of so many bytes the disk may begin with at once; smaller ones it would rather have
    /// together, at the end.
    private static let runBytesMin = 128 << 10

    let reader: ChunkReader
    let stop: StopFlag
    let makers: FileMakers

    init(_ reader: ChunkReader, _ stop: StopFlag, _ makers: FileMakers) {
        self.reader = reader
        self.stop = stop
        self.makers = makers
    }

    /// Does a job.
    ///
    /// - Throws: what ends the restore.
    borrowing func perform(_ job: FileJob) throws {
        switch job {
        case .files(let batch):
            for task in batch.tasks {
                try stop.check()
                try ending(task) { try make(task) }
                try endFile(of: task)
            }
        case .part(let large, let pieces, let position):
            try write(pieces, position, of: large)
        }
    }

    // MARK: - Whole files

    private borrowing func make(_ task: FileTask) throws {
        if let file = try kept(task) {
            return try makers.dress(file, as: task.record, at: task.record.path, task.number)
        }
        let file = try task.parent.handle.open(
            name: task.name,
            O_WRONLY | O_CREAT | O_EXCL,
            mode: 0o600
        )
        var digest = FileDigest()
        do {
            let placement = DataPlacement(task.content)
            var position: UInt64 = 0
            for piece in task.content.pieces {
                try stop.check()
                let part = try reader.piece(piece)
                digest.append(length: Int(piece.length), digest: part.digest)
                try write(part.bytes, at: position, placement, to: file)
                position += UInt64(piece.length)
            }
            if task.content.extents != nil {
                try file.setSize(task.content.size)
            }
        } catch {
            // Half a file must not look like a file.
            try task.parent.handle.remove(name: task.name)
            throw error
        }
        guard digest.finish(hasHoles: task.content.extents != nil) == task.content.digest else {
            // Every piece is what its id says; together they are not this file.
            try task.parent.handle.remove(name: task.name)
            return makers.note(Finding(.fileDigestDiffers, .path(task.record.path)), task.number)
        }
        try makers.dress(file, as: task.record, at: task.record.path, task.number)
    }

    private borrowing func write(
        _ bytes: ArraySlice<UInt8>,
        at position: UInt64,
        _ placement: DataPlacement,
        to file: borrowing FileHandle
    ) throws {
        var rest = bytes
        for run in placement.runs(at: position, count: bytes.count) {
            try file.write(rest.prefix(run.count), at: Int64(run.lowerBound))
            if run.count >= FileMaker.runBytesMin {
                try file.startWriting(run)
            }
            rest = rest.dropFirst(run.count)
        }
        makers.count(bytes: UInt64(bytes.count))
    }

    // MARK: - Parts of large files

    private borrowing func write(
        _ pieces: Range<Int>,
        _ position: UInt64,
        of large: LargeFile
    ) throws {
        var position = position
        for index in pieces where !large.isLost(before: index) {
            try stop.check()
            let piece = large.task.content.pieces[index]
            do {
                if let digest = try kept(piece, at: position, of: large) {
                    large.note(digest, of: index)
                } else {
                    let part = try reader.piece(piece)
                    try write(part.bytes, at: position, large.placement, to: large.file)
                    large.note(part.digest, of: index)
                }
            } catch {
                // Only what the file alone cannot have; all else ends the restore.
                try rethrowing(error)
                large.note(error, of: index)
            }
            position += UInt64(piece.length)
        }
        if large.endPart() {
            try ending(large.task) { try finish(large) }
            try endFile(of: large.task)
        }
    }

    /// Judges a large file that is written.
    private borrowing func finish(_ large: LargeFile) throws {
        let task = large.task
        let digest: Digest
        do {
            digest = try large.digest()
        } catch {
            try large.remove()
            throw error
        }
        guard digest == task.content.digest else {
            try large.remove()
            return makers.note(Finding(.fileDigestDiffers, .path(task.record.path)), task.number)
        }
        try makers.dress(large.file, as: task.record, at: task.record.path, task.number)
        do throws(FileSystemError) {
            try large.complete()
        } catch {
            if !error.endsRestore {
                try large.remove()
            }
            throw error
        }
    }

    // MARK: - What went wrong

    /// What one file cannot have is a finding; what no file can have ends the restore.
    private borrowing func ending(_ task: FileTask, _ body: () throws -> Void) throws {
        do {
            try body()
        } catch {
            try rethrowing(error)
            switch error {
            case let fault as ChunkFault:
                makers.note(fault.finding(at: task.record.path), task.number)
            case let error as FileSystemError:
                makers.note(.failed(error, at: task.record.path), task.number)
            default: preconditionFailure("\(error) is thrown on")
            }
        }
    }

    /// Throws what ends the restore; what one file alone cannot have is the caller's.
    private borrowing func rethrowing(_ error: any Error) throws {
        switch error {
        case is ChunkFault: break
        case let error as FileSystemError:
            if error.endsRestore {
                throw RecoveryError.target(error)
            }
        default: throw error
        }
    }

    /// If it was the last of its folder, the folder is given what its record names.
    private borrowing func endFile(of task: FileTask) throws {
        guard let folder = task.folder, let open = folder.endFile() else {
            return
        }
        let path = RecordPath.folder(of: task.record.path)
        do throws(FileSystemError) {
            try makers.dress(open.handle, as: folder.record, at: path, folder.number)
        } catch {
            throw RecoveryError.target(error)
        }
    }
}

extension Finding {
    /// A part of a file that was left out.
    static func skipped(_ what: String, of path: [UInt8]) -> Finding {
        Finding(.partSkipped, .path(path), evidence: ["reason": what])
    }

    /// A file that the target refuses.
    static func failed(_ error: FileSystemError, at path: [UInt8]) -> Finding {
        let reason = "\(error.operation) \(error.code)"
        return Finding(.restoreFailed, .path(path), evidence: ["reason": reason])
    }
}
