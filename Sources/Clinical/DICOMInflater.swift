import CZlib

/// Inflates data sets of the deflated transfer syntaxes (PS3.5 §A.5, RFC 1951), with zlib.
package enum DICOMInflater {
    /// Longest data set that is inflated: it lies in memory as a whole.
    static let bytesMax = 128 << 20
    private static let blockBytes = 64 << 10

    /// Checksum and length, as RFC 1952 §2.3.1 has them after its stream.
    private static let trailerBytes = 8

    /// Inflates the rest of a file.
    ///
    /// - Parameter content: stands at the first byte after the head.
    /// - Returns: the data set.
    /// - Throws: ``ContentError`` if it is not deflated, ends before its end, has more after it
    ///   than may be there, or is longer than ``bytesMax``; what the file throws.
    package static func inflate(_ content: ContentReader) throws -> [UInt8] {
        let stream = Stream()
        var bytes: [UInt8] = []
        var rest: [UInt8] = []
        try content.pass(content.remaining) { part in
            let taken = try stream.isAtEnd ? 0 : stream.inflate(part, to: &bytes)
            guard part.count - taken + rest.count <= trailerBytes + 1 else {
                throw ContentError.malformed("")
            }
            rest += part.dropFirst(taken)
        }
        guard stream.isAtEnd else {
            throw ContentError.truncated
        }
        guard isEnd(rest, of: bytes) else {
            throw ContentError.malformed("")
        }
        return bytes
    }

    /// Whether a file may end so: with the one zero that makes its length even (PS3.5 §A.5), or
    /// nothing; before it a checksum and a length that are right, which the standard does not have,
    /// but dicom3tools writes.
    private static func isEnd(_ rest: [UInt8], of bytes: [UInt8]) -> Bool {
        let hasTrailer = rest.count >= trailerBytes
        let padding = rest.dropFirst(hasTrailer ? trailerBytes : 0)
        guard padding.isEmpty || padding.elementsEqual([0]) else {
            return false
        }
        let sum = unsafe bytes.withUnsafeBytes { bytes in
            unsafe crc32_z(0, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count)
        }
        let trailer = [UInt32(truncatingIfNeeded: sum), UInt32(truncatingIfNeeded: bytes.count)]
            .flatMap { number in
                stride(from: UInt32(0), to: 32, by: 8).map {
                    UInt8(truncatingIfNeeded: number >> $0)
                }
            }
        return !hasTrailer || rest.starts(with: trailer)
    }

    /// zlib's state of one stream. It keeps its own address, so it stands in memory of its own.
    @safe private final class Stream {
        private let state: UnsafeMutablePointer<z_stream>
        private var block = [UInt8](repeating: 0, count: blockBytes)
        /// Whether the last block was inflated.
        private(set) var isAtEnd = false

        init() {
            unsafe state = .allocate(capacity: 1)
            unsafe state.initialize(to: z_stream())
            // A negative window: without zlib's own head and checksum.
            let result = unsafe inflateInit2_(
                state,
                -MAX_WBITS,
                ZLIB_VERSION,
                Int32(MemoryLayout<z_stream>.size)
            )
            precondition(result == Z_OK, "inflateInit2 gave \(result)")
        }

        /// Inflates a part of the input.
        ///
        /// - Returns: how many bytes of it were taken: all, or those before the stream's end.
        func inflate(_ part: ArraySlice<UInt8>, to bytes: inout [UInt8]) throws -> Int {
            try unsafe part.withUnsafeBytes { input in
                // zlib only reads there, whatever its type says.
                unsafe state.pointee.next_in = UnsafeMutablePointer(
                    mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self)
                )
                unsafe state.pointee.avail_in = UInt32(input.count)
                var isFull = true
                while !isAtEnd, isFull {
                    let count = try fillBlock()
                    isFull = count == block.count
                    bytes += block[..<count]
                    guard bytes.count <= DICOMInflater.bytesMax else {
                        throw ContentError.overLimit
                    }
                }
                return unsafe input.count - Int(state.pointee.avail_in)
            }
        }

        /// Inflates as much as fits into the block.
        private func fillBlock() throws -> Int {
            try unsafe block.withUnsafeMutableBytes { output in
                unsafe state.pointee.next_out = output.baseAddress?
                    .assumingMemoryBound(to: UInt8.self)
                unsafe state.pointee.avail_out = UInt32(output.count)
                let result = unsafe CZlib.inflate(state, Z_NO_FLUSH)
                isAtEnd = result == Z_STREAM_END
                // Z_BUF_ERROR: there was nothing left to do, which is no error.
                guard [Z_OK, Z_STREAM_END, Z_BUF_ERROR].contains(result) else {
                    throw ContentError.malformed("")
                }
                return unsafe output.count - Int(state.pointee.avail_out)
            }
        }

        deinit {
            unsafe inflateEnd(state)
            unsafe state.deallocate()
        }
    }
}
