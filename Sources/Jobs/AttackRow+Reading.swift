package import Catalog
package import Copying
import Format

extension AttackRow {
    /// One attempt, as its record has it (FORMAT.md §13.1).
    private struct Attempted {
        let attack: String
        let by: String?
        let target: String?
        let outcome: AttackReport.Outcome

        /// Nil for what is no attempt.
        init?(_ value: JSONValue) {
            guard case .object(let members) = value,
                let attack = Attempted.text(members["attack"]),
                let outcome = Attempted.text(members["outcome"])
                    .flatMap(AttackReport.Outcome.init(rawValue:))
            else {
                return nil
            }
            self.attack = attack
            self.outcome = outcome
            by = Attempted.text(members["by"])
            target = Attempted.text(members["target"])
        }

        func isOf(_ trial: Trial) -> Bool {
            attack == trial.name && by == trial.by && target == trial.target
        }

        private static func text(_ value: JSONValue?) -> String? {
            if case .string(let text)? = value { text } else { nil }
        }
    }

    /// Each attempt. None if what the catalog has is no list of attempts.
    private var attempted: [Attempted] {
        let bytes = Array(attempts.utf8)
        guard let value = try? JSONValue(canonical: bytes, of: "a row of an attack"),
            case .array(let list) = value
        else {
            return []
        }
        return list.compactMap(Attempted.init)
    }

    /// The attacks that came to `outcome`, by their names.
    package func attacks(_ outcome: AttackReport.Outcome) -> [String] {
        attempted.filter { $0.outcome == outcome }.map(\.attack)
    }

    /// Which of `trials` were not made, whatever the others came to.
    func lacks(of trials: [Trial]) -> [Trial] {
        let made = attempted
        return trials.filter { trial in !made.contains { $0.isOf(trial) } }
    }
}
