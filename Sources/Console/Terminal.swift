import FileSystem
package import Format
import Glibc
package import Model
package import Reporting
import Synchronization

/// Where a command speaks: results on stdout, everything else on stderr.
///
/// With `--json` stdout carries exactly one JSON object and nothing else.
package struct Terminal: Sendable {
    /// Of what is said to people.
    package let language: Language
    /// Whether a program listens.
    package let isJSON: Bool
    /// Whether nothing is said beside results and errors.
    package let isQuiet: Bool
    /// Whether stderr is a person's screen, so that a line may be drawn over.
    package let isScreen: Bool
    /// What the program is called in its errors.
    private let program: String
    /// Takes text for a descriptor; a test reads it.
    private let output: @Sendable (String, Int32) -> Void

    /// Speaks.
    ///
    /// - Parameters:
    ///   - program: what it is called in its errors.
    ///   - language: of what is said to people.
    ///   - isJSON: whether a program listens.
    ///   - isQuiet: whether nothing is said beside results and errors.
    ///   - output: takes text for a descriptor.
    package init(
        program: String = "toride",
        language: Language,
        isJSON: Bool,
        isQuiet: Bool,
        output: @escaping @Sendable (String, Int32) -> Void = Terminal.write
    ) {
        self.program = program
        self.language = language
        self.isJSON = isJSON
        self.isQuiet = isQuiet
        self.output = output
        isScreen = isatty(2) == 1
    }

    /// A line of the result, for people; dropped with `--json`.
    package func say(_ line: String = "") {
        if !isJSON {
            output(line + "\n", 1)
        }
    }

    /// What all comes to, as the last line.
    ///
    /// - Parameters:
    ///   - verdict: is put into words.
    ///   - more: stands behind it.
    package func conclude(_ verdict: Verdict, _ more: String = "") {
        say(words("判定: ", "verdict: ") + VerdictText.word(verdict, language) + more)
    }

    /// The result, for programs; dropped without `--json`.
    package func answer(_ value: @autoclosure () -> JSONValue) {
        if isJSON {
            output(String(decoding: value().canonical, as: UTF8.self) + "\n", 1)
        }
    }

    /// A word on the side, on stderr; dropped with `--quiet`.
    package func remark(_ line: String) {
        if !isQuiet {
            output(line + "\n", 2)
        }
    }

    /// An error: what, which object, and what to do next.
    package func complain(_ complaint: Complaint) {
        output("\(program): error: \(complaint.text)\n", 2)
        output("hint: \(complaint.hint)\n", 2)
    }

    /// Both words in the reader's language.
    package func words(_ japanese: String, _ english: String) -> String {
        language == .japanese ? japanese : english
    }

    /// Does the work of a command and tells what went wrong.
    ///
    /// - Parameter work: returns how it ended; what it throws is told.
    /// - Returns: how the program ends.
    package func perform(_ work: () throws -> ExitCode) -> ExitCode {
        var code: ExitCode
        do {
            code = try work()
        } catch {
            let complaint = Complaint(error)
            complain(complaint)
            answer(complaint.json)
            code = complaint.code
        }
        // What nobody got is not done.
        if code == .done, let errno = Terminal.lost {
            let complaint = Complaint(FileSystemError("write", "standard output", code: errno))
            complain(complaint)
            code = complaint.code
        }
        return code
    }

    /// The errno with which standard output stopped taking what we say; nil while it takes it.
    package static var lost: Int32? { lostOutput.withLock { $0 } }
    private static let lostOutput = Mutex<Int32?>(nil)

    /// Writes all of `text` to a descriptor.
    package static func write(_ text: String, to descriptor: Int32) {
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
    package func progress(_ what: String) -> ProgressLine {
        ProgressLine(what: what, terminal: self)
    }

    /// Draws over the line. Without the terminal's own wrapping (DECAWM, ECMA-48 private mode 7)
    /// what is too wide is cut, and nothing is left over on the lines above.
    func draw(_ line: String) {
        output("\r\u{1b}[2K\u{1b}[?7l\(line)\u{1b}[?7h", 2)
    }

    func note(_ line: String) {
        output(line + "\n", 2)
    }
}
