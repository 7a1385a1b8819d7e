package import Catalog
package import Copying
import Format

extension AttackRow {
    /// The attacks that came to `outcome`, by their names. None if what the catalog has is no list
    /// of attempts.
    package func attacks(_ outcome: AttackReport.Outcome) -> [String] {
        let bytes = Array(attempts.utf8)
        guard let value = try? JSONValue(canonical: bytes, of: "a row of an attack"),
            case .array(let list) = value
        else {
            return []
        }
        return list.compactMap { attempt -> String? in
            guard case .object(let members) = attempt,
                members["outcome"] == .string(outcome.rawValue),
                case .string(let attack)? = members["attack"]
            else {
                return nil
            }
            return attack
        }
    }
}
