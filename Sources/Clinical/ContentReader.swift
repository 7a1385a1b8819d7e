import Primitives

/// The bytes of one file, front to back, through one bounded buffer.
package final class ContentReader {
    private static let bufferBytesMax = 256 << 10

    /// How many bytes the file has.
    package let size: UInt64
    private let fill: (inout [UInt8], UInt64) throws -> Int
    private var buffer: [UInt8]
    /// The unread part of the buffer.
    private var start = 0
    private var end = 0
    /// Where in the file the buffer ends.
    private var filled: UInt64 = 0

    /// Reads a file.
    ///
    /// - Parameters:
    ///   - size: how many bytes it has.
    ///   - fill: reads into the beginning of a buffer what stands at an offset; fewer bytes than
    ///     fit mean that the file ends there.
    package init(size: UInt64, fill: @escaping (inout [UInt8], UInt64) throws -> Int) {
        self.size = size
        self.fill = fill
        buffer = [UInt8](repeating: 0, count: Int(min(size + 1, UInt64(Self.bufferBytesMax))))
    }

    /// Reads what lies in memory.
    package convenience init(_ bytes: [UInt8]) {
        self.init(size: UInt64(bytes.count)) { buffer, offset in
            let part = bytes.dropFirst(Int(clamping: offset)).prefix(buffer.count)
            buffer.replaceSubrange(..<part.count, with: part)
            return part.count
        }
    }

    /// Where the next byte stands.
    package var position: UInt64 { filled - UInt64(end - start) }

    /// Whether nothing follows.
    package var isAtEnd: Bool { position >= size }

    /// How many bytes follow, by the file's size.
    package var remaining: UInt64 { size - min(size, position) }

    /// The next bytes, without taking them.
    ///
    /// - Parameter count: at most 64 KiB.
    /// - Returns: fewer only if the file ends before.
    /// - Throws: what the file throws.
    package func peek(_ count: Int) throws -> ArraySlice<UInt8> {
        precondition(count <= 64 << 10, "looks ahead \(count) bytes")
        if end - start < count {
            try refill()
        }
        return buffer[start..<min(end, start + count)]
    }

    /// Takes the next bytes.
    ///
    /// - Parameter count: at most 64 KiB.
    /// - Returns: exactly so many.
    /// - Throws: ``ContentError/truncated`` if the file ends before; what the file throws.
    package func take(_ count: Int) throws -> ArraySlice<UInt8> {
        let bytes = try peek(count)
        guard bytes.count == count else {
            throw ContentError.truncated
        }
        start += count
        return bytes
    }

    /// Takes the next byte.
    ///
    /// - Returns: nil at the end.
    /// - Throws: what the file throws.
    package func byte() throws -> UInt8? {
        if start == end {
            try refill()
            guard start < end else {
                return nil
            }
        }
        defer { start += 1 }
        return buffer[start]
    }

    /// Steps over bytes without reading them.
    ///
    /// - Throws: ``ContentError/truncated`` if the file ends before.
    package func skip(_ count: UInt64) throws {
        guard count <= remaining else {
            throw ContentError.truncated
        }
        let buffered = UInt64(end - start)
        if count <= buffered {
            start += Int(count)
        } else {
            filled += count - buffered
            start = 0
            end = 0
        }
    }

    /// Takes bytes through the buffer.
    ///
    /// - Throws: ``ContentError/truncated`` if the file ends before; what the file throws.
    package func pass(_ count: UInt64, _ body: (ArraySlice<UInt8>) throws -> Void) throws {
        var left = count
        while left > 0 {
            if start == end {
                try refill()
                guard start < end else {
                    throw ContentError.truncated
                }
            }
            let part = Int(min(left, UInt64(end - start)))
            try body(buffer[start..<start + part])
            start += part
            left -= UInt64(part)
        }
    }

    /// Takes all bytes that follow.
    ///
    /// - Throws: ``ContentError/overLimit`` if there are more than `max`; what the file throws.
    package func rest(max: Int) throws -> [UInt8] {
        guard remaining <= UInt64(max) else {
            throw ContentError.overLimit
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Int(remaining))
        try pass(remaining) { bytes += $0 }
        return bytes
    }

    /// Takes a line and its line feed.
    ///
    /// - Returns: the line without LF; nil at the end.
    /// - Throws: ``ContentError/overLimit`` if it is longer than `max`; what the file throws.
    package func line(max: Int) throws -> [UInt8]? {
        var line: [UInt8] = []
        var isFirst = true
        while true {
            if start == end {
                try refill()
                guard start < end else {
                    return isFirst ? nil : line
                }
            }
            isFirst = false
            let part = buffer[start..<end]
            let stop = part.firstIndex(of: UInt8(ascii: "\n"))
            line += part[..<(stop ?? part.endIndex)]
            start = stop.map { $0 + 1 } ?? end
            guard line.count <= max else {
                throw ContentError.overLimit
            }
            if stop != nil {
                return line
            }
        }
    }

    private func refill() throws {
        let left = end - start
        if left > 0 {
            // What was looked at ahead: at most 64 KiB.
            let kept = Array(buffer[start..<end])
            var more = [UInt8](repeating: 0, count: buffer.count - left)
            let count = try fill(&more, filled)
            buffer.replaceSubrange(0..<left, with: kept)
            buffer.replaceSubrange(left..<left + count, with: more[..<count])
            end = left + count
            filled += UInt64(count)
        } else {
            end = try fill(&buffer, filled)
            filled += UInt64(end)
        }
        start = 0
    }
}
