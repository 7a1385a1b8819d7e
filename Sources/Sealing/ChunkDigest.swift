package import Format
package import Model
import Primitives

/// The digest that a chunk's id is made of.
package enum ChunkDigest {
    /// Something in a chunk that has a digest of its own: a file of a bundle, or all of the chunk.
    package struct Part: Hashable, Sendable {
        /// Where it lies in the chunk's plaintext.
        package let range: Range<Int>
        /// SHA-256 of its bytes.
        package let digest: Digest
    }

    /// SHA-256 of the plaintext; of a bundle, the digest over its pieces.
    package static func of(
        _ kind: FrameKind,
        _ plaintext: [UInt8]
    ) throws(FormatError) -> Digest {
        try parts(kind, plaintext).whole
    }

    /// The same, with what is in it: each file of a bundle, rising; of all else itself.
    package static func parts(
        _ kind: FrameKind,
        _ plaintext: [UInt8]
    ) throws(FormatError) -> (whole: Digest, parts: [Part]) {
        guard kind == .bundle else {
            let digest = SHA256.hash(plaintext)
            return (digest, [Part(range: plaintext.indices, digest: digest)])
        }
        var pieces = PieceList()
        var parts: [Part] = []
        // One context for all: a bundle has thousands of files, and making it costs as much as
        // hashing one.
        let hash = SHA256()
        for range in try BundleLayout.ranges(plaintext) {
            unsafe plaintext.withUnsafeBytes {
                unsafe hash.update(UnsafeRawBufferPointer(rebasing: $0[range]))
            }
            let digest = hash.finish()
            pieces.append(length: range.count, digest: digest)
            parts.append(Part(range: range, digest: digest))
        }
        return (SHA256.hash(pieces.encoded), parts)
    }
}
