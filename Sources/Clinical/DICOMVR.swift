/// The representation of a value: two capital letters (PS3.5 §6.2).
struct DICOMVR: Hashable, Sendable {
    private let letters: UInt16

    /// Takes two letters as they stand in a file; nil for anything but capitals.
    init?(_ first: UInt8, _ second: UInt8) {
        let capitals = UInt8(ascii: "A")...UInt8(ascii: "Z")
        guard capitals.contains(first), capitals.contains(second) else {
            return nil
        }
        letters = UInt16(first) << 8 | UInt16(second)
    }

    private init(_ text: String) {
        letters = text.utf8.reduce(0) { $0 << 8 | UInt16($1) }
    }

    /// Whether its elements have a length of 16 bits (PS3.5 Table 7.1-2). All others, and all that
    /// will ever be defined, have two reserved bytes and 32 bits (Table 7.1-1; §6.2, Note).
    var hasShortLength: Bool { Self.short.contains(self) }

    /// Whether the standard of 2025 has it.
    var isKnown: Bool { hasShortLength || Self.long.contains(self) }

    /// Whether a value without a length is a sequence of fragments (PS3.5 §A.4).
    var isBulk: Bool { Self.bulk.contains(self) }

    static let sequence = DICOMVR("SQ")
    static let unknown = DICOMVR("UN")

    private static let short: Set<DICOMVR> = [
        DICOMVR("AE"), DICOMVR("AS"), DICOMVR("AT"), DICOMVR("CS"), DICOMVR("DA"), DICOMVR("DS"),
        DICOMVR("DT"), DICOMVR("FD"), DICOMVR("FL"), DICOMVR("IS"), DICOMVR("LO"), DICOMVR("LT"),
        DICOMVR("PN"), DICOMVR("SH"), DICOMVR("SL"), DICOMVR("SS"), DICOMVR("ST"), DICOMVR("TM"),
        DICOMVR("UI"), DICOMVR("UL"), DICOMVR("US"),
    ]
    private static let bulk: Set<DICOMVR> = [
        DICOMVR("OB"), DICOMVR("OD"), DICOMVR("OF"), DICOMVR("OL"), DICOMVR("OV"), DICOMVR("OW"),
    ]
    private static let long: Set<DICOMVR> = bulk.union([
        sequence, unknown, DICOMVR("SV"), DICOMVR("UC"), DICOMVR("UR"), DICOMVR("UT"),
        DICOMVR("UV"),
    ])
}
