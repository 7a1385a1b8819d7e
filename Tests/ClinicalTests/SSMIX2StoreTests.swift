import Clinical
import Model
import TestSupport
import Testing

/// What must hold between the files of standardized storage.
@Suite struct SSMIX2StoreTests {
    /// A patient with a record, an order and its result.
    private static let sound = [
        SSMIX2Sample(.demographics), SSMIX2Sample(.laboratoryOrder), SSMIX2Sample(),
    ]

    @Test func `a patient with a record, an order and its result breaks nothing`() throws {
        #expect(try SSMIX2Sample.broken(Self.sound) == [:])
    }

    @Test func `an update leaves one current file, and a second is one too many`() throws {
        var old = SSMIX2Sample()
        old.time = "20260615093247000"
        old.flag = "2"
        #expect(try SSMIX2Sample.broken(Self.sound + [old]) == [:])
        old.flag = "1"
        #expect(try SSMIX2Sample.broken(Self.sound + [old]) == ["S5": 1])
    }

    @Test func `a file that is kept twice is one too many`() throws {
        var copy = SSMIX2Sample()
        copy.flag = "2"
        #expect(try SSMIX2Sample.broken(Self.sound + [copy]) == ["S19": 1])
    }

    @Test func `every patient has one current record`() throws {
        #expect(try SSMIX2Sample.broken(Array(Self.sound.dropFirst())) == ["S14": 1])
        var second = SSMIX2Sample(.demographics)
        second.order = "999999999999998"
        #expect(try SSMIX2Sample.broken(Self.sound + [second]) == ["S14": 1])
        var deleted = Self.sound
        deleted[0].flag = "0"
        #expect(try SSMIX2Sample.broken(deleted) == ["S14": 1])
    }

    @Test func `a record that cannot be read is none`() throws {
        var files = try Self.sound.map { ($0.path, try $0.facts()) }
        files[0].1 = try Self.sound[0].facts(of: [0x80])
        let broken = SSMIX2Sample.broken(files)
        #expect(broken == ["S6": 1, "S7": 1, "S14": 1])
    }

    @Test(arguments: [
        ("OML-11", "OML-01"), ("OMP-11", "OMP-01"), ("OMP-12", "OMP-02"), ("OMG-11", "OMG-01"),
        ("OMG-12", "OMG-02"), ("OMG-13", "OMG-03"),
    ])
    func `every result has its order, and deleted ones count for nothing`(
        result: String,
        order: String
    ) throws {
        func sample(_ type: String, _ flag: String) throws -> SSMIX2Sample {
            let kind = try #require(SSMIX2SampleKind.all.first { $0.type == type })
            var sample = SSMIX2Sample(kind)
            sample.flag = flag
            return sample
        }
        let record = SSMIX2Sample(.demographics)
        for (flags, broken) in [
            (("1", "1"), [:]), (("1", "2"), [:]), (("1", "0"), ["S15": 1]), (("0", "0"), [:]),
        ] as [((String, String), [String: UInt64])] {
            let files = [record, try sample(result, flags.0), try sample(order, flags.1)]
            #expect(try SSMIX2Sample.broken(files) == broken, "\(flags)")
        }
        #expect(try SSMIX2Sample.broken([record, try sample(result, "1")]) == ["S15": 1])
    }

    @Test func `a patient is known by the same key in every format`() throws {
        let patient = Array("0001006032".utf8)[...]
        let facts = try SSMIX2Sample(.demographics).facts()
        for relation in [Relation.patient, .patientMentioned] {
            #expect(facts.entries.contains(RelationEntry(relation, KeyHash.of(patient))))
        }
    }

    // MARK: - The index

    private static let titles =
        "VolumeLabel,FacilityID,PatientID,OrderDate,DataKind,OrderNo,"
        + "ProcessingType,EnterOrgCD,TransactionDatetime,OutRelDirectory,FileName,UpdateDatetime"

    private static func row(
        _ sample: SSMIX2Sample,
        processing: String = "INS",
        day: String? = nil
    ) -> String {
        let folders = sample.path.split(separator: 0x2f).dropLast()
            .map { String(decoding: $0, as: UTF8.self) }
        return [
            "STD01", "1310000001", sample.patient, day ?? sample.day, sample.type, sample.order,
            processing, sample.department, sample.time, folders.joined(separator: "\\"),
            sample.name, "2026-06-15 09:32:48",
        ].joined(separator: ",")
    }

    private func index(_ rows: [String], name: String = "SSMIXIDX.csv") throws -> FileFacts {
        let text = rows.map { $0 + "\r\n" }.joined()
        return try SSMIX2Reader(localOffset: 0)
            .facts(of: Array(name.utf8), ContentReader(Array(text.utf8)))
    }

    private func broken(_ facts: FileFacts, named: String) throws -> [String: UInt64] {
        let files = try Self.sound.map { ($0.path, try $0.facts()) }
        return SSMIX2Sample.broken(files + [(Array(named.utf8), facts)])
    }

    @Test func `an index that names the files breaks nothing`() throws {
        let rows = [Self.titles] + Self.sound.map { Self.row($0) }
        for (rows, name) in [
            (rows, "SSMIXIDX.csv"),
            (rows.map { $0.replacing(",", with: "\t") }, "ssmixidx.tsv"),
            (
                rows.dropFirst().map { "\"" + $0.replacing(",", with: "\",\"") + "\"" },
                "SSMIXIDX.txt"
            ),
        ] {
            let facts = try index(rows, name: name)
            #expect(facts.outcome == .judged)
            #expect(facts.broken == [])
            #expect(facts.counts == ["index row": 3, "index row of extended storage": 0])
            #expect(try broken(facts, named: name) == [:])
        }
    }

    @Test func `an index that names what is not there is wrong`() throws {
        var other = SSMIX2Sample()
        other.order = "000000990001799"
        let facts = try index(Self.sound.map { Self.row($0) } + [Self.row(other)])
        #expect(facts.broken == [])
        // The file, and that it is current.
        #expect(try broken(facts, named: "SSMIXIDX.csv") == ["S16": 2])
    }

    @Test func `an index that names a file twice is wrong`() throws {
        let sound = Self.sound.map { Self.row($0) }
        let facts = try index(sound + sound.prefix(1))
        #expect(try broken(facts, named: "SSMIXIDX.csv") == ["S16": 1])
    }

    @Test func `a stored file that the index lacks is wrong`() throws {
        let facts = try index(Self.sound.dropFirst().map { Self.row($0) })
        // The file, and that it is current.
        #expect(try broken(facts, named: "SSMIXIDX.csv") == ["S16": 2])
    }

    @Test func `a row that contradicts itself is wrong`() throws {
        let row = Self.row(SSMIX2Sample())
        #expect(try index([row.replacing(",INS,", with: ",DEL,")]).broken == ["S16 ProcessingType"])
        #expect(try index([row.replacing(",INS,", with: ",UPD,")]).broken == ["S16 ProcessingType"])
        #expect(try index([Self.row(SSMIX2Sample(), day: "20260616")]).broken == ["S16 OrderDate"])
        let facts = try index([row.replacing("000\\100", with: "000\\101")])
        #expect(facts.broken == ["S16 FileName"])
    }

    @Test func `a row that is none makes the whole index doubtful`() throws {
        for row in ["a,b", "\"", String(repeating: ",", count: 200)] {
            let facts = try index([Self.titles, row])
            #expect(facts.outcome == .unparsed)
            #expect(facts.broken == ["S16 row"])
        }
    }

    // MARK: - The transaction log

    private static let logName = "2026/TR_20260615000000000_00001.DAT"

    private static func record(_ sample: SSMIX2Sample, _ processing: String) -> String {
        let cells = [
            "1310000001", sample.patient, sample.day, sample.type, sample.order, processing,
            sample.department, sample.time, sample.segments.joined(separator: "\r"),
        ]
        return cells.joined(separator: "\t") + "\r\u{1c}\r\n"
    }

    private func log(_ text: String) throws -> FileFacts {
        try SSMIX2Reader(localOffset: 0)
            .facts(of: Array(Self.logName.utf8), ContentReader(Array(text.utf8)))
    }

    @Test func `a log of what is stored breaks nothing`() throws {
        let facts = try log(Self.sound.map { Self.record($0, "INS") }.joined())
        #expect(facts.outcome == .judged)
        #expect(facts.broken == [])
        #expect(facts.counts == ["log row": 3])
        #expect(try broken(facts, named: Self.logName) == [:])
    }

    @Test func `a log of what is not stored is wrong, and so is a deletion that left no trace`()
        throws
    {
        var other = SSMIX2Sample()
        other.order = "000000990001799"
        let sound = Self.sound.map { Self.record($0, "INS") }.joined()
        let lost = try log(sound + Self.record(other, "INS"))
        #expect(try broken(lost, named: Self.logName) == ["S17": 1])
        let undone = try log(sound + Self.record(SSMIX2Sample(), "DEL"))
        #expect(try broken(undone, named: Self.logName)["S17"] ?? 0 >= 1)
        let silent = try log(Self.sound.dropFirst().map { Self.record($0, "INS") }.joined())
        #expect(try broken(silent, named: Self.logName) == ["S17": 1])
    }

    @Test func `a log that is laid out otherwise is not taken for one`() throws {
        let record = Self.record(SSMIX2Sample(), "INS")
        for text in ["x\n", "OBX|1|\r", record.replacing("INS", with: "UPD"), record + "rest"] {
            let facts = try log(text)
            #expect(facts.outcome == .unparsed)
            #expect(facts.broken == ["S17 record"])
        }
    }
}
