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
