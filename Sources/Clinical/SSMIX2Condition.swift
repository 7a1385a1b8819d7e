/// The flag at the end of a name in SS-MIX2 storage (NHO transaction_strage.md).
enum SSMIX2Condition: Character, Hashable, Sendable {
    /// Deleted.
    case deleted = "0"
    /// Current.
    case current = "1"
    /// Superseded by an update.
    case superseded = "2"

    /// Reads a flag; nil for anything else.
    init?(_ token: ArraySlice<UInt8>) {
        guard token.count == 1, let byte = token.first else {
            return nil
        }
        self.init(rawValue: Character(UnicodeScalar(byte)))
    }

    /// How counts name a flag that may be none of these.
    static func text(_ condition: SSMIX2Condition?) -> Character { condition?.rawValue ?? "?" }
}
