import Model
import Testing

@Suite struct DigestTests {
    @Test func `keeps its bytes and their order`() throws {
        let low = try #require(Digest((0..<32).map { UInt8($0) }))
        let high = try #require(Digest((1...32).map { UInt8($0) }))
        #expect(low.bytes == Array(0..<32))
        #expect(low < high)
        #expect(Digest(hex: low.hex) == low)
        #expect(low.prefix == 0x0001_0203_0405_0607)
    }

    @Test(arguments: [0, 31, 33, 64])
    func `rejects any length but 32`(length: Int) {
        #expect(Digest([UInt8](repeating: 7, count: length)) == nil)
    }

    @Test(arguments: ["0", "0G", "AB", " 1", "é0"])
    func `hexadecimal is lower-case and even`(text: String) {
        #expect(Hex.decode(text) == nil)
    }
}

@Suite struct ByteCountTests {
    @Test(arguments: [
        (0, "0 B"), (1_023, "1023 B"), (1_024, "1.00 KiB"), (1_536, "1.50 KiB"),
        (10 << 20, "10.0 MiB"), (200 << 30, "200 GiB"),
    ])
    func `reads well`(bytes: Int, text: String) {
        #expect(ByteCount(bytes).description == text)
    }
}
