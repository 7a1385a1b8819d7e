package import Catalog
package import Drills
import Format
import Jobs
package import Model

/// A drill of the catalog together with what people noted of it: by when each step was reached, and
/// what came back.
package struct DrillStory {
    /// Time from the declaration to each step that was reached.
    package let reached: [DrillStep: Duration]
    /// What people noted, before the drill and after it, in the order of a disaster.
    package let noted: [NotedStep]
    /// What came back, in two lines; nil if the drill's record says nothing of it.
    package let claims: DrillClaims?
    /// When what came back was judged; when the drill began, if it never was.
    package let checked: Timestamp

    /// Puts both together.
    ///
    /// - Parameters:
    ///   - drill: the drill.
    ///   - after: what people noted after it.
    package init(_ drill: DrillRow, _ after: NotedSteps) {
        let times = drill.stepTimes
        let begun = times["begun"] ?? 0
        var reached: [DrillStep: Duration] = [:]
        for (name, time) in times {
            if let step = DrillStep(rawValue: name) {
                reached[step] = .milliseconds(time)
            }
        }
        for note in after.steps {
            // The declaration was so long before the program was started.
            reached[note.step] = note.at.since(drill.started) + .milliseconds(begun)
        }
        self.reached = reached
        noted = DrillStory.before(drill) + after.steps
        let claims = drill.claimed["claims"].flatMap { DrillClaims($0) }
        self.claims = after[.usable] == nil ? claims : claims?.onceUsed
        let lasted = max(0, (times["checked"] ?? begun) - begun) / 1_000
        checked = Timestamp(seconds: drill.started.seconds + lasted)
    }

    private static func before(_ drill: DrillRow) -> [NotedStep] {
        guard case .array(let values)? = drill.claimed["notedSteps"] else {
            return []
        }
        return values.compactMap { try? NotedStep($0) }
    }
}
