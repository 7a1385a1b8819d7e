/// The three characters that a segment begins with, as `PID` (HL7 v2.5 §2.5.1).
struct HL7SegmentName: Hashable, Sendable {
    /// The characters as one number, the first in the highest of 24 bits; 0 for what is no name.
    let code: UInt32

    /// Takes the name of a segment that our own tables speak of.
    ///
    /// - Parameter text: three ASCII characters.
    init(_ text: String) {
        precondition(text.utf8.count == 3, "\(text) names no segment")
        code = text.utf8.reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// Takes what a segment begins with: a capital letter, and two capitals or digits.
    ///
    /// - Parameters:
    ///   - bytes: what it lies in.
    ///   - range: the piece before the first separator; anything that is no name gives ``none``.
    init(_ bytes: [UInt8], in range: Range<Int>) {
        guard range.count == 3, Self.isCapital(bytes[range.lowerBound]) else {
            self = .none
            return
        }
        var code: UInt32 = 0
        for byte in bytes[range] {
            guard Self.isCapital(byte) || byte &- UInt8(ascii: "0") < 10 else {
                self = .none
                return
            }
            code = code << 8 | UInt32(byte)
        }
        self.code = code
    }

    private init(code: UInt32) {
        self.code = code
    }

    private static func isCapital(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "A") < 26 }

    /// What stands where a name should.
    static let none = HL7SegmentName(code: 0)

    /// The name; `segment` for one that no standard has, for then it may be anything.
    var text: String {
        guard Self.known.contains(code) else {
            return "segment"
        }
        let bytes = [code >> 16, code >> 8, code].map { UInt8(truncatingIfNeeded: $0) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The segments of HL7 v2.5 (appendix A), and those that JAHIS adds: ZE1 and ZE2 (放射線 2.2),
    /// ZPR, ZPD and ZI1 (病名 3.0C).
    private static let known: Set<UInt32> = {
        let names = """
            ABS ACC ADD AFF AIG AIL AIP AIS AL1 APR ARQ AUT BHS BLC BLG BPO BPX BTS BTX CDM CER \
            CM0 CM1 CM2 CNS CON CSP CSR CSS CTD CTI DB1 DG1 DMI DRG DSC DSP ECD ECR EDU EQL EQP \
            EQU ERQ ERR EVN FAC FHS FT1 FTS GOL GP1 GP2 GT1 IAM IIM IN1 IN2 IN3 INV IPC ISD LAN \
            LCC LCH LDP LOC LRL MFA MFE MFI MRG MSA MSH NCK NDS NK1 NPU NSC NST NTE OBR OBX ODS \
            ODT OM1 OM2 OM3 OM4 OM5 OM6 OM7 ORC ORG OVR PCR PD1 PDA PDC PEO PES PID PR1 PRA PRB \
            PRC PRD PSH PTH PV1 PV2 QAK QID QPD QRD QRF QRI RCP RDF RDT RF1 RGS RMI ROL RQ1 RQD \
            RXA RXC RXD RXE RXG RXO RXR SAC SCH SFT SID SPM SPR STF TCC TCD TQ1 TQ2 TXA UB1 UB2 \
            URD URS VAR VTQ ZE1 ZE2 ZI1 ZPD ZPR
            """
        return Set(names.split(separator: " ").map { HL7SegmentName(String($0)).code })
    }()
}

extension HL7SegmentName {
    /// Message header.
    static let msh = HL7SegmentName("MSH")
    /// File and batch header and trailer (HL7 v2.5 §2.10.3).
    static let fhs = HL7SegmentName("FHS"), bhs = HL7SegmentName("BHS")
    /// Batch trailer.
    static let bts = HL7SegmentName("BTS")
    /// File trailer.
    static let fts = HL7SegmentName("FTS")
    /// Patient identification.
    static let pid = HL7SegmentName("PID")
    /// Patient visit.
    static let pv1 = HL7SegmentName("PV1")
    /// Common order.
    static let orc = HL7SegmentName("ORC")
    /// Observation request.
    static let obr = HL7SegmentName("OBR")
    /// Observation.
    static let obx = HL7SegmentName("OBX")
    /// Problem.
    static let prb = HL7SegmentName("PRB")
    /// Imaging procedure control.
    static let ipc = HL7SegmentName("IPC")

    /// Whether its first field is the separator itself.
    var isHeader: Bool { self == .msh || self == .fhs || self == .bhs }
}
