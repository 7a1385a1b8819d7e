package import Backup
package import Format
import Glibc
package import Model
package import Processes
package import Workers

/// The output of a program as one file. A program that ends with anything but 0 makes no snapshot.
package struct CommandSource: BackupSource {
    /// How long the program may say nothing.
    private static let silenceMax: Duration = .seconds(3_600)
    /// How long it may run on after its output ended.
    private static let exitMax: Duration = .seconds(60)

    /// As the root spells it: FORMAT.md §15.
    package let kind = "command"
    private let command: Command
    private let name: String
    private let now: @Sendable () -> Timestamp
    private let stop: StopFlag

    /// Takes a program.
    ///
    /// - Parameters:
    ///   - command: what is run.
    ///   - name: the file's name in the snapshot.
    ///   - now: the host's clock.
    ///   - stop: ends the program.
    package init(
        command: Command,
        name: String,
        now: @escaping @Sendable () -> Timestamp,
        stop: StopFlag
    ) {
        self.command = command
        self.name = name
        self.now = now
        self.stop = stop
    }

    /// Runs the program and takes its output.
    ///
    /// - Returns: when it was started.
    /// - Throws: ``CommandSourceError/failed(_:_:messages:)`` if it ends with anything but 0;
    ///   ``ProcessError`` if it cannot be run or is silent for an hour.
    package func read(
        into writer: SnapshotWriter,
        previous: inout PreviousList
    ) throws -> Timestamp? {
        let cut = now()
        let stop = stop
        _ = try withRunning(
            command,
            silenceMax: Self.silenceMax,
            isStopping: { stop.isStopping }
        ) { process in
            process.closeInput()
            let blocks = BlockStream()
            _ = unsafe try writer.add(stream: VirtualFile.record(name, at: cut)) { buffer in
                unsafe try blocks.fill(buffer) { try process.read(into: &$0) }
            } accept: { _ in
                let status = try process.wait(atMost: Self.exitMax)
                guard status.isSuccess else {
                    throw CommandSourceError.failed(
                        command.name,
                        "\(status)",
                        messages: process.errorTail
                    )
                }
                return true
            }
        }
        return cut
    }
}

/// Why the output of a program is no snapshot.
package enum CommandSourceError: QuotingError, Equatable {
    /// It ended with something else than 0.
    case failed(String, String, messages: String)

    package var description: String {
        switch self {
        case .failed(let name, let status, let messages):
            "\(name) ended with \(status): \(messages)"
        }
    }

    /// Which program ended how, without its messages: they may quote the hospital's data.
    package var withoutQuotes: String {
        switch self {
        case .failed(let name, let status, _): "\(name) ended with \(status)"
        }
    }

    package var hint: String { "run the command by hand and mend it; no snapshot was taken" }
    package var exitCode: ExitCode { .couldNotLook }
}

/// Fills whole buffers from a source that gives blocks of any size.
final class BlockStream {
    private var block = [UInt8](repeating: 0, count: 256 << 10)
    private var available = 0..<0
    private var isOver = false

    /// Fills `buffer`; fewer bytes only where the source ends.
    ///
    /// - Parameters:
    ///   - buffer: is filled from its start.
    ///   - read: gives the next bytes; 0 when there are no more.
    /// - Returns: the bytes filled; below `buffer.count` only where the source ends.
    /// - Throws: what `read` throws.
    func fill(
        _ buffer: UnsafeMutableRawBufferPointer,
        from read: (inout [UInt8]) throws -> Int
    ) throws -> Int {
        var filled = 0
        while filled < buffer.count {
            if available.isEmpty {
                guard !isOver else {
                    return filled
                }
                let count = try read(&block)
                isOver = count == 0
                available = 0..<count
            }
            let count = min(buffer.count - filled, available.count)
            let part = available.lowerBound..<available.lowerBound + count
            unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
                .copyBytes(from: block[part])
            filled += count
            available = part.upperBound..<available.upperBound
        }
        return filled
    }
}

/// A file that a source makes up: a dump, the output of a program.
package enum VirtualFile {
    /// Its record, without content.
    package static func record(_ name: String, at time: Timestamp) -> FileRecord {
        let blank = FileRecord.Content(size: 0, digest: .zero, extents: nil, pieces: [])
        return FileRecord(
            path: Array(name.utf8),
            kind: .regular(blank),
            mode: 0o600,
            uid: geteuid(),
            gid: getegid(),
            modified: Timestamp(seconds: time.seconds),
            identity: FileRecord.Identity(device: 0, inode: 0, changed: time),
            attributes: []
        )
    }
}
