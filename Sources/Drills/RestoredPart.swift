package import Format
package import Model

/// How much of one part came back, and in what time.
package struct RestoredPart: Hashable, Sendable {
    /// The set's name in the configuration.
    package let set: String
    /// The set's id.
    package let id: SetID
    /// Bytes of content that were made anew; of a database those of its dump.
    package let bytes: UInt64
    /// From the beginning of its restoring until it was there; of a database until it was loaded.
    /// The first byte itself is seen late, for progress is told only now and then.
    package let time: Duration

    /// States what was measured.
    package init(set: String, id: SetID, bytes: UInt64, time: Duration) {
        self.set = set
        self.id = id
        self.bytes = bytes
        self.time = time
    }

    /// As records have it.
    package var json: JSONValue {
        .object([
            "bytes": .integer(Int64(clamping: bytes)),
            "milliseconds": .integer(time.milliseconds),
            "set": .string(id.hex),
        ])
    }
}
