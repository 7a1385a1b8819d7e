package import Model

/// The newest manifest that a host stored of a set, by number and name.
package struct HostHead: Hashable, Sendable {
    /// The manifest's number in its set.
    package let sequence: UInt64
    /// SHA-256 of its stored bytes.
    package let name: ObjectName

    /// States a head.
    package init(sequence: UInt64, name: ObjectName) {
        self.sequence = sequence
        self.name = name
    }
}
