/// What a verification that was stopped has read, and where its successor notes what it reads.
package protocol ReadingMemory: Sendable {
    /// Whether an object of that size was read to its end, and was what its name says.
    func has(_ key: String, size: UInt64) -> Bool

    /// Notes that an object was read to its end, and was what its name says.
    func note(_ key: String, size: UInt64)
}
