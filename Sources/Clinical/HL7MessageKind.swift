/// What is known of one kind of message, as `ADT^A08`.
struct HL7MessageKind: Sendable {
    /// Which segments it has in which order.
    let order: HL7SegmentOrder
    /// The field that must hold the day of care under which SS-MIX2 stores it; nil if it has none
    /// (NHO, SSMIX_CAREDATE.json).
    let careDate: HL7Field?

    private init(_ order: HL7SegmentOrder, _ careDate: String? = nil) {
        self.order = order
        self.careDate = careDate.map { HL7Field($0) }
    }

    /// The kind of a message.
    ///
    /// - Parameter message: its MSH-9 names it by the first two components.
    /// - Returns: what it is called, and what is known of it; nil for an unknown kind.
    static func of(_ message: HL7Message) -> (name: String, kind: HL7MessageKind)? {
        guard let header = message.segments.first else {
            return nil
        }
        let code = message.component(1, of: 9, in: header)
        let event = message.component(2, of: 9, in: header)
        guard code.count == 3, event.count == 3 else {
            return nil
        }
        let name =
            String(decoding: code, as: UTF8.self) + "^"
            + String(decoding: event, as: UTF8.self)
        return known[name].map { (name, $0) }
    }

    /// The messages that SS-MIX2 stores (NHO, SS-MIX2 module specification, table 1-1 and 1.3.0).
    static let known: [String: HL7MessageKind] = [
        "ADT^A01": HL7MessageKind(.admission, "PV1-44"),
        "ADT^A02": HL7MessageKind(.transfer, "EVN-6"),
        "ADT^A03": HL7MessageKind(.discharge, "PV1-45"),
        "ADT^A04": HL7MessageKind(.admission, "PV1-44"),
        "ADT^A08": HL7MessageKind(.admission),
        "ADT^A11": HL7MessageKind(.cancelledAdmission, "PV1-44"),
        "ADT^A12": HL7MessageKind(.cancelledAdmission, "EVN-6"),
        "ADT^A13": HL7MessageKind(.admission, "PV1-45"),
        "ADT^A14": HL7MessageKind(.plannedAdmission, "PV2-8"),
        "ADT^A15": HL7MessageKind(.plannedTransfer, "PV2-8"),
        "ADT^A16": HL7MessageKind(.plannedDischarge, "PV2-9"),
        "ADT^A21": HL7MessageKind(.leave, "EVN-6"),
        "ADT^A22": HL7MessageKind(.leave, "EVN-6"),
        "ADT^A23": HL7MessageKind(.leave),
        "ADT^A25": HL7MessageKind(.leave, "PV2-9"),
        "ADT^A26": HL7MessageKind(.leave, "PV2-8"),
        "ADT^A27": HL7MessageKind(.leave, "PV2-8"),
        "ADT^A52": HL7MessageKind(.cancelledLeave, "EVN-6"),
        "ADT^A53": HL7MessageKind(.cancelledLeave, "PV2-47"),
        "ADT^A54": HL7MessageKind(.doctor),
        "ADT^A55": HL7MessageKind(.cancelledLeave),
        "ADT^A60": HL7MessageKind(.allergies),
        "OMD^O03": HL7MessageKind(.diet, "ORC-9"),
        "OMG^O19": HL7MessageKind(.generalOrder, "ORC-9"),
        "OMI^Z23": HL7MessageKind(.imagingResult, "OBR-7"),
        "OML^O33": HL7MessageKind(.laboratoryOrder, "ORC-9"),
        "ORU^R01": HL7MessageKind(.observation, "OBR-7"),
        "ORU^R30": HL7MessageKind(.pointOfCare),
        "OUL^R22": HL7MessageKind(.laboratoryResult, "SPM-17"),
        "PPR^ZD1": HL7MessageKind(.problems),
        "RAS^O17": HL7MessageKind(.administration, "RXA-3"),
        "RDE^O11": HL7MessageKind(.prescription, "ORC-9"),
    ]
}
