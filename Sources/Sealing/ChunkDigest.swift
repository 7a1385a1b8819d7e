package import Format
package import Model
import Primitives

/// The digest that a chunk's id is made of.
package enum ChunkDigest {
    /// SHA-256 of the plaintext; of a bundle, the digest over its pieces.
    package static func of(
        _ kind: FrameKind,
        _ plaintext: [UInt8]
    ) throws(FormatError) -> Digest {
        try parts(kind, plaintext).whole
    }

    /// The same, with the digests of what is in it: of each file of a bundle, of all else itself.
    package static func parts(
        _ kind: FrameKind,
        _ plaintext: [UInt8]
    ) throws(FormatError) -> (whole: Digest, parts: [Digest]) {
        guard kind == .bundle else {
            let digest = SHA256.hash(plaintext)
            return (digest, [digest])
        }
        var pieces = PieceList()
        var parts: [Digest] = []
        for range in try BundleLayout.ranges(plaintext) {
            let digest = unsafe plaintext.withUnsafeBytes {
                unsafe SHA256.hash(UnsafeRawBufferPointer(rebasing: $0[range]))
            }
            pieces.append(length: range.count, digest: digest)
            parts.append(digest)
        }
        return (SHA256.hash(pieces.encoded), parts)
    }
}
