package import Catalog
package import Format

extension DrillRow {
    /// Longest time of a step that is believed, in milliseconds: whoever signed it chose it.
    private static let stepMax: Int64 = 1_000_000_000_000_000

    /// The steps that were reached, in milliseconds from the declaration. What is no time, or
    /// beyond all reason, is left out.
    package var stepTimes: [String: Int64] {
        var times = DrillRow.members(steps).compactMapValues { value -> Int64? in
            guard case .integer(let time) = value, (0...DrillRow.stepMax).contains(time) else {
                return nil
            }
            return time
        }
        // The first drafts called it `usable` that all was proven; that is now a person's word.
        if let old = times.removeValue(forKey: "usable"), times["proven"] == nil {
            times["proven"] = old
        }
        return times
    }

    /// What was claimed, by name.
    package var claimed: [String: JSONValue] { DrillRow.members(claim) }

    /// Whether it brought back a sample alone of a set's files.
    var isOfSample: Bool {
        if case .array(let samples)? = claimed["samples"] { !samples.isEmpty } else { false }
    }

    private static func members(_ text: String) -> [String: JSONValue] {
        guard let value = try? JSONValue(canonical: Array(text.utf8), of: "a row of a drill"),
            case .object(let members) = value
        else {
            return [:]
        }
        return members
    }
}
