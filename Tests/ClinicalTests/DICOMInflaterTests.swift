import Clinical
import Model
import TestSupport
import Testing

/// Data sets that are deflated are inflated, and nothing else passes for one.
@Suite struct DICOMInflaterTests {
    private static let syntax = "1.2.840.10008.1.2.1.99"

    /// Stored blocks (RFC 1951 §3.2.4): a deflated form that needs no compressor.
    private func deflated(_ bytes: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        var rest = bytes[...]
        repeat {
            let block = rest.prefix(1_000)
            rest = rest.dropFirst(1_000)
            let count = UInt16(block.count)
            output.append(rest.isEmpty ? 1 : 0)
            for number in [count, ~count] {
                output += [UInt8(number & 0xFF), UInt8(number >> 8)]
            }
            output += block
        } while !rest.isEmpty
        return output
    }

    private var sample: DICOMSample {
        var sample = DICOMSample()
        sample.set(0x0002_0010, "UI", Self.syntax)
        return sample
    }

    private func facts(_ change: (inout [UInt8]) -> Void = { _ in }) throws -> FileFacts {
        var body = deflated(sample.dataBytes)
        change(&body)
        return try DICOMSample.facts(of: sample.headBytes + body)
    }

    @Test func `a deflated data set says what it would say otherwise`() throws {
        let facts = try facts()
        #expect(facts == (try DICOMSample().facts()))
        #expect(facts.outcome == .judged)
    }

    @Test func `one zero after the end makes the length even`() throws {
        #expect(try facts { $0.append(0) }.broken == [])
        for tail in [[1], [0, 0], [0, 0, 0, 0]] as [[UInt8]] {
            #expect(try facts { $0 += tail }.broken == ["D1 from (0002,0012) on"])
        }
    }

    @Test func `a checksum and a length after the end must be right`() throws {
        let data = sample.dataBytes
        let right = little(checksum(data)) + little(UInt32(data.count))
        #expect(try facts { $0 += right }.broken == [])
        #expect(try facts { $0 += right + [0] }.broken == [])
        var wrong = [right + [1], right + [0, 0], right.dropLast()]
        for index in right.indices {
            var changed = right
            changed[index] ^= 1
            wrong.append(changed)
        }
        for tail in wrong {
            #expect(try facts { $0 += tail }.broken == ["D1 from (0002,0012) on"], "\(tail)")
        }
    }

    private func little(_ number: UInt32) -> [UInt8] {
        DICOMSampleEncoding.explicitLittle.bytes(number)
    }

    /// CRC-32 (RFC 1952 §8).
    private func checksum(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(UInt32.max) { sum, byte in
            (0..<8).reduce(sum ^ UInt32(byte)) { sum, _ in
                sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1
            }
        }
    }

    @Test func `what is cut short or no deflated form is not readable`() throws {
        #expect(try facts { $0.removeLast() }.broken == ["D1 from (0002,0012) on"])
        #expect(try facts { $0[1] ^= 1 }.broken == ["D1 from (0002,0012) on"])
        #expect(try facts { $0 = [] }.broken == ["D1 from (0002,0012) on"])
    }

    @Test func `what is inflated is judged as any data set`() throws {
        var other = sample
        other.pixels?.value.removeLast(2)
        let bytes = other.headBytes + deflated(other.dataBytes)
        #expect(try DICOMSample.facts(of: bytes).broken == ["D7 (7FE0,0010)"])
    }

    @Test func `without an inflater the file is not readable`() throws {
        let bytes = sample.headBytes + deflated(sample.dataBytes)
        let facts = try DICOMReader(localOffset: 0)
            .facts(of: Array("1.dcm".utf8), ContentReader(bytes))
        #expect(facts.broken == ["D1 (0002,0010)"])
    }

    @Test(arguments: UInt64(0)..<8)
    func `nothing crashes on noise`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let noise = random.bytes(Int.random(in: 0..<300, using: &random))
            let facts = try DICOMSample.facts(of: sample.headBytes + noise)
            #expect(facts.outcome == .unparsed)
        }
    }

    @Test func `a small file that inflates to more than memory holds is refused`() throws {
        // A block of the fixed codes (RFC 1951 §3.2.6): a zero, then references of 258 bytes back
        // by one until 128 MiB are passed.
        var bits = BitWriter()
        bits.write(0b011, 3)
        bits.write(0b0000_1100, 8)
        for _ in 0..<(129 << 20) / 258 {
            // Code 285, which says 258, and distance code 0: both with their highest bit first.
            bits.write(0b1010_0011, 13)
        }
        bits.write(0, 7)
        let facts = try DICOMSample.facts(of: sample.headBytes + bits.bytes)
        #expect(facts.broken == ["D1 from (0002,0012) on"])
    }
}

/// Writes bits as RFC 1951 §3.1.1 packs them.
private struct BitWriter {
    private var filled: [UInt8] = []
    private var last: UInt32 = 0
    private var count = 0

    var bytes: [UInt8] { count == 0 ? filled : filled + [UInt8(truncatingIfNeeded: last)] }

    /// A number, its lowest bit first.
    mutating func write(_ value: UInt32, _ width: Int) {
        last |= value << UInt32(count)
        count += width
        while count >= 8 {
            filled.append(UInt8(truncatingIfNeeded: last))
            last >>= 8
            count -= 8
        }
    }
}
