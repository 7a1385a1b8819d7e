import Clinical
import Model
import Testing

/// What one file of standardized storage can break by itself.
@Suite struct SSMIX2RuleTests {
    /// One thing that is done to a sound file, and all that is found.
    struct Fault: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let code: FindingCode
        let broken: [String]
        let kind: SSMIX2SampleKind
        let spoil: @Sendable (inout SSMIX2Sample) -> Void

        init(
            _ name: String,
            _ code: FindingCode,
            _ broken: String...,
            of kind: SSMIX2SampleKind = .laboratoryResult,
            spoil: @escaping @Sendable (inout SSMIX2Sample) -> Void
        ) {
            testDescription = name
            self.code = code
            self.broken = broken
            self.kind = kind
            self.spoil = spoil
        }
    }

    @Test(arguments: SSMIX2SampleKind.all)
    func `a sound file of any kind breaks nothing`(kind: SSMIX2SampleKind) throws {
        var sample = SSMIX2Sample(kind)
        // NHO's samples end in FS, and some programs write the block's beginning too.
        let blocked = [0x0b] + sample.bytes + [0x1c, 0x0d]
        for flag in ["0", "1", "2"] {
            sample.flag = flag
            for facts in [try sample.facts(), try sample.facts(of: blocked)] {
                #expect(facts.outcome == .judged)
                #expect(facts.broken == [])
                #expect(facts.counts == ["\(kind.type)/\(flag)": 1])
                #expect(facts.days == (kind.day == "-" ? [:] : [20260615: 1]))
                // 09:32:47 in Japan.
                #expect(facts.newest?.rfc3339 == "2026-06-15T00:32:47Z")
            }
        }
    }

    @Test(arguments: names + text + header + content)
    func `a file with one fault breaks one rule, at its place`(fault: Fault) throws {
        var sample = SSMIX2Sample(fault.kind)
        fault.spoil(&sample)
        let facts = try sample.facts()
        #expect(facts.broken == fault.broken)
        #expect(facts.violations.allSatisfy { $0.rule.code == fault.code })
    }

    // MARK: - The name

    static let names: [Fault] = [
        Fault("lies with another patient", .ssmix2PathInvalid, "S1 folder") {
            $0.folder = "000/100/0001006033/20260615/OML-11"
        },
        Fault("lies in the root", .ssmix2PathInvalid, "S1 folder") { $0.folder = "lost" },
        Fault("has another flag", .ssmix2PathInvalid, "S1 flag") { $0.flag = "3" },
        Fault("has an ending", .ssmix2PathInvalid, "S1 flag") { $0.flag = "1.locked" },
        Fault("has no order number", .ssmix2PathInvalid, "S1 order number") {
            $0.type = "ADT-12"
            $0.segments = SSMIX2SampleKind.all.first { $0.type == "ADT-12" }?.segments ?? []
            $0.order = ""
        },
        Fault("is of no type", .ssmix2TypeInvalid, "S2 data type") { $0.type = "OML-12" },
        Fault("holds another message", .ssmix2TypeInvalid, "S2 MSH-9") {
            $0.segments = SSMIX2SampleKind.laboratoryOrder.segments
        },
        Fault("holds an unknown message", .ssmix2TypeInvalid, "S2 MSH-9") {
            $0.replace(0, "OUL^R22", "OUL^R99")
        },
        Fault("has no day", .ssmix2DateInvalid, "S3 day of care") { $0.day = "-" },
        Fault("has a day that it may not", .ssmix2DateInvalid, "S3 day of care", of: .demographics)
        {
            $0.day = "20260615"
        },
        Fault("has a day of no calendar", .ssmix2DateInvalid, "S3 day of care") {
            $0.day = "20260230"
        },
        Fault("has a day of another length", .ssmix2DateInvalid, "S3 day of care") {
            $0.day = "202606150"
        },
        Fault("was sent before it was", .ssmix2DateInvalid, "S3 day of care after sending") {
            $0.time = "20260613093247466"
        },
        Fault("has a short time", .ssmix2TimestampInvalid, "S4 file name") {
            $0.time = "202606150932474"
        },
        Fault("has a time of no day", .ssmix2TimestampInvalid, "S4 file name") {
            $0.time = "20260615243247466"
        },
        Fault("has a time with letters", .ssmix2TimestampInvalid, "S4 file name") {
            $0.time = "20260615093247x66"
        },
    ]

    @Test func `an order may be for a day to come, what was done may not`() throws {
        var order = SSMIX2Sample(.laboratoryOrder)
        order.time = "20260601093247466"
        #expect(try order.facts().broken == [])
        var midnight = SSMIX2Sample()
        midnight.time = "20260614235959999"
        #expect(try midnight.facts().broken == [])
    }

    @Test func `what is named otherwise is said to be foreign`() throws {
        let reader = SSMIX2Reader(localOffset: 0)
        let name = String(decoding: SSMIX2Sample().path, as: UTF8.self)
        let foreign = [
            "", "/", "README.txt", "000/100/README.txt", "000/100/a/b/c/d/e", "2026/TR.DAT",
        ]
        for path in foreign {
            let facts = try reader.facts(of: Array(path.utf8), ContentReader([1, 2, 3]))
            #expect(facts.outcome == .foreign)
            #expect(facts.broken == ["G1"])
        }
        for path in ["000/100/0001006032/20260615/OML-11/x.tmp", name + "_2"] {
            let facts = try reader.facts(of: Array(path.utf8), ContentReader([1, 2, 3]))
            #expect(facts.outcome == .unparsed)
            #expect(facts.broken == ["S1 file name"])
        }
    }

    // MARK: - Text

    static let text: [Fault] = [
        Fault("has a high byte", .ssmix2TextDamaged, "S6 byte over 7F") {
            $0.replace(1, "^L^I", "^é^I")
        },
        Fault("has a high byte in kanji", .ssmix2TextDamaged, "S6 byte over 7F", "S6 two-byte code")
        {
            $0.replace(1, "CfB<", "Cfé<")
        },
        Fault("has an unknown escape", .ssmix2TextDamaged, "S6 escape") {
            $0.replace(1, "\u{1b}$B", "\u{1b}$A")
        },
        Fault("never returns to ASCII", .ssmix2TextDamaged, "S6 text without end") {
            $0.segments[6] += "|||\u{1b}$BCfB<"
        },
        Fault("has half a character", .ssmix2TextDamaged, "S6 two-byte code") {
            $0.replace(1, "CfB<", "CfB")
        },
        Fault("has a space in kanji", .ssmix2TextDamaged, "S6 two-byte code") {
            $0.replace(1, "CfB<", "Cf B<")
        },
        Fault("has a zero byte", .ssmix2TextDamaged, "S6 control character") {
            $0.replace(1, "^L^I", "^\0^I")
        },
        Fault("has half-width katakana", .ssmix2TextDamaged, "S6 half-width katakana") {
            $0.replace(1, "\u{1b}$BCfB<", "\u{1b}(I125")
        },
        Fault("has JIS X 0212", .ssmix2TextDamaged, "S6 JIS X 0212") {
            $0.replace(1, "\u{1b}$B", "\u{1b}$(D")
        },
        // ① in row 13, which NEC and CP932 have.
        Fault("has a circled digit", .ssmix2TextDamaged, "S6b character") {
            $0.replace(1, "CfB<", "CfB<-!")
        },
    ]

    @Test func `a delimiter's byte within kanji divides nothing`() throws {
        var sample = SSMIX2Sample()
        // 0x307C, 0x305E, 0x307E, 0x3026: second bytes are those of | ^ ~ and &.
        sample.replace(1, "CfB<", "0|0^0~0&")
        #expect(try sample.facts().broken == [])
        sample.replace(1, "0|0^0~0&", "0^||")
        // Two characters too: a character is never cut in the middle.
        #expect(try sample.facts().broken == ["S6b character"])
    }

    @Test func `characters put for others are counted`() throws {
        var sample = SSMIX2Sample()
        sample.replace(1, "CfB<", "\"#CfB<\"#")
        #expect(try sample.facts().broken == [])
        #expect(try sample.facts().counts["gaiji"] == 2)
    }

    // MARK: - Header and division

    static let header: [Fault] = [
        Fault("has other delimiters", .ssmix2HeaderInvalid, "S7 MSH-2") {
            $0.replace(0, #"^~\&"#, #"^~\%"#)
        },
        Fault("is of another version", .ssmix2HeaderInvalid, "S7 MSH-12") {
            $0.replace(0, "|2.5|", "|2.4|")
        },
        Fault("says another character set", .ssmix2HeaderInvalid, "S7 MSH-18") {
            $0.replace(0, "~ISO IR87", "UNICODE UTF-8")
        },
        Fault("says another scheme", .ssmix2HeaderInvalid, "S7 MSH-20") {
            $0.replace(0, "ISO 2022-1994", "2.3")
        },
        Fault("says another profile", .ssmix2HeaderInvalid, "S7 MSH-21") {
            $0.replace(0, "SS-MIX2_1.20^", "IHE^")
        },
        Fault("has LF", .ssmix2HeaderInvalid, "S7 segment end") { $0.end = "\n" },
        Fault("has CR and LF", .ssmix2HeaderInvalid, "S7 segment end") { $0.end = "\r\n" },
        Fault("has an empty segment", .ssmix2HeaderInvalid, "S7 segment end") {
            $0.segments[5] += "\r"
        },
    ]

    @Test func `a file whose last segment has no end is cut`() throws {
        let sample = SSMIX2Sample()
        #expect(try sample.facts(of: sample.bytes.dropLast()).broken == ["S7 segment end"])
    }

    @Test func `two messages in one file are one too many`() throws {
        let sample = SSMIX2Sample()
        let facts = try sample.facts(of: sample.bytes + sample.bytes)
        #expect(facts.broken == ["S7 MSH[2]", "S9 MSH[2]"])
    }

    @Test func `a segment without a name is none`() throws {
        var sample = SSMIX2Sample()
        sample.segments.append("obx|1")
        #expect(try sample.facts().broken == ["S7 segment name", "S9 segment"])
    }

    @Test func `what does not begin as a message is damaged, and is ciphered if it has high bytes`()
        throws
    {
        let sample = SSMIX2Sample()
        var random = [UInt8](repeating: 0x41, count: 16) + sample.bytes.dropFirst(16)
        for (bytes, broken) in [
            ([], ["S7 MSH"]), (random, ["S7 MSH"]),
            ([0x80] + random, ["S7 MSH", "S6 byte over 7F"]),
        ] as [([UInt8], [String])] {
            let facts = try sample.facts(of: bytes)
            #expect(facts.outcome == .unparsed)
            #expect(facts.broken == broken)
            // Its path says all the same what it should be.
            #expect(facts.counts == ["OML-11/1": 1])
            #expect(facts.entries.contains { $0.relation == .patientMentioned })
        }
        random = Array("MSH|^~\\&".utf8) + [UInt8](repeating: 0x7c, count: 1_001)
        #expect(try sample.facts(of: random).broken == ["S7 size"])
    }

    // MARK: - Content

    static let content: [Fault] = [
        Fault("lacks a field", .ssmix2FieldMissing, "S8 PID-8") { $0.replace(1, "|M", "|") },
        Fault("lacks a field at the end", .ssmix2FieldMissing, "S8 OBX-11") {
            $0.replace(6, "|||F", "|||")
        },
        Fault("lacks a field of a later segment", .ssmix2FieldMissing, "S8 OBX[2]-3") {
            $0.segments.append("OBX|2|ST|||x||||||F")
        },
        Fault("lacks a segment", .ssmix2SegmentsMisordered, "S9 ORC") { $0.segments.remove(at: 4) },
        Fault("has a segment too early", .ssmix2SegmentsMisordered, "S9 OBX") {
            $0.segments.swapAt(3, 6)
        },
        Fault("ends too early", .ssmix2SegmentsMisordered, "S9 end", of: .demographics) {
            $0.segments.removeLast()
        },
        Fault("is of another day", .ssmix2CareDateDiffers, "S10 SPM-17") {
            $0.replace(3, "20260615", "20260614")
        },
        Fault(
            "is of another day in its second order",
            .ssmix2CareDateDiffers,
            "S10 ORC[2]-9",
            of: .laboratoryOrder
        ) {
            $0.segments += $0.segments.suffix(2)
            $0.replace(6, "20260615", "20260616")
        },
        Fault("is of another patient", .ssmix2PatientDiffers, "S11 PID-3") {
            $0.replace(1, "0001006032", "0001006033")
        },
        Fault("is of another order", .ssmix2OrderDiffers, "S12 ORC-2") {
            $0.replace(5, "|000000990001722|", "|000000990001723|")
        },
        Fault("has a number that is none", .ssmix2ValueNotNumeric, "S13 OBX-5") {
            $0.replace(6, "|29|", "|2q|")
        },
        Fault("is of somebody unborn", .ssmix2CareDateDiffers, "S14b PID-7") {
            $0.replace(1, "20001120", "20260616")
        },
        Fault(
            "has another edition of ICD-10",
            .ssmix2DiseaseCodeInvalid,
            "S21 PRB-10.7",
            of: .diagnosis
        ) {
            $0.replace(2, "^^I10", "^^I10^^^^2019")
        },
    ]

    @Test(arguments: ["2003", "2013", ""])
    func `editions of ICD-10 that JAHIS knows are right`(edition: String) throws {
        var sample = SSMIX2Sample(.diagnosis)
        sample.replace(2, "^^I10", "^^I10^^^^\(edition)")
        #expect(try sample.facts().broken == [])
    }

    @Test(arguments: ["0", "-1.5", "+2", ".5", "5.", "1~2", "", "\"\""])
    func `numbers in every form that HL7 gives them are numbers`(value: String) throws {
        var sample = SSMIX2Sample()
        sample.replace(6, "|29|", "|\(value)|")
        #expect(try sample.facts().broken == [])
    }

    @Test(arguments: ["-", ".", "1.2.3", "1,5", "<0.5", "1e3", " 1", "1~x"])
    func `what HL7 does not write so is no number`(value: String) throws {
        var sample = SSMIX2Sample()
        sample.replace(6, "|29|", "|\(value)|")
        #expect(try sample.facts().broken == ["S13 OBX-5"])
    }

    @Test func `nobody is discharged before his admission`() throws {
        let kind = try #require(SSMIX2SampleKind.all.first { $0.message == "ADT^A03" })
        var sample = SSMIX2Sample(kind)
        sample.replace(3, "20260615093247", "20260616093247")
        #expect(try sample.facts().broken == ["S14b PV1-45"])
    }

    @Test func `an order number that means nothing is not looked for`() throws {
        var sample = SSMIX2Sample(.diagnosis)
        sample.order = "999999999999999"
        #expect(try sample.facts().broken == [])
    }

    @Test
    func `a file of very many faults is charged with some, and one of too many is no message`()
        throws
    {
        var sample = SSMIX2Sample()
        sample.segments += Array(repeating: "OBX|1|NM|x||y||||||", count: 100_000 - 7)
        #expect(try sample.facts().outcome == .judged)
        #expect(try sample.facts().violations.count == 256)
        sample.segments.append("OBX|1")
        #expect(try sample.facts().outcome == .unparsed)
        #expect(try sample.facts().broken == ["S7 size"])
    }
}
