package import Model

/// The newest manifest of a set as the catalog, or a verification, remembers it.
package struct HeadRow: Hashable, Sendable {
    /// Its number in the set.
    package let sequence: UInt64
    /// SHA-256 of its stored bytes.
    package let name: ObjectName

    /// States a head.
    package init(sequence: UInt64, name: ObjectName) {
        self.sequence = sequence
        self.name = name
    }
}
