package import Backup
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
