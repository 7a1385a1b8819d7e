/// One field of one kind of segment, as PV1-44.
struct HL7Field: Hashable, Sendable {
    /// Which segment.
    let segment: HL7SegmentName
    /// Which field of it, from 1.
    let number: Int

    /// Names a field.
    init(_ segment: HL7SegmentName, _ number: Int) {
        self.segment = segment
        self.number = number
    }

    /// Names a field as standards do.
    ///
    /// - Parameter text: of our own tables, as `PV1-44`.
    init(_ text: String) {
        let parts = text.split(separator: "-")
        guard parts.count == 2, let number = Int(parts[1]) else {
            preconditionFailure("\(text) names no field")
        }
        self.init(HL7SegmentName(String(parts[0])), number)
    }

    /// As standards name it.
    var text: String { "\(segment.text)-\(number)" }
}
