package import Model

/// How far the objects of one store are read.
package struct ReadingStanding: Hashable, Sendable {
    /// When all that lies there was last listed; nil if only parts of it were ever read.
    package let listed: Timestamp?
    /// How many objects are known there.
    package let objects: UInt64
    /// Their bytes.
    package let bytes: UInt64
    /// How many of them were never read.
    package let unread: UInt64
    /// How many were found damaged, unreadable or missing, and not whole since.
    package let damaged: UInt64
    /// When the first came of those that were never read; nil if there are none.
    package let oldestArrival: Timestamp?
    /// When that one was read which was read longest ago; nil if none was.
    package let oldestRead: Timestamp?

    /// States how far they are.
    package init(
        listed: Timestamp?,
        objects: UInt64,
        bytes: UInt64,
        unread: UInt64,
        damaged: UInt64,
        oldestArrival: Timestamp?,
        oldestRead: Timestamp?
    ) {
        self.listed = listed
        self.objects = objects
        self.bytes = bytes
        self.unread = unread
        self.damaged = damaged
        self.oldestArrival = oldestArrival
        self.oldestRead = oldestRead
    }
}
