package import Format
import Model

/// The steps of a drill, in the order of a disaster. The two that a director asks for are
/// ``firstPatientRecord`` and ``usable``.
package enum DrillStep: String, Hashable, Sendable, CaseIterable {
    case declared
    case keyOpened = "key-opened"
    case mediumReached = "medium-reached"
    case catalogChecked = "catalog-checked"
    case firstByte = "first-byte"
    case firstPatientRecord = "first-patient-record"
    case allData = "all-data"
    case checked
    case usable
    case wiped
}

/// When each step was reached, by the monotonic clock, counted from the declaration.
package struct DrillTimeline: Sendable {
    private let clock = ContinuousClock()
    private let start: ContinuousClock.Instant
    /// Time from the declaration to each step that was reached.
    package private(set) var reached: [DrillStep: Duration] = [:]

    /// The disaster is declared now.
    package init() {
        start = clock.now
        reached[.declared] = .zero
    }

    /// A step is reached now; the first time counts.
    package mutating func reach(_ step: DrillStep) {
        if reached[step] == nil {
            reached[step] = clock.now - start
        }
    }

    /// The steps that were reached, in milliseconds, as records have them.
    package var json: JSONValue {
        .object(
            Dictionary(
                uniqueKeysWithValues: reached.map { step, time in
                    (step.rawValue, .integer(time.milliseconds))
                }
            )
        )
    }
}

extension Duration {
    /// Whole milliseconds, rounded down.
    package var milliseconds: Int64 {
        components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000
    }
}
