package import Format

/// A chunk that was opened and is the one that its id says, with the digests that showed it: no
/// byte of it need be hashed again.
package struct OpenedChunk: Sendable {
    /// What was sealed, decompressed.
    package let plaintext: [UInt8]
    /// Of a bundle its files, rising; of any other chunk itself alone.
    package let parts: [ChunkDigest.Part]

    /// States what was opened.
    package init(plaintext: [UInt8], parts: [ChunkDigest.Part]) {
        self.plaintext = plaintext
        self.parts = parts
    }

    /// The part that a file's piece points to; nil if it points to none, or to more or less of one.
    package func part(_ piece: FileRecord.Piece) -> ChunkDigest.Part? {
        let start = Int(piece.offset)
        var (low, high) = (0, parts.count)
        while low < high {
            let middle = (low + high) / 2
            if parts[middle].range.lowerBound < start {
                low = middle + 1
            } else {
                high = middle
            }
        }
        guard low < parts.count, parts[low].range == start..<start + Int(piece.length) else {
            return nil
        }
        return parts[low]
    }
}
