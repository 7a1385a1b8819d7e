package import FileSystem
import Glibc
package import Model
import Primitives
import Synchronization

/// Which objects of a store a verification has read to their ends and found to be what their names
/// say, so that one that is stopped can be gone on with: docs/decisions/0009.
///
/// A line each: `started <seconds> .`, then `<key> <size> <mark> .`; the full stop tells that the
/// line is whole. What a power cut took of it is read again. Held by one verification at a time.
package final class VerificationJournal: Sendable {
    /// Over half a million objects of 32 MiB are 16 TiB; of a larger store the rest is read again.
    private static let bytesMax = 64 << 20

    private struct Output: ~Copyable, Sendable {
        let file: FileHandle
        var room: Int
        var failure: FileSystemError?
    }

    /// When the verification began: the first one, if this one goes on with it.
    package let started: Timestamp
    /// Whether it goes on with another.
    package let isContinued: Bool
    /// Key, size and mark of each object.
    private let known: Set<String>
    private let path: String
    private let lock: FileLock
    private let output: Mutex<Output>

    /// Begins the journal of a verification, or goes on with the one that is there; nil if another
    /// verification of the same is under way.
    ///
    /// - Parameters:
    ///   - work: what is verified, and for whom: another has another journal.
    ///   - state: whose it is.
    ///   - age: how old one that is gone on with may be; without such a one it is begun anew, as it
    ///     is with nil.
    ///   - now: the host's clock.
    /// - Throws: ``FileSystemError`` of the state folder.
    package init?(
        of work: String,
        in state: HostState,
        continuing age: Duration?,
        now: Timestamp
    ) throws(FileSystemError) {
        let name = SHA256.hash(Array(work.utf8)).hex.prefix(16)
        path = "\(state.path)/verification-\(name)"
        // On a file of its own: the journal is removed while the lock is held.
        guard let lock = try FileLock("\(path).lock") else {
            return nil
        }
        self.lock = lock
        var begun: (started: Timestamp, known: Set<String>)?
        // One that cannot be read is none.
        if let age, let bytes = try? SmallFile.read(path, bytesMax: 2 * Self.bytesMax),
            let left = Self.leftover(bytes),
            // A start in the future is none: the clock was set back, and the time is not known.
            left.started <= now, now.since(left.started) <= age
        {
            begun = left
        }
        started = begun?.started ?? now
        known = begun?.known ?? []
        isContinued = begun != nil
        let flags = O_WRONLY | O_CREAT | (begun == nil ? O_TRUNC : O_APPEND)
        let file = try FileHandle.open(path, flags)
        // The last line may have been cut; the next must not be drawn into it.
        try file.write(Array("\(begun == nil ? "started \(now.seconds) ." : "")\n".utf8))
        let size = try file.status().size
        output = Mutex(Output(file: file, room: Self.bytesMax - Int(clamping: size)))
    }

    /// Whether that very object was read, and was what its name says.
    package func has(_ key: String, size: UInt64, mark: String) -> Bool {
        known.contains("\(key) \(size) \(mark)")
    }

    /// Notes that an object was read, and was what its name says.
    package func note(_ key: String, size: UInt64, mark: String) {
        let line = Array("\(key) \(size) \(mark) .\n".utf8)
        output.withLock { output in
            guard output.failure == nil, output.room >= line.count else {
                return
            }
            output.room -= line.count
            do throws(FileSystemError) {
                try output.file.write(line)
            } catch {
                // A journal that cannot be written costs time later, and nothing now.
                output.failure = error
            }
        }
    }

    /// Tells whether the next can go on from here.
    ///
    /// - Throws: ``HostStateError/unwritable(_:hint:)`` if not all that was noted could be written.
    package func check() throws(HostStateError) {
        if let failure = output.withLock({ $0.failure }) {
            throw HostStateError(unwritable: failure)
        }
    }

    /// Removes it: the verification came to its end.
    package func remove() throws(FileSystemError) {
        try SmallFile.remove(path)
    }

    private static func leftover(
        _ bytes: [UInt8]
    ) -> (started: Timestamp, known: Set<String>)? {
        var started: Timestamp?
        var known: Set<String> = []
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let words = String(decoding: line, as: UTF8.self).split(separator: " ")
            if words.count == 3, words[0] == "started", words[2] == "." {
                started = started ?? Int64(words[1]).map { Timestamp(seconds: $0) }
            } else if words.count == 4, words[3] == "." {
                known.insert("\(words[0]) \(words[1]) \(words[2])")
            }
        }
        return started.map { ($0, known) }
    }
}
