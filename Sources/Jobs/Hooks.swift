import Configuration
import FileSystem
import Glibc
import HostState
import Model
import Processes
import Workers

/// What the operator runs before and after a backup, such as making and dropping an LVM snapshot.
///
/// A marker on disk says that `before` has run; so `after` runs even when the backup was killed,
/// at the next start.
struct Hooks: Sendable {
    private static let timeout: Duration = .seconds(3_600)

    let set: Configuration.BackupSet
    let folder: String
    let stop: StopFlag

    /// Runs a left-over `after`, then `before`.
    func before() throws {
        if unsafe access(marker, F_OK) == 0 {
            try after()
        }
        guard !set.before.isEmpty || !set.after.isEmpty else {
            return
        }
        try SmallFile.write([], to: marker)
        let stop = stop
        try run(set.before) { stop.isStopping }
    }

    /// Runs `after`; does nothing if `before` did not run.
    func after() throws {
        guard unsafe access(marker, F_OK) == 0 else {
            return
        }
        // To its end, even when the backup was told to stop: it undoes what `before` did.
        try run(set.after) { false }
        try SmallFile.remove(marker)
    }

    private var marker: String { "\(folder)/after-pending" }

    private func run(_ words: [String], isStopping: () -> Bool) throws {
        guard let program = words.first else {
            return
        }
        let output = try Command(program, Array(words.dropFirst()))
            .run(timeout: Self.timeout, isStopping: isStopping)
        guard output.status.isSuccess else {
            throw SiteError.hook(
                set: set.name,
                name: program,
                status: "\(output.status)",
                messages: output.errorTail
            )
        }
    }
}
