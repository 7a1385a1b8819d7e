package import Format
package import Model

/// A step that a person took and wrote down: a claim, by the clock on the wall.
package struct NotedStep: Hashable, Sendable {
    private static let what = "a noted step"

    /// Which step.
    package let step: DrillStep
    /// When it was taken; whole seconds.
    package let at: Timestamp
    /// Who took it; nil if nobody was named.
    package let by: String?
    /// Where a record of its own lies in the store; nil if it has none.
    package let recordKey: String?

    /// States what a person says.
    ///
    /// - Parameters:
    ///   - step: which step.
    ///   - at: when; fractions of a second are dropped.
    ///   - by: who took it.
    ///   - recordKey: where a record of its own lies.
    package init(
        _ step: DrillStep,
        at: Timestamp,
        by: String? = nil,
        recordKey: String? = nil
    ) {
        self.step = step
        self.at = Timestamp(seconds: at.seconds)
        self.by = by
        self.recordKey = recordKey
    }

    /// Reads what ``json`` gives.
    ///
    /// - Throws: ``FormatError`` for anything else.
    package init(_ value: JSONValue) throws(FormatError) {
        var members = try JSONValue.Members(value, of: Self.what)
        let at = Timestamp(rfc3339: try members.string("at"))
        let step = DrillStep(rawValue: try members.string("step"))
        guard let at, let step else {
            throw .invalid("\(Self.what): no step or no moment")
        }
        let by = try Self.text(try members.take("by"))
        let recordKey = try Self.text(try members.take("record"))
        try members.finish()
        self.init(step, at: at, by: by, recordKey: recordKey)
    }

    private static func text(_ value: JSONValue) throws(FormatError) -> String? {
        switch value {
        case .null: return nil
        case .string(let text): return text
        default: throw .invalid("\(what): a member is not text")
        }
    }

    /// As files, records and programs have it.
    package var json: JSONValue {
        .object([
            "at": .string(at.rfc3339),
            "by": by.map { .string($0) } ?? .null,
            "record": recordKey.map { .string($0) } ?? .null,
            "step": .string(step.rawValue),
        ])
    }
}
