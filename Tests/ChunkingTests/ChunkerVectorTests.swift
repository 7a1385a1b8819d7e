import Chunking
import Model
import Primitives
import TestSupport
import Testing

/// Where content is cut (FORMAT.md §17), by its vectors.
@Suite struct ChunkerVectorTests {
    @Test(arguments: Vector.names(of: "chunker"))
    func `content is cut at these places`(name: String) throws {
        let vector = try Vector(name)
        let purpose = try vector.text("purpose")
        let sizes = Chunker.Sizes(
            min: try vector.number("min"),
            normal: try vector.number("normal"),
            max: try vector.number("max")
        )
        #expect(sizes == Chunker.Sizes.standard)
        let key = try Vector("derivation-chunker-\(purpose)").bytes
        let bytes = try Self.input(try vector.text("input"), try vector.number("bytes"))
        let chunker = Chunker(key: key, sizes: sizes)
        var ends: [Int] = []
        unsafe bytes.withUnsafeBytes { bytes in
            var start = 0
            while start < bytes.count {
                let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[start...])
                guard let cut = unsafe chunker.firstCut(rest, isLast: true) else {
                    return
                }
                start += cut
                ends.append(start)
            }
        }
        #expect(ends.map { "\($0)" } == vector.texts("cut"))
    }

    /// SHA-256 of a text and a counter (u64), one block after another; or zeros.
    private static func input(_ kind: String, _ count: Int) throws -> [UInt8] {
        guard kind == "noise" else {
            return [UInt8](repeating: 0, count: count)
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 32)
        var number: UInt64 = 0
        while bytes.count < count {
            var block = Array("toride chunker vector ".utf8)
            for shift in stride(from: UInt64(0), to: 64, by: 8) {
                block.append(UInt8(truncatingIfNeeded: number >> shift))
            }
            bytes += SHA256.hash(block).bytes
            number += 1
        }
        return Array(bytes.prefix(count))
    }
}
