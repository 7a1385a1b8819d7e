import Glibc
import Jobs
import Logging
import Model

/// Writes log lines for journald: one an event, with syslog's level in front (sd-daemon(3), `<N>`)
/// where the journal reads, with the time where it does not.
struct JournalHandler: LogHandler {
    var logLevel: Logger.Level = .info
    var metadata: Logger.Metadata = [:]
    private let isJournal: Bool

    /// Writes to standard error.
    ///
    /// - Parameter isJournal: whether the journal reads it.
    init(isJournal: Bool) {
        self.isJournal = isJournal
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let facts = metadata.merging(event.metadata ?? [:]) { $1 }
        let line = JournalHandler.line("\(event.message)", facts)
        let start =
            isJournal
            ? "<\(JournalHandler.priority(event.level))>"
            : "\(WallClock.now().rfc3339) \(event.level) "
        Text.write(start + line + "\n", to: STDERR_FILENO)
    }

    /// The message and its facts, sorted, as `message key=value`. Always one line.
    static func line(_ message: String, _ facts: Logger.Metadata) -> String {
        let words = facts.sorted { $0.key < $1.key }.map { key, value in
            let text = "\(value)"
            let isPlain = !text.isEmpty && text.allSatisfy { $0.isASCII && !" \"=".contains($0) }
            return isPlain ? "\(key)=\(text)" : "\(key)=\"\(text.replacing("\"", with: "'"))\""
        }
        let line = ([message] + words).joined(separator: " ")
        return String(line.map { $0.isNewline || $0 == "\0" ? " " : $0 })
    }

    /// The level of syslog(3).
    private static func priority(_ level: Logger.Level) -> Int32 {
        switch level {
        case .trace, .debug: LOG_DEBUG
        case .info: LOG_INFO
        case .notice: LOG_NOTICE
        case .warning: LOG_WARNING
        case .error: LOG_ERR
        case .critical: LOG_CRIT
        }
    }
}
