/// A cursor over bytes that someone else wrote: bounded, never past the end, trusting no count.
///
/// Integers are little-endian; variable ones are LEB128 in their shortest form.
package struct ByteReader {
    private let bytes: ArraySlice<UInt8>
    private var position: Int
    private let what: String

    /// Reads `bytes`; errors name `what`.
    package init(_ bytes: ArraySlice<UInt8>, of what: String) {
        self.bytes = bytes
        self.position = bytes.startIndex
        self.what = what
    }

    /// Reads `bytes`; errors name `what`.
    package init(_ bytes: [UInt8], of what: String) {
        self.init(bytes[...], of: what)
    }

    /// How many bytes are left.
    package var remaining: Int { bytes.endIndex - position }

    /// Takes the next `count` bytes.
    package mutating func slice(_ count: Int) throws(FormatError) -> ArraySlice<UInt8> {
        guard count >= 0, count <= remaining else {
            throw .truncated(what)
        }
        defer { position += count }
        return bytes[position..<position + count]
    }

    /// Takes the next `count` bytes as an array of their own.
    package mutating func array(_ count: Int) throws(FormatError) -> [UInt8] {
        Array(try slice(count))
    }

    /// Takes one byte.
    package mutating func byte() throws(FormatError) -> UInt8 {
        guard position < bytes.endIndex else {
            throw .truncated(what)
        }
        defer { position += 1 }
        return bytes[position]
    }

    /// Takes a fixed-width little-endian integer.
    package mutating func fixed<T: FixedWidthInteger & UnsignedInteger>(
        _ type: T.Type = T.self
    ) throws(FormatError) -> T {
        var value: T = 0
        var shift = 0
        for byte in try slice(T.bitWidth / 8) {
            value |= T(byte) << shift
            shift += 8
        }
        return value
    }

    /// Takes a LEB128 number; refuses one that is longer than it need be.
    package mutating func varint() throws(FormatError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let byte = try byte()
            let low = UInt64(byte & 0x7f)
            guard shift < 63 || (shift == 63 && low <= 1) else {
                throw .invalid("\(what): a number is longer than 64 bits")
            }
            value |= low << shift
            if byte & 0x80 == 0 {
                guard byte != 0 || shift == 0 else {
                    throw .invalid("\(what): a number is not in its shortest form")
                }
                return value
            }
            shift += 7
        }
    }

    /// Takes a zigzag LEB128 number.
    package mutating func signedVarint() throws(FormatError) -> Int64 {
        let raw = try varint()
        return Int64(bitPattern: raw >> 1) ^ -Int64(bitPattern: raw & 1)
    }

    /// Takes a LEB128 count that is at most `max`.
    package mutating func count(max: Int, of counted: String) throws(FormatError) -> Int {
        let value = try varint()
        guard value <= UInt64(max) else {
            throw .overLimit("\(what): \(counted)")
        }
        return Int(value)
    }

    /// Takes a LEB128 length of at most `max`, then so many bytes.
    package mutating func prefixed(max: Int, of name: String) throws(FormatError) -> [UInt8] {
        try array(try count(max: max, of: name))
    }

    /// Demands that nothing is left.
    package func finish() throws(FormatError) {
        guard remaining == 0 else {
            throw .trailingBytes(what)
        }
    }
}

extension [UInt8] {
    /// Appends a fixed-width little-endian integer.
    package mutating func append(fixed value: some FixedWidthInteger & UnsignedInteger) {
        for shift in stride(from: 0, to: value.bitWidth, by: 8) {
            append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }

    /// Appends a LEB128 number in its shortest form.
    package mutating func append(varint value: some UnsignedInteger) {
        var rest = UInt64(value)
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(rest))
    }

    /// Appends a zigzag LEB128 number.
    package mutating func append(signedVarint value: Int64) {
        append(varint: UInt64(bitPattern: (value << 1) ^ (value >> 63)))
    }

    /// Appends a LEB128 length and the bytes.
    package mutating func append(prefixed bytes: [UInt8]) {
        append(varint: UInt64(bytes.count))
        append(contentsOf: bytes)
    }
}
