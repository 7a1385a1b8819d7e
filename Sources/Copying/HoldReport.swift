package import Model

/// What was held in a store, or was found to be, or was released.
package struct HoldReport: Sendable {
    /// Objects that are held as they must be; of a release those that are held no more.
    package private(set) var objects = 0
    /// Their bytes.
    package private(set) var bytes: UInt64 = 0
    /// Objects that a release left held, for other snapshots need them.
    package let kept: Int
    /// Whether nothing was released, for it is not known what is to be, or what must stay.
    package let isBlocked: Bool
    /// What is not held, or not there: one finding for each cause, with the first of its objects.
    package internal(set) var findings: [Finding]

    /// Begins.
    ///
    /// - Parameters:
    ///   - findings: what was found before.
    ///   - kept: objects that a release leaves held.
    ///   - isBlocked: whether nothing can be released.
    package init(findings: [Finding] = [], kept: Int = 0, isBlocked: Bool = false) {
        self.findings = findings
        self.kept = kept
        self.isBlocked = isBlocked
    }

    /// Adds an object of which all went well.
    mutating func add(_ item: ObjectCarrier.Item) {
        objects += 1
        bytes &+= item.size
    }
}
