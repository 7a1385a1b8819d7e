import Model

/// One public page of the list of objects that a snapshot needs.
///
/// Every object of a set has an ordinal, given when it was first stored; page *n* holds those with
/// ordinals from 4,096 × n that the snapshot still needs. So a page whose objects are all still
/// needed is the same object in every later snapshot.
package struct ListPage: Hashable, Sendable {
    /// An object and its ordinal within the page: 0 ..< 4,096, rising.
    package struct Entry: Hashable, Sendable {
        /// The object's ordinal less 4,096 × the page's number.
        package let slot: UInt16
        /// The object itself.
        package let object: ObjectRef

        /// Puts an object at its place in the page.
        package init(slot: UInt16, object: ObjectRef) {
            self.slot = slot
            self.object = object
        }
    }

    /// Which page: entries have ordinals 4,096 × number + slot.
    package let number: UInt32
    /// Rising by slot; at least one, and no name twice.
    package let entries: [Entry]

    /// Puts a page together.
    package init(number: UInt32, entries: [Entry]) {
        precondition(entries.count <= Limits.pageEntriesMax, "\(entries.count) entries")
        self.number = number
        self.entries = entries
    }

    /// The most bytes that a page has.
    package static let bytesMax = 16 + Limits.pageEntriesMax * 43

    private static let magic = Array("TORIDEL".utf8) + [1]

    /// The stored bytes: magic (8) ‖ number (4) ‖ count (4) ‖ entries of 43.
    package var encoded: [UInt8] {
        var bytes = ListPage.magic
        bytes.reserveCapacity(16 + entries.count * 43)
        bytes.append(fixed: number)
        bytes.append(fixed: UInt32(entries.count))
        for entry in entries {
            bytes.append(fixed: entry.slot)
            bytes.append(entry.object.kind.rawValue)
            entry.object.name.digest.append(to: &bytes)
            bytes.append(fixed: entry.object.size)
        }
        return bytes
    }

    /// Reads stored bytes.
    package init(decoding bytes: [UInt8]) throws(FormatError) {
        var reader = ByteReader(bytes, of: "a list page")
        guard try reader.array(8) == ListPage.magic else {
            throw .unknownVersion("a list page")
        }
        number = try reader.fixed()
        let count: UInt32 = try reader.fixed()
        guard (1...UInt32(Limits.pageEntriesMax)).contains(count) else {
            throw .overLimit("a list page: entries")
        }
        var entries: [Entry] = []
        var names: Set<Digest> = []
        for _ in 0..<count {
            let slot: UInt16 = try reader.fixed()
            guard let kind = ObjectKind(rawValue: try reader.byte()),
                let name = Digest(try reader.slice(32))
            else {
                throw .invalid("a list page: an unknown kind of object")
            }
            guard slot < UInt16(Limits.pageEntriesMax), entries.last.map({ $0.slot < slot }) ?? true
            else {
                throw .invalid("a list page: entries are not in order")
            }
            let size: UInt64 = try reader.fixed()
            guard size <= UInt64(Limits.objectBytesMax) else {
                throw .overLimit("a list page: an object's size")
            }
            guard names.insert(name).inserted else {
                throw .invalid("a list page: an object stands twice")
            }
            let object = ObjectRef(kind: kind, name: ObjectName(name), size: size)
            entries.append(Entry(slot: slot, object: object))
        }
        self.entries = entries
        try reader.finish()
    }
}
