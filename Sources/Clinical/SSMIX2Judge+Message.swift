import Model

/// What a message must say.
extension SSMIX2Judge {
    /// Judges a message that could be divided into fields.
    mutating func judge(_ message: HL7Message) {
        count(substitutes: message.substitutes)
        judgeText(message)
        judgeHeader(message)
        judgeKind(message)
        judgeSegments(message)
        judgePatient(message)
        judgeOrderNumber(message)
        judgeChronology(message)
    }

    // MARK: - Text and header

    private mutating func judgeText(_ message: HL7Message) {
        let places: [(fault: ISO2022JP.Faults, place: String)] = [
            (.highByte, "byte over 7F"),
            (.escape, "escape"),
            (.unfinished, "text without end"),
            (.twoByteCode, "two-byte code"),
            (.control, "control character"),
            (.kana, "half-width katakana"),
            (.supplementary, "JIS X 0212"),
        ]
        guard !message.faults.isEmpty else {
            return
        }
        for entry in places where message.faults.contains(entry.fault) {
            breaks(.ssmix2Text, at: entry.place)
        }
        if message.faults.contains(.unassigned) {
            breaks(.ssmix2Unassigned, at: "character")
        }
    }

    private mutating func judgeHeader(_ message: HL7Message) {
        guard let header = message.segments.first else {
            return
        }
        func holds(_ number: Int, _ text: String) -> Bool {
            message.field(number, of: header).elementsEqual(text.utf8)
        }
        if !holds(1, "|") || !holds(2, #"^~\&"#) {
            breaks(.ssmix2Header, at: "MSH-2")
        }
        if !message.component(1, of: 12, in: header).elementsEqual("2.5".utf8) {
            breaks(.ssmix2Header, at: "MSH-12")
        }
        // Samples of the test tool have lost the spaces in these two; their meaning they have not.
        let set = message.field(18, of: header).filter { $0 != UInt8(ascii: " ") }
        if !set.elementsEqual("~ISOIR87".utf8) {
            breaks(.ssmix2Header, at: "MSH-18")
        }
        let scheme = message.field(20, of: header).filter { $0 != UInt8(ascii: " ") }
        if !scheme.isEmpty, !scheme.elementsEqual("ISO2022-1994".utf8) {
            breaks(.ssmix2Header, at: "MSH-20")
        }
        // `SS-MIX2_1.20^SS-MIX2^1.2.392.200250.2.1.100.1.2.120^ISO`: versions differ.
        if !message.field(21, of: header).starts(with: "SS-MIX2_".utf8) {
            breaks(.ssmix2Header, at: "MSH-21")
        }
        judgeDivision(message)
    }

    private mutating func judgeDivision(_ message: HL7Message) {
        if message.ends != .carriageReturn {
            breaks(.ssmix2Header, at: "segment end")
        }
        for (index, segment) in message.segments.enumerated().dropFirst() {
            if segment.name == .none {
                breaks(.ssmix2Header, at: "segment name")
            } else if segment.name == .msh {
                breaks(.ssmix2Header, at: message.place(of: index))
            }
        }
    }

    private mutating func judgeKind(_ message: HL7Message) {
        guard let (name, kind) = HL7MessageKind.of(message) else {
            breaks(.ssmix2Type, at: "MSH-9")
            return
        }
        if let type, !type.messages.contains(name) {
            breaks(.ssmix2Type, at: "MSH-9")
        }
        if let misfit = kind.order.misfit(message.segments) {
            let isInside = misfit < message.segments.count
            breaks(.ssmix2Order, at: isInside ? message.place(of: misfit) : "end")
        }
        if day != nil, let careDate = kind.careDate {
            judgeCareDate(careDate, message)
        }
    }

    private mutating func judgeCareDate(_ field: HL7Field, _ message: HL7Message) {
        var isThere = false
        for (index, segment) in message.segments.enumerated() where segment.name == field.segment {
            isThere = true
            let value = message.field(field.number, of: segment)
            if !value.prefix(8).elementsEqual(path.day) {
                breaks(.ssmix2CareDate, at: message.place(of: index, field: field.number))
            }
        }
        if !isThere {
            breaks(.ssmix2CareDate, at: field.text)
        }
    }

    // MARK: - Segments

    private mutating func judgeSegments(_ message: HL7Message) {
        let rows = type.flatMap { SSMIX2RequiredFields.all[$0] } ?? []
        for (index, segment) in message.segments.enumerated() {
            for row in rows where row.segment == segment.name {
                judgeFields(row.fields, message, index)
            }
            if segment.name == .obx {
                judgeNumber(message, index)
            } else if segment.name == .prb {
                judgeDisease(message, index)
            }
        }
    }

    private mutating func judgeFields(_ fields: UInt64, _ message: HL7Message, _ index: Int) {
        var rest = fields
        while rest != 0 {
            let number = rest.trailingZeroBitCount
            rest &= rest - 1
            if message.range(number, of: message.segments[index]).isEmpty {
                breaks(.ssmix2Field, at: message.place(of: index, field: number))
            }
        }
    }

    private mutating func judgeNumber(_ message: HL7Message, _ index: Int) {
        let segment = message.segments[index]
        guard message.field(2, of: segment).elementsEqual("NM".utf8) else {
            return
        }
        let repetitions = message.field(5, of: segment).split(
            separator: message.delimiters.repetition,
            omittingEmptySubsequences: false
        )
        if !repetitions.allSatisfy({ HL7Value.isNumber($0) }) {
            breaks(.ssmix2Number, at: message.place(of: index, field: 5))
        }
    }

    private mutating func judgeDisease(_ message: HL7Message, _ index: Int) {
        let edition = message.component(7, of: 10, in: message.segments[index])
        let known = ["2003", "2013"]
        if !edition.isEmpty, !known.contains(where: { edition.elementsEqual($0.utf8) }) {
            breaks(.ssmix2DiseaseCode, at: "\(message.place(of: index, field: 10)).7")
        }
    }

    // MARK: - Path and message

    private mutating func judgePatient(_ message: HL7Message) {
        let patient = message.first(.pid).map { message.component(1, of: 3, in: $0) } ?? []
        if HL7Value.trimmed(patient) != HL7Value.trimmed(path.patient) {
            breaks(.ssmix2Patient, at: "PID-3")
        }
    }

    private mutating func judgeOrderNumber(_ message: HL7Message) {
        let isNumbered = path.order.contains { $0 != UInt8(ascii: "9") }
        guard let type, type.hasOrder, isNumbered else {
            return
        }
        let segment = message.first(.orc) ?? message.first(.obr)
        let number = segment.map { message.component(1, of: 2, in: $0) } ?? []
        if HL7Value.trimmed(number) != HL7Value.trimmed(path.order) {
            breaks(.ssmix2OrderNumber, at: "\(segment?.name.text ?? "ORC")-2")
        }
    }

    private mutating func judgeChronology(_ message: HL7Message) {
        func date(_ number: Int, of segment: HL7Message.Segment) -> CivilDate? {
            HL7Value.day(message.field(number, of: segment))
        }
        if let care = day ?? sentDay, let patient = message.first(.pid),
            let birth = date(7, of: patient), birth.daysSinceEpoch > care.daysSinceEpoch
        {
            breaks(.ssmix2Chronology, at: "PID-7")
        }
        if type == .adt52, let visit = message.first(.pv1),
            let admission = date(44, of: visit), let discharge = date(45, of: visit),
            admission.daysSinceEpoch > discharge.daysSinceEpoch
        {
            breaks(.ssmix2Chronology, at: "PV1-45")
        }
    }
}
