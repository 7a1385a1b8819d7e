package import Model

/// What is to be put right in a store, and where each object is whole.
package struct RepairPlan: Sendable {
    /// An object that is damaged or missing.
    package struct Item: Hashable, Sendable {
        /// Its key.
        package let key: String
        /// What its bytes must hash to.
        package let name: ObjectName
        /// What was found of it.
        package let finding: Finding

        /// States what is wrong.
        package init(key: String, name: ObjectName, finding: Finding) {
            self.key = key
            self.name = name
            self.finding = finding
        }
    }

    /// What is to be done with one of them.
    package struct Step: Hashable, Sendable {
        /// Which.
        package let item: Item
        /// The store that has it whole; nil if none has.
        package let source: String?
    }

    /// One for each object, in the order in which they were asked for.
    package let steps: [Step]

    /// Plans nothing, or what was found.
    package init(steps: [Step] = []) {
        self.steps = steps
    }

    /// Those that can be done.
    package var healable: [Step] { steps.filter { $0.source != nil } }
    /// Objects that no store has whole.
    package var lost: [Item] { steps.filter { $0.source == nil }.map(\.item) }
}
