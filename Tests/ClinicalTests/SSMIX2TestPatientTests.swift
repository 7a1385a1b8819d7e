import Clinical
import Format
import Model
import Testing

/// The message of a patient who is nobody, as each backup writes it.
@Suite struct SSMIX2TestPatientTests {
    private static let canary = Array("a signed record".utf8)
    /// 2026-06-15 00:32:47.466 in UTC, 09:32:47 in Japan.
    private static let sent = Timestamp(seconds: 1_781_483_567, nanoseconds: 466_999_999)
    private static let japan: Int64 = 9 * 3_600

    private func patient(_ id: String = "9999900001") throws -> SSMIX2TestPatient {
        try #require(SSMIX2TestPatient(id))
    }

    /// What the store's own reader makes of a message.
    private func facts(
        _ patient: SSMIX2TestPatient,
        named name: [UInt8],
        sent: Timestamp
    ) throws -> ([UInt8], FileFacts) {
        let bytes = patient.message(
            boundTo: Self.canary,
            sent: sent,
            localOffset: Self.japan
        )
        let path = RecordPath.joined(patient.path, name)
        let reader = SSMIX2Reader(localOffset: Self.japan)
        return (path, try reader.facts(of: path, ContentReader(bytes)))
    }

    @Test(arguments: ["9999900001", "1234567", "A1B2-C3", "123456789012345"])
    func `the message breaks no rule of its store`(id: String) throws {
        let patient = try patient(id)
        let sent = try #require(Self.sent)
        let name = patient.name(sent: sent, localOffset: Self.japan)
        #expect(patient.isCurrent(name) && patient.mayBeOurs(name))
        let (path, facts) = try facts(patient, named: name, sent: sent)
        #expect(facts.outcome == .judged)
        #expect(facts.violations == [])
        #expect(facts.counts == ["ADT-00/1": 1])
        #expect(facts.newest == Timestamp(seconds: sent.seconds))
        #expect(SSMIX2Sample.broken([(path, facts)]).isEmpty)
        #expect(
            String(decoding: path, as: UTF8.self)
                == "\(id.prefix(3))/\(id.dropFirst(3).prefix(3))/\(id)/-/ADT-00/"
                + "\(id)_-_ADT-00_999999999999999_20260615093247466_-_1"
        )
    }

    @Test func `three days of messages break none either`() throws {
        let patient = try patient()
        var files: [([UInt8], FileFacts)] = []
        for day in Int64(0)..<3 {
            let sent = Timestamp(seconds: 1_781_483_567 + day * 86_400)
            let name = patient.name(sent: sent, localOffset: Self.japan)
            let past = SSMIX2TestPatient.superseded(name)
            #expect(!patient.isCurrent(past) && patient.mayBeOurs(past))
            files.append(try facts(patient, named: day < 2 ? past : name, sent: sent))
        }
        #expect(files.flatMap { $0.1.violations } == [])
        #expect(SSMIX2Sample.broken(files).isEmpty)
    }

    @Test(arguments: [
        "", "123456", "1234567890123456", "12345_7", "12345/7", "12345^7", "砦1234567",
    ])
    func `what no patient's number is, is refused`(id: String) {
        #expect(SSMIX2TestPatient(id) == nil)
    }

    @Test func `the control id is the canary's, and of 20 characters`() throws {
        let message = try patient().message(
            boundTo: Self.canary,
            sent: Timestamp(seconds: 0),
            localOffset: 0
        )
        let control = SSMIX2TestPatient.control(of: Self.canary)
        #expect(control.count == 20 && control.hasPrefix("TRD"))
        #expect(SSMIX2TestPatient.control(in: message) == control)
        #expect(SSMIX2TestPatient.isOurs(message))
        #expect(SSMIX2TestPatient.control(of: Self.canary + [0]) != control)
        #expect(SSMIX2TestPatient.control(in: []) == nil)
    }

    @Test(arguments: ["000000000170", "TRD", "TRD000000000170", "TRDXYZDEF0123456789A", ""])
    func `a message with another's control id is not ours`(control: String) {
        let text = #"MSH|^~\&|HIS|H|GW|S|20260615093247||ADT^A08^ADT_A01|"# + "\(control)|P|2.5\r"
        #expect(!SSMIX2TestPatient.isOurs(Array(text.utf8)))
    }

    @Test(arguments: [
        "9999900001_-_ADT-00_999999999999999_20260615093247466_-_0",
        "9999900002_-_ADT-00_999999999999999_20260615093247466_-_1",
        "9999900001_-_ADT-01_999999999999999_20260615093247466_-_1", "note.txt",
    ])
    func `a name that none of ours has is not ours`(name: String) throws {
        let patient = try patient()
        #expect(!patient.mayBeOurs(Array(name.utf8)))
        #expect(!patient.isCurrent(Array(name.utf8)))
    }

    // MARK: - Index and log

    @Test(arguments: [
        ("SSMIXIDX.CSV", true), ("index/ssmixidx.tsv", true),
        ("2026/TR_20260701000000000_00001.DAT", true),
        ("999/990/9999900001/-/ADT-00/9999900001_-_ADT-00_9_20260615093247466_-_1", false),
        ("TR_20260701000000000_00001.DAT", false), ("readme.txt", false),
    ])
    func `an index and a log are told from messages`(path: String, isOne: Bool) {
        #expect(SSMIX2Books.isOne(Array(path.utf8)) == isOne)
    }

    @Test(arguments: [
        ("999/990/9999900001", true), ("999/990", false), ("999/991/9999900001", false),
        ("log/2026/tr", false), ("999/990/9999900001/-", false),
    ])
    func `a patient's folder is told from others`(path: String, isOfPatient: Bool) {
        #expect(SSMIX2Books.isOfPatient(Array(path.utf8)) == isOfPatient)
    }
}
