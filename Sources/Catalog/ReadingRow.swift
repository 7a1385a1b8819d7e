package import Model

/// When an object of a store was last read to its end, as the catalog keeps it.
package struct ReadingRow: Hashable, Sendable {
    /// An object as its store lists it.
    package struct Object: Hashable, Sendable {
        /// Its key.
        package let key: String
        /// The number of its bytes.
        package let size: UInt64
        /// What another object of the same key and size would not have; nil if nothing is told.
        package let mark: String?

        /// States what a store lists.
        package init(key: String, size: UInt64, mark: String?) {
            self.key = key
            self.size = size
            self.mark = mark
        }
    }

    /// Which object.
    package let object: Object
    /// When it was first seen there; whole seconds.
    package let arrived: Timestamp
    /// When it was last read to its end and was what its name says; nil if it never was.
    package let read: Timestamp?
    /// Whether it was found damaged since.
    package let isDamaged: Bool

    /// States what is known of a reading.
    init(object: Object, arrived: Timestamp, read: Timestamp?, isDamaged: Bool) {
        self.object = object
        self.arrived = arrived
        self.read = read
        self.isDamaged = isDamaged
    }
}
