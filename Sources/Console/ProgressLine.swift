import Format
import Model
import Synchronization

/// One line of progress that is drawn again and again, a few times a second at most.
package final class ProgressLine: Sendable {
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
    package func show(files: UInt64? = nil, bytes: UInt64, total: UInt64? = nil) {
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
    package func end() {
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
            let left = clockText(Double(total - bytes) / rate)
            parts.append(terminal.words("残り \(left)", "\(left) left"))
        }
        return parts.joined(separator: " · ")
    }

    /// As `4:05`, `3:00:59` or `2d 03:00:00`.
    private func clockText(_ seconds: Double) -> String {
        let seconds = Int(min(seconds, 1e9))
        let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60)
        let two = { (number: Int) in number < 10 ? "0\(number)" : "\(number)" }
        if seconds < 3_600 {
            return "\(minutes):\(two(seconds % 60))"
        }
        let clock = "\(two(minutes)):\(two(seconds % 60))"
        return days > 0 ? "\(days)d \(two(hours)):\(clock)" : "\(hours):\(clock)"
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
