import Format
package import Model
import Primitives

/// Puts a file's digest together from those of its pieces: FORMAT.md §16, "File digest".
package struct FileDigest: Sendable {
    private var pieces = PieceList()
    private var first: Digest?

    /// No pieces yet.
    package init() {}

    /// Takes the next piece.
    ///
    /// - Parameters:
    ///   - length: of the piece, in bytes.
    ///   - digest: SHA-256 of its bytes.
    package mutating func append(length: Int, digest: Digest) {
        first = first ?? digest
        pieces.append(length: length, digest: digest)
    }

    /// The digest of the file.
    ///
    /// - Parameter hasHoles: whether the file has extents.
    /// - Returns: of one piece without holes, the piece's; else that over all pieces. An empty
    ///   file's is that over none, which is SHA-256 of nothing.
    package func finish(hasHoles: Bool) -> Digest {
        if let first, pieces.count == 1, !hasHoles {
            return first
        }
        return SHA256.hash(pieces.encoded)
    }
}
