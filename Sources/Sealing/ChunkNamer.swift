package import Format
package import Model
import Primitives

/// Names chunks: HMAC-SHA256 over the digest of their content, keyed by set, epoch and kind.
///
/// Without the set secret nobody can tell from an id what a chunk holds. Not for use by two threads
/// at once.
package struct ChunkNamer: ~Copyable {
    private let content: HMACKey
    private let bundle: HMACKey
    private let fileList: HMACKey
    private let root: HMACKey
    private let witness: HMACKey

    init(_ secret: borrowing SecretBytes) throws(CryptoError) {
        let content = try ChunkNamer.key(secret, "content")
        let bundle = try ChunkNamer.key(secret, "bundle")
        let fileList = try ChunkNamer.key(secret, "file-list")
        let root = try ChunkNamer.key(secret, "root")
        let witness = try ChunkNamer.key(secret, "witness")
        self.content = content
        self.bundle = bundle
        self.fileList = fileList
        self.root = root
        self.witness = witness
    }

    private static func key(
        _ secret: borrowing SecretBytes,
        _ kind: String
    ) throws(CryptoError) -> HMACKey {
        try HMACKey(try secret.derive(salt: [], info: "\(KeyInfo.chunkID)/\(kind)"))
    }

    /// The id of a chunk of `kind` whose content has `digest` (``ChunkDigest``).
    package func id(_ kind: FrameKind, digest: Digest) -> ChunkID {
        let message = digest.bytes
        return switch kind {
        case .content: ChunkID(content.authenticate(message))
        case .bundle: ChunkID(bundle.authenticate(message))
        case .fileList: ChunkID(fileList.authenticate(message))
        case .root: ChunkID(root.authenticate(message))
        case .witness: ChunkID(witness.authenticate(message))
        case .packTable, .filler, .trailer, .index:
            preconditionFailure("\(kind) is not a chunk")
        }
    }
}

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
