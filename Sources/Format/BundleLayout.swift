package import Model

/// The plaintext of a bundle: many small files in one chunk.
///
/// count (4) ‖ lengths (4 each) ‖ the files' bytes one after another.
package enum BundleLayout {
    /// Most files of one bundle.
    package static let filesMax = 65_536

    /// Bytes before the first file's.
    package static func headByteCount(files: Int) -> Int { 4 + 4 * files }

    /// The plaintext.
    ///
    /// - Parameters:
    ///   - lengths: of each file, in order.
    ///   - bytes: of all files.
    /// - Returns: number of files (4) ‖ lengths (4 each) ‖ bytes: FORMAT.md §8.
    package static func encode(lengths: [Int], bytes: [UInt8]) -> [UInt8] {
        var plaintext: [UInt8] = []
        plaintext.reserveCapacity(headByteCount(files: lengths.count) + bytes.count)
        plaintext.append(fixed: UInt32(lengths.count))
        for length in lengths {
            plaintext.append(fixed: UInt32(length))
        }
        plaintext += bytes
        return plaintext
    }

    /// Where each file's bytes lie in the plaintext; none is empty.
    package static func ranges(_ plaintext: [UInt8]) throws(FormatError) -> [Range<Int>] {
        var reader = ByteReader(plaintext, of: "a bundle")
        let count: UInt32 = try reader.fixed()
        guard count > 0, count <= filesMax, Int(count) <= reader.remaining / 4 else {
            throw .overLimit("a bundle: files")
        }
        var position = headByteCount(files: Int(count))
        var ranges: [Range<Int>] = []
        for _ in 0..<count {
            let length: UInt32 = try reader.fixed()
            guard length > 0 else {
                throw .invalid("a bundle: a file has no bytes")
            }
            guard Int(length) <= plaintext.count - position else {
                throw .truncated("a bundle")
            }
            ranges.append(position..<position + Int(length))
            position += Int(length)
        }
        guard position == plaintext.count else {
            throw .trailingBytes("a bundle")
        }
        return ranges
    }
}

/// The digest over several pieces: of a bundle's files, or of a file's chunks.
///
/// SHA-256 of (length (8) ‖ SHA-256 (32)) for each piece, so that no byte is hashed twice.
package struct PieceList: Sendable {
    /// What is hashed.
    package private(set) var encoded: [UInt8] = []
    /// How many pieces there are.
    package private(set) var count = 0

    /// No pieces yet.
    package init() {}

    /// Adds the next piece.
    package mutating func append(length: Int, digest: Digest) {
        encoded.append(fixed: UInt64(length))
        digest.append(to: &encoded)
        count += 1
    }
}
