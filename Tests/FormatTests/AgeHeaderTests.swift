import Format
import Testing

@Suite struct AgeHeaderTests {
    // The specification's example, "Header".
    static let example = """
        age-encryption.org/v1
        -> X25519 XEl0dJ6y3C7KZkgmgWUicg63EyXJiwBJW8PdYJ/cYBE
        qRS0AMjdjPvZ/WT08U2KL4G+PIooA3hy38SvLpvaC1E
        --- HK2NmOBN9Dpq0Gw6xMCuhFcQlQLvZ/wQUi/2scLG75s

        """

    @Test func `reads and writes the specification's example`() throws {
        let header = try AgeHeader(startOf: Array(Self.example.utf8) + [0, 1, 2])
        #expect(String(decoding: header.encoded, as: UTF8.self) == Self.example)
        #expect(header.authenticated == Array(Self.example.utf8).dropLast(45))
        let first = try #require(header.stanzas.first)
        let stanza = try #require(try AgeX25519Stanza(first))
        #expect(stanza.stanza == header.stanzas.first)
        #expect(header.mac.count == 32)
    }

    @Test(arguments: [0, 1, 46, 47, 48, 49, 95, 96, 97, 1_120])
    func `a body of any length has a last line that is short`(count: Int) throws {
        let body = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
        let stanza = AgeStanza(type: "example.com/x", arguments: ["!", "~"], body: body)
        let header = AgeHeader(
            stanzas: [stanza, stanza],
            mac: [UInt8](repeating: 7, count: 32)
        )
        let lines = header.encoded.split(separator: 10, omittingEmptySubsequences: false)
        #expect(lines.allSatisfy { $0.count <= 64 })
        #expect(try AgeHeader(startOf: header.encoded) == header)
    }

    @Test(arguments: [
        ("age-encryption.org/v2\n", AgeFormatError.notAgeVersion1),
        ("", .notAgeVersion1), ("age-encryption.org/v1", .notAgeVersion1),
        ("age-encryption.org/v1\r\n", .notAgeVersion1),
        ("age-encryption.org/v1\n", .header(line: 2, .truncated)),
        ("age-encryption.org/v1\n--- \n", .header(line: 2, .noStanza)),
        ("age-encryption.org/v1\n->\n\n", .header(line: 2, .notAStanza)),
        ("age-encryption.org/v1\n-> \n\n", .header(line: 2, .badArgument)),
        ("age-encryption.org/v1\n-> a  b\n\n", .header(line: 2, .badArgument)),
        ("age-encryption.org/v1\n-> a \n\n", .header(line: 2, .badArgument)),
        ("age-encryption.org/v1\n-> a\u{7f}\n\n", .header(line: 2, .badArgument)),
        ("age-encryption.org/v1\n-> é\n\n", .header(line: 2, .badArgument)),
        ("age-encryption.org/v1\n-> a\nAA==\n", .header(line: 3, .badBody)),
        ("age-encryption.org/v1\n-> a\nAB\n", .header(line: 3, .badBody)),
        ("age-encryption.org/v1\n-> a\n\n--- AA\n", .header(line: 4, .badMAC)),
        ("age-encryption.org/v1\n-> a\n\n---\n", .header(line: 4, .badMAC)),
        ("age-encryption.org/v1\n-> a\n\n---", .header(line: 4, .truncated)),
    ])
    func `says which line is wrong`(text: String, error: AgeFormatError) {
        #expect(throws: error) { _ = try AgeHeader(startOf: Array(text.utf8)) }
    }

    @Test func `reads no more than its limits`() throws {
        let mac = [UInt8](repeating: 0, count: 32)
        let small = AgeStanza(type: "a", arguments: [], body: [])
        let most = AgeHeader(
            stanzas: Array(repeating: small, count: AgeHeader.stanzasMax),
            mac: mac
        )
        #expect(try AgeHeader(startOf: most.encoded) == most)
        let more = AgeHeader(stanzas: most.stanzas + [small], mac: mac)
        #expect(throws: AgeFormatError.header(line: 2_050, .tooManyStanzas)) {
            _ = try AgeHeader(startOf: more.encoded)
        }
        let body = [UInt8](repeating: 0, count: AgeHeader.byteCountMax)
        let long = AgeHeader(
            stanzas: [AgeStanza(type: "a", arguments: [], body: body)],
            mac: mac
        )
        #expect(throws: AgeFormatError.self) { _ = try AgeHeader(startOf: long.encoded) }
        let endless = [UInt8](repeating: 0x61, count: AgeHeader.byteCountMax + 1)
        #expect(throws: AgeFormatError.header(line: 2, .tooLong)) {
            _ = try AgeHeader(startOf: Array("age-encryption.org/v1\n-> ".utf8) + endless)
        }
    }

    @Test(arguments: UInt64(1)...8)
    func `whatever reads of a mutilated header is written back as it was`(seed: UInt64) {
        var random = SeededBytes(seed: seed)
        let valid = [
            Self.example, Self.example.replacing("X25519 ", with: "scrypt 18 "),
            "age-encryption.org/v1\n-> a b c\n"
                + String(repeating: "A", count: 64) + "\n\n-> grease\nAAAA\n--- "
                + String(repeating: "A", count: 43) + "\n",
        ].map { Array($0.utf8) }
        var read = 0
        for round in 0..<20_000 {
            let header = random.mutilated(valid[round % valid.count])
            guard let decoded = try? AgeHeader(startOf: header) else {
                continue
            }
            read += 1
            #expect(Array(header.prefix(decoded.encoded.count)) == decoded.encoded)
            for stanza in decoded.stanzas {
                if let known = try? AgeX25519Stanza(stanza) {
                    #expect(known.stanza == stanza)
                }
                if let known = try? AgeScryptStanza(stanza) {
                    #expect(known.stanza == stanza)
                }
            }
        }
        #expect(read > 100, "some mutilated headers are still headers")
        #expect(read < 19_000, "some are not")
    }
}

/// Numbers that are the same in every run: SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
struct SeededBytes: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
        return value ^ value >> 31
    }

    /// Changes, drops, doubles or inserts one to three bytes, or cuts the end off.
    mutating func mutilated(_ bytes: [UInt8]) -> [UInt8] {
        let likely = Array("\n\r -=>AQgw+/019\u{7f}\u{0}".utf8) + [0xff]
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...3, using: &self) {
            guard !bytes.isEmpty else {
                return bytes
            }
            let index = Int.random(in: bytes.indices, using: &self)
            let new = likely[Int.random(in: likely.indices, using: &self)]
            switch Int.random(in: 0..<6, using: &self) {
            case 0: bytes[index] = new
            case 1: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &self)
            case 2: bytes.remove(at: index)
            case 3: bytes.insert(bytes[index], at: index)
            case 4: bytes.insert(new, at: index)
            default:
                if Int.random(in: 0..<8, using: &self) == 0 {
                    bytes.removeSubrange(index...)
                }
            }
        }
        return bytes
    }
}
