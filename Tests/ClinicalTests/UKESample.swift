import Clinical
import Model

/// A file of claims of invented people, as a test wants it: by default a sound one of 医科 for care
/// in June 2026, with one claim for an insurer, one for an insurer and a public payer, and one for
/// a public payer.
struct UKESample: Sendable {
    /// Its records in ASCII, without line ends; ``name`` stands for Japanese text.
    var records: [String]
    /// What ends each.
    var end = "\r\n"
    /// What ends the file.
    var mark: [UInt8] = [0x1A]
    /// Where it lies.
    var path = "202607/RECEIPTC.UKE"

    /// A sound file.
    init() {
        records = [
            Self.institution(),
            Self.claim(1, type: "1112", chart: "0001"),
            Self.insurer(points: 580),
            "SY,8830417,20260601,1,,,01,", Self.treatment(days: [1, 15]),
            "IY,21,1,620004422,3,203,2,,,,,,,2" + String(repeating: ",", count: 30),
            "CO,21,1,810000001," + Self.name,
            Self.claim(2, type: "1122", chart: "0002"),
            Self.insurer(points: 1_234), Self.publicPayer(points: 1_000),
            Self.treatment(days: [30]),
            Self.claim(3, type: "1212", chart: "0003"),
            Self.publicPayer(points: 91), Self.treatment(days: [2]),
            "GO,4,1905,99",
        ]
    }

    /// A file of other records.
    init(_ records: [String]) {
        self.records = records
    }

    /// Stands for 患者　太郎, which Swift cannot write in Shift_JIS.
    static let name = "@"
    /// 患者　太郎 in Shift_JIS.
    static let nameBytes: [UInt8] = [
        0x8A, 0xB3, 0x8E, 0xD2, 0x81, 0x40, 0x91, 0xBE, 0x98, 0x59,
    ]

    /// IR of 医科.
    static func institution(
        month: String = "202607",
        volume: String = "00",
        payer: Int = 1
    ) -> String {
        "IR,\(payer),13,1,1234567,,\(name),\(month),\(volume),03-0000-0000"
    }

    /// RE of 医科, with 38 fields.
    static func claim(
        _ serial: Int,
        type: String = "1112",
        month: String = "202606",
        chart: String = "0001"
    ) -> String {
        "RE,\(serial),\(type),\(month),\(name),1,19501231,,,,,,,\(chart)"
            + String(repeating: ",", count: 24)
    }

    /// HO.
    static func insurer(points: Int) -> String {
        "HO,06132013,\(name),1234567,1,\(points)" + String(repeating: ",", count: 9)
    }

    /// KO.
    static func publicPayer(points: Int) -> String {
        "KO,12131234,1234567,,1,\(points),0,,,,,"
    }

    /// SI on some days.
    static func treatment(days: [Int]) -> String {
        let marks = (1...31).map { days.contains($0) ? "1" : "" }.joined(separator: ",")
        return "SI,11,1,111000110,,288,\(days.count),,,,,,,\(marks)"
    }

    /// The whole file.
    var bytes: [UInt8] {
        let text = Array(records.map { $0 + end }.joined().utf8)
        return text.flatMap { $0 == UInt8(ascii: "@") ? Self.nameBytes : [$0] } + mark
    }

    /// What the reader makes of it.
    func facts() throws -> FileFacts { try Self.facts(of: bytes, at: path) }

    /// What the reader makes of other bytes.
    static func facts(of bytes: [UInt8], at path: String = "RECEIPTC.UKE") throws -> FileFacts {
        try UKEReader(localOffset: 9 * 3_600)
            .facts(of: Array(path.utf8), ContentReader(bytes))
    }

    /// The rules that a store of some files breaks, with how often.
    static func broken(_ samples: [UKESample]) throws -> [String: UInt64] {
        var profiler = StoreProfiler(.uke, cut: Timestamp(seconds: 1_900_000_000))
        for sample in samples {
            profiler.add(
                try sample.facts(),
                path: Array(sample.path.utf8),
                bytes: UInt64(sample.bytes.count)
            )
        }
        return profiler.finish().broken.mapValues(\.count)
    }
}
