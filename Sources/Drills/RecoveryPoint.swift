import Model

/// How much was lost: the time from the newest clinical moment that came back until the end that
/// counts, and what a plan's target makes of it.
struct RecoveryPoint {
    private static let subject = Subject.named("recovery point")
    /// By how much a clock is wrong in a control.
    private static let aheadDays: Int64 = 400

    private let newest: Timestamp?
    private let end: Timestamp?
    private let max: Duration?

    /// States what is known.
    ///
    /// - Parameters:
    ///   - newest: the newest clinical moment that came back; nil if none is known.
    ///   - end: before which all that did not come back is lost; nil if nobody can tell.
    ///   - max: the most that may be lost; nil if the plan has no target.
    init(newest: Timestamp?, until end: Timestamp?, atMost max: Duration?) {
        self.newest = newest
        self.end = end
        self.max = max
    }

    /// How much was lost; nil if it could not be measured.
    var measured: Duration? {
        guard let newest, let end else {
            return nil
        }
        return Swift.max(.zero, end.since(newest))
    }

    /// Judges it by the target.
    func judge() -> [Finding] {
        guard let max else {
            return []
        }
        guard let measured else {
            return [Finding(.recoveryPointUnknown, Self.subject)]
        }
        guard measured > max else {
            return []
        }
        return [
            Finding(
                .recoveryPointExceeded,
                Self.subject,
                evidence: [
                    "measuredSeconds": "\(measured.components.seconds)",
                    "maxSeconds": "\(max.components.seconds)",
                ]
            )
        ]
    }

    /// Judges it as if the clock of the host that made the backup had been far ahead: all that
    /// came back is then too old.
    ///
    /// - Parameter set: which set the control is told of.
    /// - Returns: nil where the plan has no target that this would miss.
    func control(of set: String) -> DrillControl? {
        let ahead = Self.aheadDays * 86_400
        guard let newest, let end, let max, max < .seconds(ahead) else {
            return nil
        }
        let wrong = RecoveryPoint(
            newest: newest,
            until: Timestamp(seconds: end.seconds + ahead),
            atMost: max
        )
        let isFound = wrong.judge().contains { $0.code == .recoveryPointExceeded }
        return DrillControl(
            set: set,
            sabotage: "clock \(Self.aheadDays) days ahead",
            foundAs: isFound ? .recoveryPointExceeded : nil
        )
    }
}
