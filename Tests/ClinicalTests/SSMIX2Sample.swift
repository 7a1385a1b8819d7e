import Clinical
import Model
import Testing

/// A file of standardized storage as a test wants it: by default a sound result of the laboratory.
struct SSMIX2Sample: Sendable {
    /// The parts of its name.
    var patient = "0001006032"
    var day = "20260615"
    var type = "OML-11"
    var order = "000000990001722"
    var time = "20260615093247466"
    var department = "01"
    var flag = "1"
    /// The folders that it lies in; nil for those that its name demands.
    var folder: String?
    /// Its segments.
    var segments: [String]
    /// What ends each.
    var end = "\r"

    /// 中村 in JIS X 0208, between escapes.
    static let kanji = "\u{1b}$BCfB<\u{1b}(B"

    /// A sound file of a kind of data.
    init(_ kind: SSMIX2SampleKind = .laboratoryResult) {
        type = kind.type
        day = kind.day
        order = kind.order
        segments = kind.segments
    }

    /// The file's name.
    var name: String {
        [patient, day, type, order, time, department, flag].joined(separator: "_")
    }

    /// Where it lies, beneath the storage's root.
    var path: [UInt8] {
        let own = "\(patient.prefix(3))/\(patient.dropFirst(3).prefix(3))/\(patient)/\(day)/\(type)"
        return Array("\(folder ?? own)/\(name)".utf8)
    }

    /// Its bytes.
    var bytes: [UInt8] { Array(segments.map { $0 + end }.joined().utf8) }

    /// What the reader makes of it.
    func facts() throws -> FileFacts { try facts(of: bytes) }

    /// What the reader makes of other bytes at its place.
    func facts(of bytes: [UInt8]) throws -> FileFacts {
        try SSMIX2Reader(localOffset: 9 * 3_600).facts(of: path, ContentReader(bytes))
    }

    /// Puts something in the place of a piece of a segment that is there.
    mutating func replace(_ index: Int, _ old: String, _ new: String) {
        guard segments.indices.contains(index), let range = segments[index].firstRange(of: old)
        else {
            Issue.record("\(old) is not in segment \(index)")
            return
        }
        segments[index].replaceSubrange(range, with: new)
    }

    /// The profile of some files, and what broke the rules between them, by rule.
    static func broken(_ samples: [SSMIX2Sample]) throws -> [String: UInt64] {
        try broken(samples.map { ($0.path, try $0.facts()) })
    }

    /// What broke the rules between files, by rule.
    static func broken(_ files: [([UInt8], FileFacts)]) -> [String: UInt64] {
        var profiler = StoreProfiler(.ssmix2, cut: Timestamp(seconds: 1_900_000_000))
        for (path, facts) in files {
            profiler.add(facts, path: path, bytes: 1)
        }
        return profiler.finish().broken.mapValues(\.count)
    }
}

/// A kind of data with a message that has all that it must.
struct SSMIX2SampleKind: Sendable, CustomTestStringConvertible {
    let type: String
    let message: String
    let day: String
    let order: String
    let body: [String]

    var testDescription: String { "\(type) \(message)" }

    /// MSH and what follows it.
    var segments: [String] {
        let structure = message.replacing("^", with: "_")
        let header =
            #"MSH|^~\&|HIS|H|GW|S|20260615093247||"# + "\(message)^\(structure)|1|P|2.5"
            + "||||||~ISO IR87||ISO 2022-1994"
            + "|SS-MIX2_1.20^SS-MIX2^1.2.392.200250.2.1.100.1.2.120^ISO"
        return [header] + body
    }

    private static let number = "000000990001722"
    private static let patient = "PID|0001||0001006032||^\(SSMIX2Sample.kanji)^^^^^L^I||20001120|M"
    private static let event = "EVN||20260615093247|||101|20260615093247"
    private static let visit = "PV1|0001|O"
    /// PV1 with PV1-44 and PV1-45, and PV2 with PV2-8, 9 and 47.
    private static let stay =
        "PV1|0001|I" + String(repeating: "|", count: 42)
        + "20260615093247|20260615103247"
    private static let plan =
        "PV2||||||||20260615|20260615" + String(repeating: "|", count: 38)
        + "20260615"
    /// ORC-9, 12, 17 and 29 filled.
    private static let order =
        "ORC|NW|\(number)||\(number)_01|||||20260615093247|||101|||||01"
        + "||||||||||||O"
    private static let timing = "TQ1|1||||||||R"
    private static let request = "OBR|1|\(number)||L01|||20260615093247"
    private static let specimen = "SPM|1|1||023|||||||||||||20260615083541"
    private static let value = "OBX|1|NM|1742-6^ALT^LN||29|U/L|7-42|N|||F"

    private init(
        _ type: String,
        _ message: String,
        day: String = "20260615",
        order: String = "999999999999999",
        _ body: [String]
    ) {
        self.type = type
        self.message = message
        self.day = day
        self.order = order
        self.body = body
    }

    private static func ordered(
        _ type: String,
        _ message: String,
        day: String = "20260615",
        _ body: [String]
    ) -> Self {
        Self(type, message, day: day, order: number, [patient, visit] + body)
    }

    static let laboratoryResult = ordered(
        "OML-11",
        "OUL^R22",
        [specimen, request, order, value]
    )
    static let demographics = Self("ADT-00", "ADT^A08", day: "-", [event, patient, visit])
    static let diagnosis = Self(
        "PPR-01",
        "PPR^ZD1",
        day: "-",
        order: number,
        [patient, "PRB|AD|20260615|8830417^^MDCDX2|\(number)||||||K29.7^^I10", order]
    )
    static let laboratoryOrder = ordered("OML-01", "OML^O33", [specimen, order, request])

    /// Each row of the module specification's table 1-1.
    static let all: [Self] =
        stays + [
            demographics, diagnosis, laboratoryOrder, laboratoryResult,
            Self("ADT-61", "ADT^A60", day: "-", [event, patient, "IAM|1|DA|106^X^HOT9|MO|x|A"]),
            ordered("OMD", "OMD^O03", [order, timing, "ODS|D||001^X^99"]),
            ordered("OMP-01", "RDE^O11", [order, drug, timing, route]),
            ordered("OMP-11", "RAS^O17", [order, given, route]),
            ordered("OMP-02", "RDE^O11", [order, drug, timing, route, "RXC|B|62^X^HOT9|1|HON"]),
            ordered("OMP-12", "RAS^O17", [order, given, given, route]),
            ordered("OMG-01", "OMG^O19", [order, timing, request]),
            ordered("OMG-11", "OMI^Z23", [order, timing, request, "ZE1|1|RS|99A^X", image]),
            ordered("OMG-02", "OMG^O19", [order, timing, request, value]),
            ordered("OMG-12", "OMI^Z23", [order, timing, request, image]),
            ordered("OMG-03", "OMG^O19", [order, timing, request]),
            ordered("OMG-13", "ORU^R01", [request, value]),
        ]

    private static let drug = "RXE||108^X^HOT9|1||TAB|||||15|TAB"
    private static let route = "RXR|PO"
    private static let given = "RXA|0|1|20260615093247|20260615093247|108^X^HOT9|1"
    private static let image = "IPC|A1|P1|1.2.3||US"

    private static let stays: [Self] = [
        Self("ADT-00", "ADT^A23", day: "-", [event, patient, visit]),
        Self("ADT-01", "ADT^A54", day: "-", [event, patient, visit]),
        Self("ADT-01", "ADT^A55", day: "-", [event, patient, visit]),
        Self("ADT-12", "ADT^A04", [event, patient, stay]),
        Self("ADT-21", "ADT^A14", [event, patient, stay, plan]),
        Self("ADT-21", "ADT^A27", [event, patient, stay, plan]),
        Self("ADT-22", "ADT^A01", [event, patient, stay]),
        Self("ADT-22", "ADT^A11", [event, patient, stay]),
        Self("ADT-31", "ADT^A21", [event, patient, visit]),
        Self("ADT-31", "ADT^A52", [event, patient, visit]),
        Self("ADT-32", "ADT^A22", [event, patient, visit]),
        Self("ADT-32", "ADT^A53", [event, patient, visit, plan]),
        Self("ADT-41", "ADT^A15", [event, patient, stay, plan]),
        Self("ADT-41", "ADT^A26", [event, patient, stay, plan]),
        Self("ADT-42", "ADT^A02", [event, patient, visit]),
        Self("ADT-42", "ADT^A12", [event, patient, visit]),
        Self("ADT-51", "ADT^A16", [event, patient, stay, plan]),
        Self("ADT-51", "ADT^A25", [event, patient, stay, plan]),
        Self("ADT-52", "ADT^A03", [event, patient, stay]),
        Self("ADT-52", "ADT^A13", [event, patient, stay]),
    ]
}
