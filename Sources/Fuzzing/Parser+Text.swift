import Backup
import Configuration
import Copying
import Format
import Model
import Reporting
import Scheduling
import Verification

extension Parser {
    /// What people and tools write: the configuration and its parts, the command line, times.
    static let texts = [
        Parser(
            "time",
            writing: { bytes in
                guard let text = String(validating: bytes, as: UTF8.self) else {
                    return nil
                }
                return Timestamp(rfc3339: text).map { Array($0.rfc3339.utf8) }
            }
        ),
        Parser(
            "store-key",
            judging: { bytes in
                (StoredKind(key: String(decoding: bytes, as: UTF8.self)) != .foreign).outcome
            }
        ),
        Parser(
            "expected-head",
            judging: { bytes in
                _ = try ExpectedHead(String(decoding: bytes, as: UTF8.self))
                return .taken
            }
        ),
        // Pins have one spelling; comments, blanks and empty lines are gone.
        Parser(
            "signer-file",
            judging: { bytes in
                let file = try SignerFile(decoding: bytes, path: "input")
                let again = try? SignerFile(decoding: file.encoded, path: "input")
                return again == file ? .taken : .broken("what is written is another file")
            }
        ),
        Parser("reach-lines", judging: reachLines),
        Parser("schedule", judging: schedule),
        Parser(
            "duration",
            judging: { bytes in
                let duration = try DurationText.parse(String(decoding: bytes, as: UTF8.self))
                let again = try DurationText.parse(DurationText.format(duration))
                return again == duration ? .taken : .broken("what is written is another duration")
            }
        ),
        // pattern ‖ 0 ‖ path
        Parser(
            "glob",
            judging: { bytes in
                guard let (pattern, path) = bytes.dividedAtZero else {
                    return .refused
                }
                return Glob(String(decoding: pattern, as: UTF8.self)).matches(path).outcome
            }
        ),
        Parser("configuration", judging: { try configuration($0) }),
        Parser(
            "connection",
            judging: { bytes in
                try configuration(source: "connection: \(quoted(bytes)), database: d")
            }
        ),
        Parser(
            "clinical-column",
            judging: { bytes in
                try configuration(
                    source: "connection: service=a, database: d",
                    more: ", clinical: {time: [\(quoted(bytes))]}"
                )
            }
        ),
        Parser(
            "safe-text",
            judging: { bytes in
                let isSafe = SafeText.escaped(bytes).unicodeScalars.allSatisfy { scalar in
                    ![.control, .format, .lineSeparator].contains(scalar.properties.generalCategory)
                }
                return isSafe ? .taken : .broken("a control character is shown as it is")
            }
        ),
    ]

    /// What a probe prints that was asked about two addresses.
    private static func reachLines(_ bytes: [UInt8]) throws -> Outcome {
        let asked = ["192.0.2.10:445", "[2001:db8::1]:443"].compactMap { NetworkAddress($0) }
        let sight = try ReachJudge(from: "", targets: asked, controls: []).read(bytes)
        return Set(sight.keys) == Set(asked) ? .taken : .broken("an address has no answer")
    }

    private static func schedule(_ bytes: [UInt8]) throws -> Outcome {
        let schedule = try CronSchedule(parsing: String(decoding: bytes, as: UTF8.self))
        guard try CronSchedule(parsing: schedule.text) == schedule else {
            return .broken("what is written is another schedule")
        }
        let zone = try SiteTimeZone(identifier: "Asia/Tokyo")
        let now = Timestamp(seconds: 1_800_000_000)
        guard let next = schedule.next(after: now, in: zone) else {
            return schedule.everRuns ? .broken("a schedule that runs has no next moment") : .taken
        }
        return next > now && schedule.latestDue(at: next, in: zone) == next
            ? .taken : .broken("what is due next is not due then")
    }

    private static func configuration(_ bytes: [UInt8]) throws -> Outcome {
        do throws(ConfigurationError) {
            _ = try Configuration.parse(bytes, file: "input")
            return .taken
        } catch {
            // An error is a line of a terminal, whatever stands in the file.
            let lines = [error.description, error.hint].flatMap { $0.split(separator: "\n") }
            return lines.count == 2 ? .refused : .broken("an error of several lines")
        }
    }

    private static func configuration(source: String, more: String = "") throws -> Outcome {
        let text = """
            site: {name: a, timezone: UTC}
            state: /s
            stores: {a: {path: /a}}
            sets: {a: {source: {postgresql: {\(source)}}\(more)}}
            """
        return try configuration(Array(text.utf8))
    }

    /// A text as JSON has it, which YAML takes in double quotes.
    private static func quoted(_ bytes: [UInt8]) -> String {
        let value = JSONValue.string(String(decoding: bytes, as: UTF8.self))
        return String(decoding: value.canonical, as: UTF8.self)
    }
}
