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

    /// What all comes to, as the last line.
    ///
    /// - Parameters:
    ///   - verdict: is put into words.
    ///   - more: stands behind it.
    func conclude(_ verdict: Verdict, _ more: String = "") {
        say(words("判定: ", "verdict: ") + VerdictText.word(verdict, language) + more)
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
    func complain(_ complaint: Complaint) {
        output("toride: error: \(complaint.text)\n", 2)
        output("hint: \(complaint.hint)\n", 2)
    }

    /// Both words in the reader's language.
    func words(_ japanese: String, _ english: String) -> String {
        language == .japanese ? japanese : english
    }

    /// The errno with which standard output stopped taking what we say; nil while it takes it.
    static var lost: Int32? { lostOutput.withLock { $0 } }
    private static let lostOutput = Mutex<Int32?>(nil)

    /// Writes all of `text` to a descriptor.
    static func write(_ text: String, to descriptor: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            let code = errno
            if count < 0, code == EINTR {
                continue
            }
            guard count > 0 else {
                // Whoever closed our output (`| head`) has read what he wanted.
                if descriptor == 1, code != EPIPE {
                    lostOutput.withLock { $0 = code }
                }
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

    /// Draws over the line. Without the terminal's own wrapping (DECAWM, ECMA-48 private mode 7)
    /// what is too wide is cut, and nothing is left over on the lines above.
    fileprivate func draw(_ line: String) {
        output("\r\u{1b}[2K\u{1b}[?7l\(line)\u{1b}[?7h", 2)
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
        let wasDrawn = state.withLock { state in
            defer { state.isDrawn = false }
            return state.isDrawn
        }
        if terminal.isScreen, wasDrawn {
            terminal.draw("")
        }
    }

    private func text(
        _ files: UInt64?,
        _ bytes: UInt64,
        _ total: UInt64?,
        elapsed: Duration
    ) -> String {
        let seconds = elapsed / .seconds(1)
        let rate = Double(bytes) / max(seconds, 0.1)
        var parts = [what]
        if let files {
            parts.append(terminal.words("\(files) ファイル", "\(files) files"))
        }
        if let total {
            parts.append("\(ByteCount(bytes)) / \(ByteCount(total))")
        } else {
            parts.append("\(ByteCount(bytes))")
        }
        parts.append("\(ByteCount(Int(rate)))/s")
        if let total, rate > 0, total > bytes {
            let left = Int(Double(total - bytes) / rate)
            parts.append(terminal.words("残り \(left) 秒", "\(left) s left"))
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
