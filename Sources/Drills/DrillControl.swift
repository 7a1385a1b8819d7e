package import Model

/// A sabotage and whether the judges found it.
package struct DrillControl: Hashable, Sendable {
    /// Which set.
    package let set: String
    /// What was done, as `changed row`.
    package let sabotage: String
    /// The code that the judges gave for it; nil if they missed it.
    package let foundAs: FindingCode?

    /// States what the judges made of one sabotage.
    package init(set: String, sabotage: String, foundAs: FindingCode?) {
        self.set = set
        self.sabotage = sabotage
        self.foundAs = foundAs
    }
}

extension [DrillControl] {
    /// What is told of those that the judges missed.
    var missed: [Finding] {
        filter { $0.foundAs == nil }.map { control in
            Finding(.controlMissed, .named("\(control.set): \(control.sabotage)"))
        }
    }
}
