import Format
import Testing

@Suite struct AgeBech32Tests {
    // BIP-173, "Test vectors": valid strings, with the bytes that their data spells.
    @Test(arguments: [
        ("A12UEL5L", "A", 0), ("a12uel5l", "a", 0), ("?1ezyfcl", "?", 0),
        (
            "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio"
                + "1tt5tgs",
            "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio",
            0
        ),
        ("abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw", "abcdef", 20),
        (
            "11qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq"
                + "c8247j",
            "1", 51
        ),
        ("split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w", "split", 30),
    ])
    func `reads and writes the published strings`(
        text: String,
        prefix: String,
        byteCount: Int
    ) throws {
        let data = try decoded(text, prefix: prefix, byteCount: byteCount)
        #expect(encoded(data, prefix: prefix) == text)
        for index in text.utf8.indices {
            var changed = Array(text.utf8)
            let offset = text.utf8.distance(from: text.utf8.startIndex, to: index)
            changed[offset] = changed[offset] == UInt8(ascii: "q") ? 0x70 : UInt8(ascii: "q")
            guard changed != Array(text.utf8) else {
                continue
            }
            let other = String(decoding: changed, as: UTF8.self)
            #expect(throws: AgeFormatError.self, "\(other)") {
                _ = try decoded(other, prefix: prefix, byteCount: byteCount)
            }
        }
    }

    // BIP-173's invalid strings that have a prefix that can be asked for.
    @Test(arguments: [
        ("x1b4n0q5v", "x", AgeFormatError.KeyProblem.byteCount), ("A1G7SGD8", "A", .checksum),
        ("li1dgmt3", "li", .byteCount), ("pzry9x0s0muk", "pzry", .otherKind),
        ("a12UEL5L", "a", .character), ("A12uel5l", "A", .character), ("", "a", .otherKind),
        ("a1", "a", .byteCount),
    ])
    func `refuses the published invalid strings`(
        text: String,
        prefix: String,
        problem: AgeFormatError.KeyProblem
    ) {
        #expect(throws: AgeFormatError.key(prefix: prefix, problem)) {
            _ = try decoded(text, prefix: prefix, byteCount: 0)
        }
    }

    @Test(arguments: 0...65)
    func `any bytes come back, in either case`(count: Int) throws {
        let data = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 73 &+ count) }
        for prefix in ["age", "AGE-SECRET-KEY-"] {
            let text = encoded(data, prefix: prefix)
            #expect(try decoded(text, prefix: prefix, byteCount: count) == data)
        }
    }
}

@Suite struct AgeRecipientTests {
    // The specification's example, "The X25519 recipient type".
    static let example = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"

    @Test func `reads and writes the specification's example`() throws {
        #expect(try AgeRecipient(Self.example).description == Self.example)
    }

    @Test func `tells what is wrong with a key`() {
        let mistyped = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwk"
        expect(mistyped, .checksum)
        expect(Self.example.uppercased(), .otherKind)
        expect("AGE1" + Self.example.dropFirst(4), .otherKind)
        expect("age1Z" + Self.example.dropFirst(5), .character)
        expect(String(Self.example.dropLast()), .byteCount)
        expect(Self.example + "q", .byteCount)
        expect(" " + Self.example, .otherKind)
        expect("age1pq1x34nzsvr0rxjsgdn8zgyhfe8j7ceq5r9rdelkjuh3y235", .otherKind)
        expect("age1tag1qt8lw0ual6avlwmwatk888yqnmdamm7xfd0wak53ut6elz5c4swx2yqdj4e", .otherKind)
        expect(
            "age1yubikey1q2w7u3vpya839jxxuq8g0sedh3d740d4xvn639sqhr95ejj8vu3hyfumptt",
            .otherKind
        )
        expect("", .otherKind)
    }

    // The example with one of the four bits after its 32 bytes set, and BIP-173's checksum of that.
    @Test(arguments: ["epp9g8nq", "ez0ka3al", "eyne75pg", "egz8c7s0"])
    func `refuses a second spelling of the same key`(end: String) {
        expect(String(Self.example.dropLast(8)) + end, .padding)
    }

    @Test func `keeps no point that is not canonical or of low order`() throws {
        // RFC 7748 §5: p = 2^255 - 19; the top bit is not part of a canonical point.
        let p: [UInt8] = [0xed] + [UInt8](repeating: 0xff, count: 30) + [0x7f]
        for low in [UInt8(0), 1] {
            let point = [low] + [UInt8](repeating: 0, count: 31)
            expect(publicKey: point, .lowOrder)
            expect(publicKey: point.dropLast() + [0x80], .notCanonical)
        }
        expect(publicKey: [0xec] + p.dropFirst(), .lowOrder)
        expect(publicKey: p, .notCanonical)
        expect(publicKey: [0xff] + p.dropFirst(), .notCanonical)
        expect(publicKey: Array(p.dropLast()), .byteCount)
        _ = try AgeRecipient(publicKey: [0xeb] + p.dropFirst())
        _ = try AgeRecipient(publicKey: [9] + [UInt8](repeating: 0, count: 31))
    }

    private func expect(_ text: String, _ problem: AgeFormatError.KeyProblem) {
        #expect(throws: AgeFormatError.key(prefix: "age", problem), "\(text)") {
            _ = try AgeRecipient(text)
        }
    }

    private func expect(publicKey: [UInt8], _ problem: AgeFormatError.KeyProblem) {
        #expect(throws: AgeFormatError.key(prefix: "age", problem), "\(publicKey)") {
            _ = try AgeRecipient(publicKey: publicKey)
        }
    }
}

private func encoded(_ data: [UInt8], prefix: String) -> String {
    let count = Bech32.encodedByteCount(prefix: prefix, dataByteCount: data.count)
    var text = [UInt8](repeating: 0, count: count)
    var span = text.mutableSpan
    Bech32.encode(data.span, prefix: prefix, into: &span)
    return String(decoding: text, as: UTF8.self)
}

private func decoded(_ text: String, prefix: String, byteCount: Int) throws -> [UInt8] {
    var data = [UInt8](repeating: 0, count: byteCount)
    var span = data.mutableSpan
    try Bech32.decode(Array(text.utf8).span, prefix: prefix, into: &span)
    return data
}
