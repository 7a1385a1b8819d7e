/// The newest manifest of a set as someone remembers it: a host, its catalog, a verification, an
/// operator.
package struct Head: Hashable, Sendable {
    /// The number of the snapshot in its set, from 1.
    package let sequence: UInt64
    /// SHA-256 of the stored manifest.
    package let name: ObjectName

    /// States what is remembered.
    package init(sequence: UInt64, name: ObjectName) {
        self.sequence = sequence
        self.name = name
    }
}
