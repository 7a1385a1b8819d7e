/// How a message says that its text is written (MSH-18, HL7 v2.5 §2.15.9.18 and table 0211).
enum HL7CharacterSet: Hashable, Sendable {
    /// ASCII, and beside it perhaps sets that escapes switch to: seven bits.
    case sevenBits(hasKanji: Bool)
    /// A part of ISO 8859.
    case latin
    /// UTF-8.
    case utf8
    /// Anything else.
    case other

    /// Reads MSH-18.
    ///
    /// - Parameters:
    ///   - field: the whole of it, the set that holds without an escape first.
    ///   - repetition: what divides it.
    init(_ field: ArraySlice<UInt8>, repetition: UInt8) {
        let sets = field.split(separator: repetition, omittingEmptySubsequences: false)
            .map { String(decoding: HL7Value.trimmed($0), as: UTF8.self) }
        let escaped = ["ISO IR14", "ISO IR87", "ISO IR159"]
        guard let first = sets.first else {
            self = .sevenBits(hasKanji: false)
            return
        }
        switch first {
        case "UNICODE UTF-8", "UTF-8", "UNICODE": self = .utf8
        case _ where first.hasPrefix("8859/"): self = .latin
        case "", "ASCII", "ISO IR6":
            let others = sets.dropFirst()
            self =
                others.allSatisfy { escaped.contains($0) }
                ? .sevenBits(hasKanji: !others.isEmpty) : .other
        case _ where escaped.contains(first): self = .sevenBits(hasKanji: true)
        default: self = .other
        }
    }

    /// What is wrong with a message's text if it is written so.
    ///
    /// - Parameter message: the message.
    /// - Returns: places for a report: `MSH-18` if the set is not the one that was used.
    func places(in message: HL7Message) -> [String] {
        var faults = message.faults
        var places: [String] = []
        faults.subtract([.unassigned, .kana, .supplementary])
        switch self {
        case .sevenBits(let hasKanji):
            if message.hasKanji && !hasKanji {
                places.append("MSH-18")
            }
        case .latin:
            faults.remove(.highByte)
        case .utf8:
            if faults.contains(.highByte),
                String(validating: message.bytes, as: UTF8.self) != nil
            {
                faults.remove(.highByte)
            }
        case .other:
            places.append("MSH-18")
        }
        if !faults.isEmpty {
            places.append("text")
        }
        return places
    }
}
