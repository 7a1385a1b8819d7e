import Compression
import Model
import TestSupport
import Testing

@Suite struct ZstandardTests {
    private static let text = [UInt8](repeating: 7, count: 5_000)

    private func frame(_ bytes: [UInt8]) -> [UInt8] {
        var frame = [UInt8](repeating: 0, count: bytes.count)
        let count = unsafe bytes.withUnsafeBytes { bytes in
            unsafe frame.withUnsafeMutableBytes { frame in
                unsafe Zstandard().compress(bytes, level: 3, to: frame)
            }
        }
        #expect(count != nil)
        return Array(frame.prefix(count ?? 0))
    }

    private func read(
        _ frame: [UInt8],
        size: Int = text.count
    ) throws(CompressionError) -> [UInt8] {
        var output = [UInt8](repeating: 0xee, count: size)
        var result: Result<Void, CompressionError> = .failure(.notAFrame(expectedBytes: -1))
        unsafe frame.withUnsafeBytes { bytes in
            unsafe output.withUnsafeMutableBytes { output in
                result = Result { () throws(CompressionError) in
                    unsafe try Zstandard().decompress(bytes, to: output)
                }
            }
        }
        try result.get()
        return output
    }

    /// RFC 8878 §3.1.2: magic number, size, bytes that a decoder passes over.
    private static let skippable: [UInt8] = [0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]
    /// A frame of no data: magic, descriptor (single segment, no checksum), size 0, last raw block.
    private static let empty: [UInt8] = [0x28, 0xb5, 0x2f, 0xfd, 0x20, 0, 1, 0, 0]

    @Test func `one frame of the right size is read`() throws {
        #expect(try read(frame(Self.text)) == Self.text)
        #expect(try read(Self.empty, size: 0) == [])
    }

    @Test func `a frame of a byte less or more is refused`() {
        for size in [Self.text.count - 1, Self.text.count + 1] {
            #expect(throws: CompressionError.notAFrame(expectedBytes: size)) {
                try read(frame(Self.text), size: size)
            }
        }
    }

    @Test func `anything beside the one frame is refused`() {
        let whole = frame(Self.text)
        let halves = [Self.text[..<2_500], Self.text[2_500...]].map { frame(Array($0)) }
        let wrong = [
            whole + [0], whole + Self.empty, Self.empty + whole, whole + Self.skippable,
            Self.skippable + whole, halves[0] + halves[1], Array(whole.dropLast()), [],
        ]
        for bytes in wrong {
            #expect(throws: CompressionError.notAFrame(expectedBytes: Self.text.count)) {
                try read(bytes)
            }
        }
        for bytes in [Self.skippable, Self.empty + Self.empty, []] {
            #expect(throws: CompressionError.notAFrame(expectedBytes: 0)) {
                try read(bytes, size: 0)
            }
        }
    }
}
