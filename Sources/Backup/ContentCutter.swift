import Chunking
import Model

/// Cuts a stream of bytes into pieces, with a buffer that is used again and again.
struct ContentCutter: ~Copyable {
    private let chunker: Chunker
    private var buffer: [UInt8]

    init(chunker: Chunker) {
        self.chunker = chunker
        buffer = [UInt8](repeating: 0, count: chunker.sizes.max * 2)
    }

    /// Reads a stream to its end and hands out its pieces.
    ///
    /// - Parameters:
    ///   - read: fills a buffer; fewer bytes than asked means that the stream ends.
    ///   - emit: gets each piece.
    /// - Returns: the number of bytes read.
    /// - Throws: what `read` or `emit` throws.
    mutating func cut(
        reading read: (UnsafeMutableRawBufferPointer) throws -> Int,
        emit: ([UInt8]) throws -> Void
    ) throws -> UInt64 {
        var start = 0
        var end = 0
        var total: UInt64 = 0
        var isLast = false
        while true {
            if !isLast, end - start < buffer.count / 2 {
                unsafe buffer.withUnsafeMutableBytes { bytes in
                    unsafe bytes.copyMemory(
                        from: UnsafeRawBufferPointer(rebasing: bytes[start..<end])
                    )
                }
                (start, end) = (0, end - start)
                let room = buffer.count - end
                let count = unsafe try buffer.withUnsafeMutableBytes { bytes in
                    unsafe try read(UnsafeMutableRawBufferPointer(rebasing: bytes[end...]))
                }
                end += count
                total += UInt64(count)
                isLast = count < room
            }
            let cut = unsafe buffer.withUnsafeBytes { bytes in
                unsafe chunker.firstCut(
                    UnsafeRawBufferPointer(rebasing: bytes[start..<end]),
                    isLast: isLast
                )
            }
            guard let cut else {
                precondition(isLast && start == end, "a full buffer holds a cut")
                return total
            }
            try emit(Array(buffer[start..<start + cut]))
            start += cut
        }
    }
}
