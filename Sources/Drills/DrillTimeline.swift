package import Format
package import Model

/// When each step was reached, counted from the declaration.
///
/// What the program reached is by the monotonic clock. What people noted before it was started is
/// by the clock on the wall: a claim, and so is all that is counted from their declaration.
package struct DrillTimeline: Sendable {
    private let clock = ContinuousClock()
    private let start: ContinuousClock.Instant
    /// What people noted before the program was started.
    package let noted: [NotedStep]
    /// From the declaration until the program was started; zero if nobody declared anything.
    package let lead: Duration
    /// Time from the declaration to each step that was reached.
    package private(set) var reached: [DrillStep: Duration] = [:]

    /// The disaster is declared now, by starting the program.
    package init() {
        self.init(after: [], at: Timestamp(seconds: 0))
    }

    /// The program is started now.
    ///
    /// - Parameters:
    ///   - noted: what people noted before; if they declared the disaster, all counts from that.
    ///   - now: by the clock that they used. One that was set back meanwhile makes a time zero.
    package init(after noted: [NotedStep], at now: Timestamp) {
        start = clock.now
        self.noted = noted
        let declared = noted.first { $0.step == .declared }?.at ?? now
        let lead = max(.zero, now.since(declared))
        self.lead = lead
        for note in noted {
            reached[note.step] = min(lead, max(.zero, note.at.since(declared)))
        }
        reached[.declared] = .zero
        reached[.begun] = lead
    }

    /// Time from the declaration until now.
    package var elapsed: Duration { lead + (clock.now - start) }

    /// A step is reached now; the first time counts.
    package mutating func reach(_ step: DrillStep) {
        if reached[step] == nil {
            reached[step] = elapsed
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

    /// Who says of each step that it was reached, as records have it: `program` or `person`.
    package var sources: JSONValue {
        let people = Set(noted.map(\.step))
        var sources: [String: JSONValue] = [:]
        for step in reached.keys {
            sources[step.rawValue] = .string(people.contains(step) ? "person" : "program")
        }
        return .object(sources)
    }
}

extension Duration {
    /// Whole milliseconds, rounded down.
    package var milliseconds: Int64 {
        components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000
    }
}
