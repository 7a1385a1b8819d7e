/// Remembers the keys of references that a file has made lately: records of one patient follow one
/// another, and a hash of a key takes longer than reading it.
struct FHIRKeyCache {
    private struct Slot {
        var text: [UInt8] = []
        var key: UInt64 = 0
    }

    private static let slotCount = 2_048
    /// Longer references are not remembered.
    private static let bytesMax = 128

    private var slots = [Slot](repeating: Slot(), count: slotCount)

    /// The key that was kept for a reference.
    ///
    /// - Parameter text: the reference, not empty.
    /// - Returns: nil if none is remembered.
    func key(of text: [UInt8]) -> UInt64? {
        let slot = slots[Self.slot(of: text)]
        return slot.text == text ? slot.key : nil
    }

    /// Keeps the key of a reference; another may be forgotten for it.
    mutating func keep(_ key: UInt64, of text: [UInt8]) {
        guard text.count <= Self.bytesMax else {
            return
        }
        slots[Self.slot(of: text)] = Slot(text: text, key: key)
    }

    /// FNV-1a (draft-eastlake-fnv): it need only spread, for the texts themselves are compared.
    private static func slot(of text: [UInt8]) -> Int {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.prefix(bytesMax) {
            hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
        }
        return Int(truncatingIfNeeded: hash ^ hash >> 32) & (slotCount - 1)
    }
}
