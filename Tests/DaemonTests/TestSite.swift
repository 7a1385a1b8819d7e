import FileSystem
import Format
import Glibc
import HostState
import LocalStore
import Model
import ObjectStore
import Opening
import Primitives
import Processes
import Repository
import TestSupport
import Verification

/// A configured site in a folder, and a `torided` that runs it.
struct TestSite {
    let folder: String

    var config: String { "\(folder)/toride.yaml" }
    var log: String { "\(folder)/log" }
    var state: HostState { HostState(path: "\(folder)/state") }

    /// Makes keys, a store and a configuration.
    ///
    /// - Parameters:
    ///   - folder: is empty.
    ///   - rest: what stands in the configuration beneath `sets:` and after it.
    ///   - options: of the store, as `, class: O4`.
    /// - Throws: what the making of each throws.
    init(in folder: String, _ rest: String = "", store options: String = "") throws {
        self.folder = folder
        try FolderTree.make("\(folder)/store", mode: 0o700)
        try state.prepare()
        try state.makeSigningKey()
        _ = try Repository(creating: RepositoryID(try Randomness.id()), in: store())
        let text = """
            site: {name: Test, timezone: Asia/Tokyo, language: ja}
            state: \(folder)/state
            recipients: {recovery: \(try AgeIdentity.generate().recipient)}
            stores:
              primary: {path: \(folder)/store\(options)}
            \(rest)

            """
        try SmallFile.write(Array(text.utf8), to: config)
    }

    func store() throws -> LocalStore {
        try LocalStore(name: "primary", root: "\(folder)/store")
    }

    /// Stores packs of no set.
    ///
    /// - Parameters:
    ///   - count: how many.
    ///   - bytes: in each.
    /// - Returns: their keys.
    /// - Throws: ``StoreError``.
    @discardableResult
    func addPacks(_ count: Int, of bytes: Int) throws -> [String] {
        var random = SeededGenerator(seed: 7)
        let store = try store()
        var keys: [String] = []
        for _ in 0..<count {
            let content = random.bytes(bytes)
            let key = StoreKey.pack(ObjectName(SHA256.hash(content)))
            try store.put(content, at: key)
            keys.append(key)
        }
        return keys
    }

    /// Lines of the log that contain all of `words`.
    func lines(_ words: String...) throws -> [String] { try lines(with: words) }

    private func lines(with words: [String]) throws -> [String] {
        let text = String(
            decoding: try SmallFile.read(log, bytesMax: 16 << 20) ?? [],
            as: UTF8.self
        )
        return text.split(separator: "\n").map(String.init).filter { line in
            words.allSatisfy { line.contains($0) }
        }
    }

    /// Waits until the log has `count` lines with all of `words`.
    func wait(for count: Int, _ words: String..., atMost seconds: Int) throws -> Bool {
        for _ in 0..<(seconds * 20) {
            if try lines(with: words).count >= count {
                return true
            }
            usleep(50_000)
        }
        return false
    }

    /// Runs `torided` while `body` does; then it is killed if it still runs.
    ///
    /// - Parameter body: gets the daemon's process id.
    /// - Returns: what `body` returns.
    /// - Throws: what `body` throws; ``ProcessError`` if the daemon does not start.
    func withDaemon<R>(_ body: (Int32) throws -> R) throws -> R {
        let command = Command(
            "sh",
            ["-c", "exec \"$0\" --config \"$1\" 2>>\"$2\"", try Tool.built("torided"), config, log]
        )
        let before = try lines(" started ").count
        return try withRunning(command) { process in
            guard try wait(for: before + 1, " started ", atMost: 20),
                let line = try lines(" started ").last,
                let word = line.split(separator: " ").first(where: { $0.hasPrefix("pid=") }),
                let child = Int32(word.dropFirst(4))
            else {
                throw ProcessError.inputRefused("torided: \(try lines())")
            }
            defer { kill(child, SIGKILL) }
            return try body(child)
        }.result
    }

    /// The verdict on what the store holds.
    func verdict() throws -> Verdict {
        let key = try state.verifyingKey()
        return try Verifier(
            store: store(),
            request: Verifier.Request(signers: TrustedSigners(key.map { [$0] } ?? []))
        ).run().verdict
    }
}

/// Sends SIGTERM, and waits until the process is gone.
///
/// - Returns: how long that took; nil if it took longer than 10 s.
func terminate(_ process: Int32) -> Duration? {
    let start = ContinuousClock.now
    kill(process, SIGTERM)
    while start.duration(to: .now) < .seconds(10) {
        if isGone(process) {
            return start.duration(to: .now)
        }
        usleep(10_000)
    }
    return nil
}

/// Whether a process has ended: a dead one that nobody has waited for still answers kill(2).
func isGone(_ process: Int32) -> Bool {
    // One that goes between opening and reading gives an error: it is gone too.
    guard let bytes = try? SmallFile.read("/proc/\(process)/stat", bytesMax: 4_096) else {
        return true
    }
    return String(decoding: bytes, as: UTF8.self).contains(") Z ")
}
