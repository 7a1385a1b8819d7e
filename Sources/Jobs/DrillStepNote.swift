package import Catalog
package import Model

/// What a record says of a step that a person took after a drill.
package struct DrillStepNote: Sendable {
    /// The drill that it followed.
    let drill: DrillRow
    /// Which step, as `usable`.
    let step: String
    /// When it was taken, by whoever noted it.
    let at: Timestamp
    /// Who took it; nil if nobody was named.
    let by: String?
    /// When it was noted, by the host's clock.
    let noted: Timestamp

    /// States a step.
    ///
    /// - Parameters:
    ///   - step: which one, as `usable`.
    ///   - drill: the drill that it followed.
    ///   - at: when it was taken.
    ///   - by: who took it.
    ///   - noted: the present.
    package init(
        _ step: String,
        after drill: DrillRow,
        at: Timestamp,
        by: String?,
        noted: Timestamp
    ) {
        self.drill = drill
        self.step = step
        self.at = at
        self.by = by
        self.noted = noted
    }
}
