package import Format
package import Model

/// What people noted of one drill, before it or after it: at most one of each step.
package struct NotedSteps: Hashable, Sendable {
    private static let what = "a list of noted steps"
    private static let version: UInt64 = 1
    /// Longest name of a person, in bytes.
    private static let nameBytesMax = 200

    /// In the order of a disaster.
    package private(set) var steps: [NotedStep] = []

    /// Nothing noted.
    package init() {}

    /// Reads what ``encoded`` gives.
    ///
    /// - Throws: ``FormatError`` for anything else.
    package init(decoding bytes: [UInt8]) throws(FormatError) {
        let value = try JSONValue(canonical: bytes, of: Self.what)
        var members = try JSONValue.Members(value, of: Self.what)
        guard try members.natural("version") == Self.version else {
            throw .unknownVersion(Self.what)
        }
        for step in try members.array("steps", max: DrillStep.allCases.count) {
            put(try NotedStep(step))
        }
        try members.finish()
    }

    /// As a file holds it.
    package var encoded: [UInt8] {
        JSONValue.object([
            "steps": .array(steps.map(\.json)), "version": .integer(Int64(Self.version)),
        ]).canonical
    }

    /// What was noted of a step; nil if nothing was.
    package subscript(step: DrillStep) -> NotedStep? {
        steps.first { $0.step == step }
    }

    /// Notes a step that was taken before a drill, in the place of what was noted of it. A
    /// declaration begins anew: what came before it belongs to another story.
    ///
    /// - Parameters:
    ///   - noted: one of ``DrillStep/before``.
    ///   - now: by the host's clock.
    /// - Throws: ``DrillStepError`` if it cannot have been so; then nothing is noted.
    package mutating func noteBefore(
        _ noted: NotedStep,
        now: Timestamp
    ) throws(DrillStepError) {
        try Self.check(noted, now)
        if noted.step == .declared {
            steps = []
        } else {
            guard let declared = self[.declared] else {
                throw .notDeclared(noted.step)
            }
            guard noted.at >= declared.at else {
                throw .outOfOrder(noted.step, before: .declared, at: declared.at)
            }
        }
        put(noted)
    }

    /// Notes a step that was taken after a drill, in the place of what was noted of it.
    ///
    /// - Parameters:
    ///   - noted: one of ``DrillStep/after``.
    ///   - checked: when the drill had judged what came back.
    ///   - now: by the host's clock.
    /// - Throws: ``DrillStepError`` if it cannot have been so; then nothing is noted.
    package mutating func noteAfter(
        _ noted: NotedStep,
        checked: Timestamp,
        now: Timestamp
    ) throws(DrillStepError) {
        try Self.check(noted, now)
        if noted.step == .usable, noted.by == nil {
            throw .nobodyNamed(noted.step)
        }
        guard noted.at >= Timestamp(seconds: checked.seconds) else {
            throw .outOfOrder(noted.step, before: .checked, at: checked)
        }
        for other in steps {
            if other.step < noted.step, noted.at < other.at {
                throw .outOfOrder(noted.step, before: other.step, at: other.at)
            }
            if noted.step < other.step, other.at < noted.at {
                throw .outOfOrder(other.step, before: noted.step, at: noted.at)
            }
        }
        put(noted)
    }

    private static func check(_ noted: NotedStep, _ now: Timestamp) throws(DrillStepError) {
        guard noted.at <= now else {
            throw .inTheFuture(noted.step, noted.at)
        }
        if let name = noted.by {
            let isLine = name.unicodeScalars.allSatisfy {
                $0.properties.generalCategory != .control
            }
            guard (1...nameBytesMax).contains(name.utf8.count), isLine else {
                throw .name
            }
        }
    }

    private mutating func put(_ noted: NotedStep) {
        steps.removeAll { $0.step == noted.step }
        steps.append(noted)
        steps.sort { $0.step < $1.step }
    }
}
