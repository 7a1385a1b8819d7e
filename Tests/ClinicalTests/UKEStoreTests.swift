import Clinical
import Model
import TestSupport
import Testing

/// Claims of other kinds, in volumes, and of whole stores.
@Suite struct UKEStoreTests {
    /// Two volumes: the last counts the claims of both.
    private static let volumes: [UKESample] = {
        var first = UKESample([
            UKESample.institution(), UKESample.claim(1), UKESample.insurer(points: 10),
            UKESample.treatment(days: [1]), "GO,,,01",
        ])
        var last = UKESample([
            UKESample.institution(volume: "01"), UKESample.claim(2, chart: "0002"),
            UKESample.insurer(points: 20), UKESample.treatment(days: [2]), "GO,2,30,99",
        ])
        first.path = "202607/1/RECEIPTC.UKE"
        last.path = "202607/2/RECEIPTC.UKE"
        return [first, last]
    }()

    @Test func `both volumes of claims are sound, and neither without the other`() throws {
        for volume in Self.volumes {
            #expect(try volume.facts().broken == [])
        }
        #expect(try UKESample.broken(Self.volumes) == [:])
        #expect(try UKESample.broken([Self.volumes[0]]) == ["U2b": 1])
        #expect(try UKESample.broken([Self.volumes[1]]) == ["U2b": 1])
    }

    @Test func `a dental file has its institution before each claim`() throws {
        func claim(_ serial: Int, _ code: String = "1234567") -> [String] {
            [
                "IR,1,13,3,\(code),,202607,03-0000-0000,",
                "RE,\(serial),3112,202606,@,1,19501231,,,20260601,,,,,,00\(serial)"
                    + String(repeating: ",", count: 11),
                "HO,06132013,@,1234567,1,300,,,,,,,,",
                "HS,,,101100,8830109,,,,,,,,",
                "SS,11,1,301000110" + String(repeating: ",", count: 105),
            ]
        }
        let head = "UK,1,13,3,1234567,,@,202607,,00"
        let sound = UKESample([head] + claim(1) + claim(2) + ["GO,2,600,99"])
        let facts = try sound.facts()
        #expect(facts.broken == [])
        #expect(facts.days == [20_260_601: 2])
        #expect(
            facts.entries(of: "patient-mentioned").map(\.key)
                == [KeyHash.of(Array("001".utf8)[...]), KeyHash.of(Array("002".utf8)[...])]
        )
        let other = UKESample([head] + claim(1) + claim(2, "7654321") + ["GO,2,600,99"])
        #expect(try other.facts().broken == ["U4a IR[7]-5"])
        var lost = sound
        lost.records.remove(at: 7)
        #expect(try lost.facts().broken.contains("U3 HO[8]"))
    }

    @Test func `a pharmacy's file is sound, and its claims are no charts`() throws {
        let sample = UKESample([
            "YK,1,13,4,1234567,@,202607,00,03-0000-0000",
            "RE,1,4112,202606,@,1,19501231,,,13,1,7654321,@,@,@" + String(repeating: ",", count: 20)
                + "77,,,,,,",
            "HO,06132013,@,1234567,1,300,,,,,,,,", "SH,1,1,1,,123,,,,",
            "CZ,1,20260601,20260601,1,1" + String(repeating: ",", count: 65),
            "IY,1,620004422,3,,,,,,", "GO,1,300,99",
        ])
        let facts = try sample.facts()
        #expect(facts.broken == [])
        #expect(facts.entries(of: "patient-mentioned") == [])
    }

    @Test func `an institution keeps its code`() throws {
        var other = UKESample()
        other.path = "202608/RECEIPTC.UKE"
        other.records[0] = UKESample.institution(month: "202608")
            .replacing("1234567", with: "7654321")
        #expect(try UKESample.broken([UKESample(), other]) == ["U4a": 1])
    }

    @Test func `months are numbers one after another, each series by itself`() throws {
        func month(_ month: String, payer: Int = 1) throws -> RelationEntry? {
            var sample = UKESample()
            sample.records[0] = UKESample.institution(month: month, payer: payer)
            return try sample.facts().entries(of: "uke-month").first
        }
        let december = try #require(try month("202612"))
        let january = try #require(try month("202701"))
        let other = try #require(try month("202701", payer: 2))
        #expect(january.key == december.key + 1)
        #expect(january.value == december.value)
        #expect(other.key == january.key)
        #expect(other.value != january.value)
    }

    @Test func `charts have the key that other formats give their patients`() throws {
        let charts = try UKESample().facts().entries(of: "patient-mentioned").map(\.key)
        #expect(charts == ["0001", "0002", "0003"].map { KeyHash.of(Array($0.utf8)[...]) })
    }

    @Test func `another patient or other points change what the store says of its claims`() throws {
        func claims(_ change: (inout UKESample) -> Void) throws -> [RelationEntry] {
            var sample = UKESample()
            change(&sample)
            return try sample.facts().entries(of: "uke-claim")
        }
        let before = try claims { _ in }
        #expect(try claims { $0.records[1] = UKESample.claim(1, chart: "0009") } != before)
        #expect(try claims { $0.records[2] = UKESample.insurer(points: 581) } != before)
    }

    // MARK: - Totality

    @Test(arguments: UInt64(0)..<16)
    func `nothing crashes on changed bytes`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let samples = [UKESample()] + Self.volumes
        for _ in 0..<300 {
            let sample = samples[Int.random(in: samples.indices, using: &random)]
            var bytes = sample.bytes
            for _ in 0...Int.random(in: 0..<4, using: &random) {
                let place = Int.random(in: bytes.indices, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: place)
                case 2: bytes.insert(contentsOf: Array("999999999999999".utf8), at: place)
                default: bytes.insert(UInt8(ascii: ","), at: place)
                }
            }
            let facts = try UKESample.facts(of: bytes, at: sample.path)
            #expect(try UKESample.facts(of: bytes, at: sample.path) == facts)
        }
    }

    @Test(arguments: UInt64(0)..<8)
    func `nothing crashes on any bytes`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for count in [0, 1, 7, 300, 200_000] {
            let facts = try UKESample.facts(of: random.bytes(count))
            #expect(facts.outcome == .unparsed)
        }
    }

    @Test func `a line of more than 64 KiB is no record`() throws {
        var sample = UKESample()
        sample.records[6] += String(repeating: "1", count: 70_000)
        let facts = try sample.facts()
        #expect(facts.outcome == .unparsed)
        #expect(facts.broken.contains("U1 line 7"))
    }

    @Test func `of many violations the first thousand of a rule have a place`() throws {
        var sample = UKESample()
        sample.records.insert(contentsOf: (0..<1_500).map { _ in "XX" }, at: 1)
        let facts = try sample.facts()
        #expect(facts.violations.count == 1_001)
        #expect(facts.broken.last == "U1a 500 more")
    }
}
