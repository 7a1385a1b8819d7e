import Format
import Glibc
import Model
import Reporting
import Synchronization

/// Where a command speaks: results on stdout, everything else on stderr.
///
/// With `--json` stdout carries exactly one JSON object and nothing else.
struct Terminal: Sendable {
    let language: Language
    let isJSON: Bool
    let isQuiet: Bool
    /// Whether stderr is a person's screen, so that a line may be drawn over.
    let isScreen: Bool
    /// Takes text for a descriptor; a test reads it.
    private let output: @Sendable (String, Int32) -> Void

    init(
        language: Language,
        isJSON: Bool,
        isQuiet: Bool,
        output: @escaping @Sendable (String, Int32) -> Void = Terminal.write
    ) {
        self.language = language
        self.isJSON = isJSON
        self.isQuiet = isQuiet
        self.output = output
        isScreen = isatty(2) == 1
    }

    /// A line of the result, for people; dropped with `--json`.
    func say(_ line: String = "") {
        if !isJSON {
            output(line + "\n", 1)
        }
    }

    /// The result, for programs; dropped without `--json`.
    func answer(_ value: @autoclosure () -> JSONValue) {
        if isJSON {
            output(String(decoding: value().canonical, as: UTF8.self) + "\n", 1)
        }
    }

    /// A word on the side, on stderr; dropped with `--quiet`.
    func remark(_ line: String) {
        if !isQuiet {
            output(line + "\n", 2)
        }
    }

    /// An error: what, which object, and what to do next.
    func complain(_ error: any Error) {
        guard let told = error as? any ToldError else {
            output("toride: error: \(error)\n", 2)
            return
        }
        output("toride: error: \(told.description)\n", 2)
        output("hint: \(told.hint)\n", 2)
    }

    /// Both words in the reader's language.
    func words(_ japanese: String, _ english: String) -> String {
        language == .japanese ? japanese : english
    }

    /// Writes all of `text` to a descriptor.
    static func write(_ text: String, to descriptor: Int32) {
        // Whoever closed our output does not read what we could say about it.
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            guard count > 0 else {
                return
            }
            bytes = bytes.dropFirst(count)
        }
    }

    // MARK: - Progress

    /// Draws how far long work is: over one line on a screen, a JSON line every ten seconds
    /// otherwise.
    func progress(_ what: String) -> ProgressLine {
        ProgressLine(what: what, terminal: self)
    }

    fileprivate func draw(_ line: String) {
        output("\r\u{1b}[2K\(line)", 2)
    }

    fileprivate func note(_ line: String) {
        output(line + "\n", 2)
    }
}

/// One line of progress that is drawn again and again, a few times a second at most.
final class ProgressLine: Sendable {
    private struct State {
        var last: ContinuousClock.Instant?
        let start: ContinuousClock.Instant
        var isDrawn = false
    }

    private let what: String
    private let terminal: Terminal
    private let clock = ContinuousClock()
    private let state: Mutex<State>

    init(what: String, terminal: Terminal) {
        self.what = what
        self.terminal = terminal
        state = Mutex(State(start: clock.now))
    }

    /// Tells how far it is.
    ///
    /// - Parameters:
    ///   - files: done so far; nil where files are not counted.
    ///   - bytes: done so far.
    ///   - total: bytes in all; nil where it is not known.
    func show(files: UInt64? = nil, bytes: UInt64, total: UInt64? = nil) {
        guard !terminal.isQuiet else {
            return
        }
        let now = clock.now
        let pause: Duration = terminal.isScreen ? .milliseconds(200) : .seconds(10)
        let line = state.withLock { state -> String? in
            guard now - (state.last ?? state.start) >= pause else {
                return nil
            }
            state.last = now
            state.isDrawn = true
            return text(files, bytes, total, elapsed: now - state.start)
        }
        guard let line else {
            return
        }
        if terminal.isScreen {
            terminal.draw(line)
        } else {
            terminal.note(json(files, bytes, total))
        }
    }

    /// Ends the line.
    func end() {
        if terminal.isScreen, state.withLock({ $0.isDrawn }) {
            terminal.draw("")
        }
    }

    private func text(
        _ files: UInt64?,
        _ bytes: UInt64,
        _ total: UInt64?,
        elapsed: Duration
    ) -> String {
        let seconds = max(Double(elapsed.components.seconds), 0.5)
        let rate = Double(bytes) / seconds
        var parts = [what]
        if let files {
            parts.append("\(files) files")
        }
        if let total {
            parts.append("\(ByteCount(bytes)) of \(ByteCount(total))")
        } else {
            parts.append("\(ByteCount(bytes))")
        }
        parts.append("\(ByteCount(Int(rate)))/s")
        if let total, rate > 0, total > bytes {
            parts.append("\(Int(Double(total - bytes) / rate)) s left")
        }
        return parts.joined(separator: " · ")
    }

    private func json(_ files: UInt64?, _ bytes: UInt64, _ total: UInt64?) -> String {
        var members: [String: JSONValue] = [
            "bytes": .integer(Int64(clamping: bytes)), "progress": .string(what),
        ]
        if let files {
            members["files"] = .integer(Int64(clamping: files))
        }
        if let total {
            members["bytesTotal"] = .integer(Int64(clamping: total))
        }
        return String(decoding: JSONValue.object(members).canonical, as: UTF8.self)
    }
}
