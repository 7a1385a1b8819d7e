package import Model

/// A pack and what lies in it.
package struct PackContents: Hashable, Sendable {
    /// SHA-256 of the stored pack; zero in the pack's own table.
    package let name: ObjectName
    /// The number of its stored bytes; in the pack's own table, those before the table.
    package let size: UInt64
    /// The chunks in it, in order of sealing.
    package let entries: [ChunkEntry]

    /// States what lies in a pack.
    package init(name: ObjectName, size: UInt64, entries: [ChunkEntry]) {
        self.name = name
        self.size = size
        self.entries = entries
    }
}
