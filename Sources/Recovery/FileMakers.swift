import FileSystem
import Format
import Model
import Sealing
import Workers

/// The threads that make the regular files of a restore: docs/decisions/0008.
final class FileMakers: Sendable {
    private struct State: Sendable {
        var failure: (any Error)?
        /// Files that were handed over and are not made yet; of a large one, its parts.
        var files = 0
        /// Bytes of their records.
        var recordBytes = 0
        var bytes: UInt64 = 0
        var bytesKept: UInt64 = 0
        var findings: [(number: UInt64, finding: Finding)] = []
    }

    private let snapshot: OpenedSnapshot
    private let metadata: MetadataWriter
    private let stop: StopFlag
    private let queue = BoundedQueue<FileJob>(limit: Limits.restoreJobsMax)
    private let state = Monitor(State())

    init(_ snapshot: OpenedSnapshot, _ metadata: MetadataWriter, _ stop: StopFlag) {
        self.snapshot = snapshot
        self.metadata = metadata
        self.stop = stop
    }

    /// Runs `lead` with threads that do what it submits; afterwards all of it is done, also if
    /// `lead` threw: a bad place in a list must not cost the files before it.
    ///
    /// - Throws: what `lead` throws, or what ended the work of a thread.
    func run(lead: () throws -> Void) throws {
        var mistake: (any Error)?
        Workers.run(Workers.suitable) { _ in
            self.work()
        } lead: {
            defer { queue.close() }
            do {
                try lead()
            } catch {
                mistake = error
            }
        }
        // What ended the threads comes first: what was handed over before is not made then.
        try check()
        if let mistake {
            throw mistake
        }
    }

    private func work() {
        do {
            let maker = FileMaker(try snapshot.reader(), stop, self)
            while let job = queue.pop() {
                try maker.perform(job)
                state.withLock { state in
                    state.files -= job.fileCount
                    state.recordBytes -= job.recordBytes
                }
            }
        } catch {
            state.withLock { $0.failure = $0.failure ?? error }
            queue.cancel()
        }
    }

    // MARK: - For the lead

    /// Hands over a job; waits while too many are under way.
    func submit(_ job: FileJob) throws {
        let (files, bytes) = (job.fileCount, job.recordBytes)
        state.wait { state -> Void? in
            let hasRoom =
                state.files + files <= Limits.restoreFilesMax
                && state.recordBytes + bytes <= Limits.restoreRecordBytesMax
            guard hasRoom || state.files == 0 || state.failure != nil else {
                return nil
            }
            state.files += files
            state.recordBytes += bytes
            return ()
        }
        guard queue.push(job) else {
            try check()
            preconditionFailure("the queue was closed, but nothing had failed")
        }
    }

    /// Waits until nothing is under way.
    func finish() throws {
        state.wait { $0.files == 0 || $0.failure != nil ? () : nil }
        try check()
    }

    /// How many bytes were written, or were there already.
    var bytes: UInt64 { state.withQuietLock { $0.bytes } }
    /// How many bytes were there already.
    var bytesKept: UInt64 { state.withQuietLock { $0.bytesKept } }

    /// What was noted, in the order of the list.
    var findings: [Finding] {
        let noted = state.withQuietLock { $0.findings }
        return noted.enumerated()
            .sorted { ($0.element.number, $0.offset) < ($1.element.number, $1.offset) }
            .map(\.element.finding)
    }

    private func check() throws {
        if let failure = state.withQuietLock({ $0.failure }) {
            throw failure
        }
    }

    // MARK: - For all

    /// Notes what could not be made as it was.
    func note(_ finding: Finding, _ number: UInt64) {
        state.withQuietLock { $0.findings.append((number, finding)) }
    }

    /// Gives a file what its record names, and notes what was left out.
    ///
    /// - Parameters:
    ///   - target: the file.
    ///   - record: what it is to be.
    ///   - path: where it is in the snapshot; a record of a folder may have its name alone.
    ///   - number: its place in the list.
    /// - Throws: ``FileSystemError`` if the target can take no more at all.
    func dress(
        _ target: borrowing some MetadataTarget & ~Copyable,
        as record: FileRecord,
        at path: [UInt8],
        _ number: UInt64
    ) throws(FileSystemError) {
        for what in try metadata.apply(record, to: target) {
            note(.skipped(what, of: path), number)
        }
    }

    /// Takes from a file what a restore that was stopped, or someone since, has set on it, and
    /// notes what stays.
    ///
    /// - Parameters:
    ///   - target: the file.
    ///   - path: where it is in the snapshot.
    ///   - number: its place in the list.
    /// - Throws: ``FileSystemError`` if it cannot be looked at.
    func undress(
        _ target: borrowing FileHandle,
        at path: [UInt8],
        _ number: UInt64
    ) throws(FileSystemError) {
        for what in try target.removeAttributes() {
            note(.skipped("\(what) that is there", of: path), number)
        }
    }

    /// Counts what was written, or was there already.
    func count(bytes: UInt64, areKept: Bool = false) {
        state.withQuietLock { state in
            state.bytes += bytes
            state.bytesKept += areKept ? bytes : 0
        }
    }
}
