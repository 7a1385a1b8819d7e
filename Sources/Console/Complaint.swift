package import Format
package import Model
import Reporting

/// An error as it is told: what, which object, what to do next, and the exit code that it means.
///
/// Names in it are whatever an attacker calls his files, so nothing of it can move a cursor; each
/// of its texts is one line.
package struct Complaint {
    /// What happened, to which object.
    package let text: String
    /// What to do next.
    package let hint: String
    /// How a command ends that tells it.
    package let code: ExitCode

    /// Words an error.
    ///
    /// - Parameters:
    ///   - error: what was thrown; one that is not told of is a fault of ours.
    ///   - subject: what it is about, where the error itself does not say: a set, say.
    package init(_ error: any Error, about subject: String? = nil) {
        let told = error as? any ToldError
        let what = Complaint.line(told?.description ?? "an internal fault: \(error)")
        text = [subject, what].compactMap(\.self).joined(separator: ": ")
        hint = Complaint.line(told?.hint ?? "report it with this line; it should not happen")
        code = told?.exitCode ?? .internalFault
    }

    /// Words a command line that cannot be understood.
    package init(usage text: String, hint: String) {
        self.text = Complaint.line(text)
        self.hint = Complaint.line(hint)
        code = .usage
    }

    /// For programs.
    package var json: JSONValue { .object(members) }

    /// For programs, among the answers for several sets.
    package func json(of set: String) -> JSONValue {
        .object(members.merging(["set": .string(set)]) { $1 })
    }

    private var members: [String: JSONValue] {
        [
            "error": .string(text), "exitCode": .integer(Int64(code.rawValue)),
            "hint": .string(hint),
        ]
    }

    /// The messages of other programs have several lines; they are drawn into one.
    private static func line(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).map { SafeText.escaped(String($0)) }
            .joined(separator: " / ")
    }
}
