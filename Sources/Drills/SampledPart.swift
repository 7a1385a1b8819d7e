package import Format
package import Model

/// One part of which a drill brought back a sample alone.
package struct SampledPart: Hashable, Sendable {
    /// The set's name in the configuration.
    package let set: String
    /// The set's id.
    package let id: SetID
    /// Which of its files.
    package let sample: DrawnSample

    /// States what was drawn of a set.
    package init(set: String, id: SetID, sample: DrawnSample) {
        self.set = set
        self.id = id
        self.sample = sample
    }

    /// As records have it.
    package var json: JSONValue {
        .object(sample.members.merging(["set": .string(id.hex)]) { $1 })
    }
}
