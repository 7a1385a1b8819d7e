import Clinical
import Model
import TestSupport
import Testing

/// Each rule of claim files: what breaks it, and what does not.
@Suite struct UKERuleTests {
    private func broken(_ change: (inout UKESample) -> Void) throws -> [String] {
        var sample = UKESample()
        change(&sample)
        return try sample.facts().broken
    }

    @Test func `a sound file breaks nothing, and says what is in it`() throws {
        let facts = try UKESample().facts()
        #expect(facts.broken == [])
        #expect(facts.outcome == .judged)
        #expect(
            facts.counts == [
                "IR": 1, "RE": 3, "HO": 2, "KO": 2, "SY": 1, "SI": 3, "IY": 1, "CO": 1, "GO": 1,
            ]
        )
        #expect(
            facts.days == [20_260_601: 1, 20_260_615: 1, 20_260_630: 1, 20_260_602: 1]
        )
        #expect(facts.newest?.rfc3339 == "2026-06-29T15:00:00Z")
        #expect(try broken { $0.mark = [] } == [])
    }

    @Test(arguments: ["memo.txt", "RECEIPTC.UKE.pdf", "RIzogn01.csv"])
    func `what is no claim file is foreign`(name: String) throws {
        let facts = try UKESample.facts(of: Array("1,2,3\r\n".utf8), at: name)
        #expect(facts.outcome == .foreign)
        #expect(facts.broken == ["G1"])
    }

    @Test(arguments: ["1.csv", "receiptc.uke", "RECEIPTY.CYO", "RECEIPTC.HEN", "RECEIPTC.SAH"])
    func `a claim file is known by its beginning or its name`(name: String) throws {
        #expect(try UKESample.facts(of: UKESample().bytes, at: name).outcome == .judged)
        if name != "1.csv" {
            let facts = try UKESample.facts(of: Array("1,2\r\n".utf8), at: name)
            #expect(facts.outcome == .unparsed)
            #expect(facts.broken.contains("U1 first record"))
        }
    }

    // MARK: - U1

    @Test(
        arguments: [
            // No second byte, no row of characters, no character at all.
            [0x8A], [0x8A, 0x20], [0x85, 0x40], [0xEB, 0x9F], [0x80], [0xA0], [0xFD, 0x40], [0x09],
            [0x7F], [0x8A, 0x7F], [0x8A, 0xFD],
        ] as [[UInt8]]
    )
    func `bytes that are not Shift_JIS are told`(bytes: [UInt8]) throws {
        var sample = UKESample()
        sample.records[6] = "CO,21,1,810000001,!"
        let all = sample.bytes.flatMap { $0 == UInt8(ascii: "!") ? bytes : [$0] }
        #expect(try UKESample.facts(of: all).broken == ["U1 CO[7]"])
    }

    @Test(
        arguments: [
            [0x81, 0x40], [0x88, 0x9F], [0x9F, 0xFC], [0xE0, 0x40], [0xEA, 0xA4],
            // Of NEC and IBM, and a character of the hospital's own.
            [0x87, 0x40], [0xED, 0x40], [0xFB, 0xFC], [0xF0, 0x40],
        ] as [[UInt8]]
    )
    func `characters of CP932 are taken, and those outside of JIS are counted`(
        bytes: [UInt8]
    ) throws {
        var sample = UKESample()
        sample.records[6] = "CO,21,1,810000001,!"
        let facts = try UKESample.facts(
            of: sample.bytes.flatMap { $0 == UInt8(ascii: "!") ? bytes : [$0] }
        )
        #expect(facts.broken == [])
        let isOutside = [0x87, 0xED, 0xFB, 0xF0].contains(bytes[0])
        #expect(facts.counts["gaiji"] == (isOutside ? 1 : nil))
    }

    @Test func `a file that is cut short has no last record`() throws {
        #expect(try broken { $0.records.removeLast() } == ["U1 GO"])
        let bytes = UKESample().bytes
        for count in stride(from: 4, to: bytes.count - 15, by: 7) {
            let facts = try UKESample.facts(of: Array(bytes[..<count]))
            #expect(facts.broken.contains("U1 GO"), "\(count) bytes")
        }
    }

    @Test(arguments: ["XX,1", "si,1", "REX,1", "R", "", "REC,1", "\"RE\",1"])
    func `a record that is not known is told`(record: String) throws {
        let broken = try broken { $0.records.insert(record, at: 4) }
        #expect(broken == ["U1a line 5"])
    }

    @Test func `text of a wrong width is told`() throws {
        #expect(
            try broken { $0.records[6] = "CO,21,1,810000001,1\(UKESample.name)" } == ["U1b CO[7]-5"]
        )
        // ﾃｽﾄ, where there are only digits.
        var sample = UKESample()
        sample.records[4] = sample.records[4].replacing(",288,", with: ",!,")
        let kana = sample.bytes.flatMap { $0 == UInt8(ascii: "!") ? [0xC3, 0xBD, 0xC4] : [$0] }
        #expect(try UKESample.facts(of: kana).broken == ["U1b SI[5]-6"])
        // In a name it may be.
        sample = UKESample()
        sample.records[1] = sample.records[1].replacing("@", with: "!")
        let name = sample.bytes.flatMap { $0 == UInt8(ascii: "!") ? [0xC3, 0xBD, 0xC4] : [$0] }
        #expect(try UKESample.facts(of: name).broken == [])
    }

    @Test func `text in UTF-8 is told, though it can be read as Shift_JIS`() throws {
        var sample = UKESample()
        sample.records[6] = "CO,21,1,810000001,!"
        let all = sample.bytes.flatMap { $0 == UInt8(ascii: "!") ? Array("名前".utf8) : [$0] }
        #expect(try UKESample.facts(of: all).broken == ["U1b CO[7]-5"])
    }

    @Test func `lines end in CR LF, and nothing follows the end`() throws {
        let broken = try broken { $0.end = "\n" }
        #expect(broken.count == 15)
        #expect(broken.first == "U1b line 1")
        #expect(try self.broken { $0.mark = [0x1A, 0x0D, 0x0A] } == ["U1a line 16"])
        #expect(try self.broken { $0.mark = Array("SY,1".utf8) }.contains("U1b line 16"))
    }

    /// What a drill does to see whether damage is found: the highest bit of a byte, anywhere.
    @Test func `a high bit is told wherever it stands, but for some bytes of text`() throws {
        let bytes = UKESample().bytes
        var missed: [Int] = []
        for place in bytes.indices.dropLast() where bytes[place] < 0x80 {
            var changed = bytes
            changed[place] |= 0x80
            if try UKESample.facts(of: changed).violations.isEmpty {
                missed.append(place)
            }
        }
        // Second bytes of characters, and numbers of insurance cards that may have any text.
        #expect(missed.count <= 40, "\(missed.map { bytes[$0] })")
    }

    // MARK: - U2

    @Test(arguments: [
        ("GO,5,1905,99", ["U2 GO-2"]), ("GO,4,1904,99", ["U2 GO-3"]),
        ("GO,,,99", ["U2 GO-2", "U2 GO-3"]), ("GO,3,0,99", ["U2 GO-2", "U2 GO-3"]),
        ("GO,4,1905", []),
    ])
    func `the last record counts payers, and adds the main payers' points`(
        last: String,
        broken: [String]
    ) throws {
        #expect(try self.broken { $0.records[14] = last } == broken)
    }

    /// The first line of one claim is lost: what follows becomes another's.
    @Test(arguments: [(1, "U2 GO-2"), (7, "U2 GO-2"), (11, "U2 GO-3")])
    func `a claim whose first line is lost is missed in the totals`(
        line: Int,
        broken: String
    ) throws {
        #expect(try self.broken { $0.records.remove(at: line) }.contains(broken))
    }

    @Test func `a claim that is lost is missed in the totals and in the numbers`() throws {
        let broken = try broken { $0.records.removeSubrange(7..<11) }
        #expect(broken == ["U2 GO-2", "U2 GO-3", "U3 RE[8]-2"])
    }

    @Test func `a claim has as many payers as its type says`() throws {
        let broken = try broken { $0.records[7] = UKESample.claim(2, type: "1112", chart: "0002") }
        #expect(broken == ["U2a RE[8]-3"])
    }

    @Test func `the parts of a DPC claim do not count, and its totals are compared`() throws {
        func part(_ serial: Int, _ summary: Int) -> String {
            var fields = UKESample.claim(serial, type: "1111").split(
                separator: ",",
                omittingEmptySubsequences: false
            )
            fields[18] = "\(summary)"
            return fields.joined(separator: ",")
        }
        let records = [
            UKESample.institution(), part(1, 1), UKESample.insurer(points: 90_000), part(1, 2),
            UKESample.insurer(points: 50_000), "BU,0400802499x001,20260601,,1,", part(2, 0),
            UKESample.insurer(points: 7), "GO,2,90007,99",
        ]
        #expect(try UKESample(records).facts().broken == [])
        let wrong = try UKESample(Array(records.dropLast()) + ["GO,2,90008,99"]).facts()
        #expect(wrong.broken == ["U2a GO-3"])
    }

    // MARK: - U3

    @Test func `details stand in claims, an insurer once, and nothing after the end`() throws {
        #expect(
            try broken { $0.records.insert("SY,8830417,20260601,1,,,01,", at: 1) } == ["U3 SY[2]"]
        )
        #expect(
            try broken { $0.records.insert(UKESample.insurer(points: 1), at: 3) } == ["U3 HO[4]"]
        )
        #expect(try broken { $0.records.append("SY,1,20260601,1,,,01,") } == ["U3 SY[16]"])
        #expect(
            try broken { $0.records.insert(UKESample.institution(), at: 7) } == ["U3 IR[8]"]
        )
    }

    @Test(arguments: [(1, 2, "U3 RE[2]-2"), (2, 3, "U3 RE[8]-2"), (2, 1, "U3 RE[8]-2")])
    func `claims are numbered from one`(claim: Int, serial: Int, broken: String) throws {
        let (line, type) = claim == 1 ? (1, "1112") : (7, "1122")
        let changed = try self.broken {
            $0.records[line] = UKESample.claim(serial, type: type, chart: "000\(claim)")
        }
        #expect(changed == [broken])
    }

    @Test func `claims that come back keep their numbers and their history`() throws {
        let records = [
            UKESample.institution(), UKESample.claim(7), UKESample.insurer(points: 100),
            UKESample.treatment(days: [1]),
            "8,1,0,RE,1,1112,202605,@" + String(repeating: ",", count: 30), "8,2,0,HR,202606,1,,L1",
            "GO,1,100,99",
        ]
        #expect(try UKESample(records).facts().broken == [])
        let returned = [
            "HI,1,202607,13,1,1234567,,00", UKESample.claim(7), UKESample.insurer(points: 100),
            "HR,202606,1,,L5106,,,,,,", "HG,1,100,99",
        ]
        var sample = UKESample(returned)
        sample.path = "RECEIPTC.HEN"
        #expect(try sample.facts().broken == [])
    }

    // MARK: - U4

    @Test(arguments: [
        (UKESample.institution(month: "202613"), "U4 IR[1]-8"),
        (UKESample.institution(month: ""), "U4 IR[1]-8"),
        (UKESample.institution(month: "202605"), "U4 RE[2]-4"),
    ])
    func `months are months, and care comes before its claim`(head: String, broken: String) throws {
        #expect(
            try self.broken {
                $0.records[0] = head
                $0.path = "RECEIPTC.UKE"
            }.contains(broken)
        )
    }

    @Test func `months with their eras are months too`() throws {
        #expect(
            try broken {
                $0.records[0] = UKESample.institution(month: "50807")
                for (serial, line, type) in [(1, 1, "1112"), (2, 7, "1122"), (3, 11, "1212")] {
                    $0.records[line] = UKESample.claim(serial, type: type, month: "50806")
                }
            } == []
        )
        #expect(
            try broken { $0.records[1] = UKESample.claim(1, month: "60806") } == ["U4 RE[2]-4"]
        )
    }

    @Test(arguments: [
        ("202607/RECEIPTC.UKE", true), ("202606/RECEIPTC.UKE", true), ("2026/07/1.UKE", true),
        ("2026-06-1/x.UKE", true), ("50807/x.UKE", true), ("20260710/x.UKE", true),
        ("RECEIPTC.UKE", true), ("99/1.UKE", true), ("2026/1.UKE", true),
        ("202608/RECEIPTC.UKE", false), ("2026/05/x.UKE", false), ("50707/x.UKE", false),
    ])
    func `a folder has the month of its claims, or the one before`(
        path: String,
        isRight: Bool
    ) throws {
        #expect(try broken { $0.path = path } == (isRight ? [] : ["U4a folder"]))
    }

    @Test func `a treatment is given on a day that there is`() throws {
        let broken = try broken { $0.records[4] = UKESample.treatment(days: [31]) }
        #expect(broken == ["U4a SI[5]-44"])
    }
}
