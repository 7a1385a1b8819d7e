/// Fills whole buffers from a source that gives blocks of any size.
final class BlockStream {
    private var block = [UInt8](repeating: 0, count: 256 << 10)
    private var available = 0..<0
    private var isOver = false

    /// Fills `buffer`; fewer bytes only where the source ends.
    ///
    /// - Parameters:
    ///   - buffer: is filled from its start.
    ///   - read: gives the next bytes; 0 when there are no more.
    /// - Returns: the bytes filled; below `buffer.count` only where the source ends.
    /// - Throws: what `read` throws.
    func fill(
        _ buffer: UnsafeMutableRawBufferPointer,
        from read: (inout [UInt8]) throws -> Int
    ) throws -> Int {
        var filled = 0
        while filled < buffer.count {
            if available.isEmpty {
                guard !isOver else {
                    return filled
                }
                let count = try read(&block)
                isOver = count == 0
                available = 0..<count
            }
            let count = min(buffer.count - filled, available.count)
            let part = available.lowerBound..<available.lowerBound + count
            unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
                .copyBytes(from: block[part])
            filled += count
            available = part.upperBound..<available.upperBound
        }
        return filled
    }
}
