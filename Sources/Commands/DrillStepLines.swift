import Console
import Drills
import Model
import Reporting

/// By when each step of a recovery was reached, as an operator reads it.
enum DrillStepLines {
    /// A line a step, in the order of a disaster; what people noted is told apart.
    static func show(
        _ reached: [DrillStep: Duration],
        _ noted: [NotedStep],
        _ terminal: Terminal
    ) {
        for step in DrillStep.allCases {
            guard let time = reached[step] else {
                continue
            }
            let pad = String(repeating: " ", count: max(1, 24 - step.rawValue.utf8.count))
            let note = noted.first { $0.step == step }.map { told($0, terminal) } ?? ""
            terminal.say("  \(step.rawValue)\(pad)\(DrillReport.seconds(time))\(note)")
        }
    }

    /// Who said so, and when; whether it is signed is asked of what came after a drill.
    private static func told(_ noted: NotedStep, _ terminal: Terminal) -> String {
        var words = [terminal.words("人による申告", "person")]
        if let name = noted.by {
            words.append(SafeText.escaped(name))
        }
        words.append(noted.at.rfc3339)
        if DrillStep.after.contains(noted.step) {
            words.append(
                noted.recordKey == nil
                    ? terminal.words("署名なし", "unsigned") : terminal.words("署名済み", "signed")
            )
        }
        return " (\(words.joined(separator: ", ")))"
    }
}
