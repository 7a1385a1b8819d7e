import Model
import Sealing
import TestSupport
import Testing

/// How chunks are packed by what is in them: docs/decisions/0010.
@Suite struct PackingChoiceTests {
    /// The method's byte of the frame for `bytes`, which come back from it.
    private func method(
        _ bytes: [UInt8],
        _ compression: CompressionPolicy = .automatic
    ) throws -> UInt8 {
        let codec = ChunkCodec(compression)
        let frame = codec.encode(bytes)
        #expect(try codec.decode(frame) == bytes)
        return frame[0]
    }

    private static func words(_ count: Int, _ word: (Int) -> UInt16) -> [UInt8] {
        (0..<count).flatMap { index in
            let word = word(index)
            return [UInt8(truncatingIfNeeded: word), UInt8(word >> 8)]
        }
    }

    /// A smooth body, of 12 bits, with some noise.
    private static let smooth: [UInt8] = {
        var random = SeededGenerator(seed: 11)
        return words(60_000) { index in
            let ramp = (index % 512) * 5
            return UInt16(400 + ramp + Int(random.next() % 24))
        }
    }()

    /// High bytes of a body beside low bytes of nothing but noise.
    private static let noisy: [UInt8] = {
        var random = SeededGenerator(seed: 12)
        return words(60_000) { index in
            UInt16(index % 512 / 64) << 8 | UInt16(random.next() & 0xff)
        }
    }()

    /// Lines that are alike, but not so alike that nothing is left to save.
    private static let text: [UInt8] = {
        var random = SeededGenerator(seed: 13)
        return (0..<3_000).flatMap { line in
            Array("OBX|\(line)|NM|\(random.next())^AST||\(random.next())|U/L\r".utf8)
        }
    }()

    @Test func `samples are laid out, wherever their words begin`() throws {
        #expect(try method(Self.smooth) == 3)
        #expect(try method([0] + Self.smooth) == 4)
        #expect(try method(Self.noisy) == 2)
        #expect(try method([0] + Self.noisy + [1]) == 2)
    }

    @Test func `all else is left as it is`() throws {
        var random = SeededGenerator(seed: 14)
        #expect(try method(Self.text) == 1)
        #expect(try method([UInt8](repeating: 7, count: 50_000)) == 1)
        #expect(try method(random.bytes(50_000)) == 0)
        #expect(try method([]) == 0)
        #expect(try method([1, 2, 3]) == 0)
    }

    @Test func `the level that was asked for says nothing of the layout`() throws {
        #expect(try method(Self.smooth, .level(3)) == 3)
        #expect(try method(Self.text, .level(9)) == 1)
        #expect(try method(Self.smooth, .none) == 0)
    }

    @Test func `samples laid out take much less`() throws {
        let asTheyAre = Self.smooth.count * 6 / 10
        #expect(ChunkCodec().encode(Self.smooth).count < asTheyAre)
    }
}
