import Model

/// Which of the 4,096 slots of a list page are taken: a bit each, lowest first.
struct Slots {
    /// 512 bytes.
    private(set) var bytes: [UInt8]

    /// None taken.
    init() {
        bytes = [UInt8](repeating: 0, count: Limits.pageEntriesMax / 8)
    }

    /// Takes what ``bytes`` gave; of fewer bytes, the slots behind them are free.
    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Whether a slot is taken.
    func contains(_ slot: UInt16) -> Bool {
        let index = Int(slot / 8)
        return index < bytes.count && bytes[index] & (1 << (slot % 8)) != 0
    }

    /// Takes a slot below 4,096.
    mutating func insert(_ slot: UInt16) {
        bytes[Int(slot / 8)] |= 1 << (slot % 8)
    }
}
