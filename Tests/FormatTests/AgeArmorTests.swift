import Format
import Testing

@Suite struct AgeArmorTests {
    private static let begin = "-----BEGIN AGE ENCRYPTED FILE-----\n"
    private static let end = "-----END AGE ENCRYPTED FILE-----\n"

    @Test(arguments: 0...200)
    func `any bytes come back`(count: Int) throws {
        let file = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37) }
        let armored = AgeArmor.encode(file)
        #expect(AgeArmor.isArmored(armored))
        #expect(try AgeArmor.decode(armored) == file)
        let text = String(decoding: armored, as: UTF8.self)
        #expect(text.hasPrefix(Self.begin) && text.hasSuffix(Self.end))
        #expect(text.split(separator: "\n").allSatisfy { $0.utf8.count <= 64 })
    }

    @Test func `allows CRLF, a missing last LF, and white space around it`() throws {
        let armored = String(decoding: AgeArmor.encode(Array(0..<100)), as: UTF8.self)
        let around = " \n\t\r\n" + armored + "\n \n"
        for text in [armored.replacing("\n", with: "\r\n"), String(armored.dropLast()), around] {
            #expect(AgeArmor.isArmored(Array(text.utf8)))
            #expect(try AgeArmor.decode(Array(text.utf8)) == Array(0..<100))
        }
    }

    @Test func `refuses everything else`() {
        let line = String(repeating: "A", count: 64) + "\n"
        expect("", line: 1, .noBegin)
        expect("x" + Self.begin + Self.end, line: 1, .noBegin)
        expect(" " + Self.begin + Self.end, line: 1, .noBegin)
        expect(Self.begin.lowercased() + Self.end, line: 1, .noBegin)
        expect(Self.begin, line: 2, .noEnd)
        expect(Self.begin + line, line: 3, .noEnd)
        expect(Self.begin + "\n" + Self.end, line: 2, .badLine)
        expect(Self.begin + "A" + line + Self.end, line: 2, .badLine)
        expect(Self.begin + " AAA\n" + Self.end, line: 2, .badLine)
        expect(Self.begin + "AAA\n" + Self.end, line: 2, .badLine)
        expect(Self.begin + "AB==\n" + Self.end, line: 2, .badLine)
        expect(Self.begin + "AA==AA==\n" + Self.end, line: 2, .badLine)
        expect(Self.begin + "====\n" + Self.end, line: 2, .badLine)
        expect(Self.begin + "AAAA\nAAAA\n" + Self.end, line: 3, .noEnd)
        expect(Self.begin + "AAAA\n " + Self.end, line: 3, .noEnd)
        expect(Self.begin + "AAAA\n=AAAA\n" + Self.end, line: 3, .noEnd)
        expect(Self.begin + Self.end + "x", line: 3, .trailing)
        expect(Self.begin + Self.end + Self.begin, line: 3, .trailing)
        let space = String(repeating: " \n", count: 513)
        expect(space + Self.begin + Self.end, line: 513, .tooMuchSpace)
        expect(Self.begin + Self.end + space, line: 3, .tooMuchSpace)
    }

    @Test(arguments: UInt64(1)...4)
    func `whatever reads of a mutilated armor is one of its allowed spellings`(seed: UInt64) {
        var random = SeededBytes(seed: seed)
        let armored = AgeArmor.encode(Array(0..<110))
        for _ in 0..<10_000 {
            let mutilated = random.mutilated(armored)
            guard let file = try? AgeArmor.decode(mutilated) else {
                continue
            }
            let text = String(decoding: mutilated, as: UTF8.self).replacing("\r\n", with: "\n")
            let canonical = String(decoding: AgeArmor.encode(file), as: UTF8.self)
            #expect(text.trimmed == canonical.trimmed)
        }
    }

    private func expect(_ text: String, line: Int, _ problem: AgeFormatError.ArmorProblem) {
        #expect(throws: AgeFormatError.armor(line: line, problem), "\(text)") {
            _ = try AgeArmor.decode(Array(text.utf8))
        }
    }
}

extension String {
    /// Without ASCII white space at either end.
    fileprivate var trimmed: String {
        let isSpace: (Character) -> Bool = { $0.isASCII && $0.isWhitespace }
        return String(drop(while: isSpace).reversed().drop(while: isSpace).reversed())
    }
}
