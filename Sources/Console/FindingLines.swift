package import Format
package import Model
import Reporting

/// Findings as an operator reads them, and as programs do.
package enum FindingLines {
    private static let shownMax = 50

    /// Prints findings, the grave ones first, at most fifty of a kind.
    ///
    /// - Parameters:
    ///   - findings: what to tell.
    ///   - terminal: where.
    ///   - names: what this host calls its sets; others are shown by the digits of their ids.
    package static func print(
        _ findings: [Finding],
        _ terminal: Terminal,
        names: [SetID: String] = [:]
    ) {
        let order: [Severity] = [.failure, .doubt, .notice]
        for severity in order {
            let group = findings.filter { $0.severity == severity }
            for finding in group.prefix(shownMax) {
                terminal.say(line(finding, terminal, names))
            }
            if group.count > shownMax {
                let more = group.count - shownMax
                terminal.say(terminal.words("  ほか \(more) 件", "  and \(more) more"))
            }
        }
        for code in Set(findings.filter { $0.severity != .notice }.map(\.code)).sorted(by: {
            $0.rawValue < $1.rawValue
        }) {
            let title = FindingText.title(code, terminal.language)
            let action = FindingText.action(code, terminal.language)
            terminal.remark("hint: \(code.rawValue): \(title) \(action)")
        }
    }

    private static func line(
        _ finding: Finding,
        _ terminal: Terminal,
        _ names: [SetID: String]
    ) -> String {
        let mark =
            switch finding.severity {
            case .failure: "✗"
            case .doubt: "?"
            case .notice: "·"
            }
        let subject = SubjectText.describe(finding.subject, terminal.language, names: names)
        var text = "  \(mark) \(finding.code.rawValue): \(subject)"
        let evidence = finding.evidence.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        if !evidence.isEmpty {
            text += " (\(SafeText.escaped(evidence.joined(separator: ", "))))"
        }
        if let detail = finding.detail {
            text += ": \(SafeText.escaped(detail))"
        }
        if !finding.breaks.isEmpty {
            let refs = finding.breaks.prefix(8).map { SubjectText.describe($0, names: names) }
            let more = finding.breaks.count > 8 ? " …" : ""
            text += terminal.words(" 影響する世代: ", " breaks ") + refs.joined(separator: " ") + more
        }
        return text
    }

    /// Findings for programs.
    ///
    /// - Parameters:
    ///   - findings: what to tell.
    ///   - subject: names what each is about; nil to name it as people do.
    ///   - detail: names what an error said; nil to leave that out, for it may be logged.
    /// - Returns: a list of objects.
    package static func json(
        _ findings: [Finding],
        subject: ((Subject) -> String)? = nil,
        detail: ((String) -> String)? = nil
    ) -> JSONValue {
        .array(
            findings.map { finding in
                let about =
                    subject?(finding.subject) ?? SubjectText.describe(finding.subject, .english)
                var members: [String: JSONValue] = [
                    "breaks": .array(
                        finding.breaks.map {
                            .object([
                                "sequence": .integer(Int64(clamping: $0.sequence)),
                                "set": .string($0.set.hex),
                            ])
                        }
                    ),
                    "code": .string(finding.code.rawValue),
                    "evidence": .object(finding.evidence.mapValues { .string($0) }),
                    "severity": .string(finding.severity.rawValue),
                    "subject": .string(about),
                ]
                if let detail, let said = finding.detail {
                    members["detail"] = .string(detail(said))
                }
                return .object(members)
            }
        )
    }
}
