import Format
import Testing

@Suite struct AgeStanzaTests {
    private static let share = String(repeating: "A", count: 43)
    private static let salt = String(repeating: "A", count: 22)
    private static let body = [UInt8](repeating: 1, count: 32)

    @Test func `another type's stanza is none of ours`() throws {
        let stanza = AgeStanza(type: "x25519", arguments: [], body: [])
        #expect(try AgeX25519Stanza(stanza) == nil)
        #expect(try AgeScryptStanza(stanza) == nil)
    }

    @Test(arguments: [
        ([], 32, AgeFormatError.StanzaProblem.argumentCount), ([share, share], 32, .argumentCount),
        (["AAAA"], 32, .badShare), ([String(share.dropLast()) + "B"], 32, .badShare),
        ([share + "="], 32, .badShare), ([share], 31, .bodyByteCount),
        ([share], 33, .bodyByteCount),
    ])
    func `an X25519 stanza has a share and 32 bytes`(
        arguments: [String],
        count: Int,
        problem: AgeFormatError.StanzaProblem
    ) {
        let body = [UInt8](repeating: 1, count: count)
        let stanza = AgeStanza(type: "X25519", arguments: arguments, body: body)
        #expect(throws: AgeFormatError.stanza(type: "X25519", problem)) {
            _ = try AgeX25519Stanza(stanza)
        }
    }

    @Test(arguments: ["0", "01", "+1", "-1", "1.", "0x1", "99999999999999999999"])
    func `a work factor is a plain decimal number`(workFactor: String) {
        let stanza = AgeStanza(type: "scrypt", arguments: [Self.salt, workFactor], body: Self.body)
        #expect(throws: AgeFormatError.stanza(type: "scrypt", .badWorkFactor)) {
            _ = try AgeScryptStanza(stanza)
        }
    }

    @Test func `a scrypt stanza comes back`() throws {
        let stanza = AgeStanza(type: "scrypt", arguments: [Self.salt, "18"], body: Self.body)
        let read = try #require(try AgeScryptStanza(stanza))
        #expect(read.logN == 18)
        #expect(read.stanza == stanza)
    }
}

@Suite struct AgeStreamTests {
    private static let chunk = AgeStream.chunkByteCount

    @Test(arguments: [
        (0, 1), (1, 1), (chunk - 1, 1), (chunk, 1), (chunk + 1, 2), (2 * chunk, 2),
        (2 * chunk + 1, 3),
    ])
    func `chunks are whole but for the last`(payload: Int, count: Int) throws {
        let chunks = AgeStream.chunks(payloadByteCount: payload)
        #expect(chunks.count == count)
        #expect(chunks.filter(\.isFinal).count == 1)
        #expect(chunks.last?.isFinal == true)
        #expect(chunks.dropLast().allSatisfy { $0.plaintext.count == Self.chunk })
        let sealed = AgeStream.sealedByteCount(payloadByteCount: payload)
        #expect(chunks.last?.sealed.upperBound == sealed)
        #expect(chunks.last?.plaintext.upperBound == payload)
        #expect(AgeStream.payloadByteCount(sealedByteCount: sealed) == payload)
        for (one, next) in zip(chunks, chunks.dropFirst()) {
            #expect(one.sealed.upperBound == next.sealed.lowerBound)
        }
    }

    @Test(arguments: [0, 1, 15, chunk + 17, chunk + 31, chunk + 32, 2 * chunk + 33])
    func `no payload has a last chunk without a byte or a tag`(sealed: Int) {
        #expect(AgeStream.payloadByteCount(sealedByteCount: sealed) == nil)
    }

    @Test func `a nonce is the chunk's number and whether it is the last`() {
        let chunks = AgeStream.chunks(payloadByteCount: 0x0102 * Self.chunk + 1)
        #expect(chunks.last?.nonce == [0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 1])
        #expect(chunks.first?.nonce == [UInt8](repeating: 0, count: 12))
    }
}
