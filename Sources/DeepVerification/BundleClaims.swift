import Format
import Model
import Primitives

/// Files of bundles whose digests are to be judged, at most so many at a time.
///
/// What a list says of such a file is a claim: its bytes, at a place in a bundle, have this digest.
/// Claims are gathered in the order of the list and judged together, so that a bundle is opened
/// once for all that lies in it, and memory does not grow with the number of files.
struct BundleClaims {
    /// One file.
    struct File: Sendable {
        let path: [UInt8]
        let digest: Digest
        /// Whether the digest is one over pieces.
        let isList: Bool
        /// The piece of the file list that claims it.
        let list: ChunkID
        /// Its pieces, in order.
        let slots: Range<Int>
        /// What tells this claim from all others, should it be false.
        let key: Digest
    }

    /// One piece of a file: known already, or to be looked up in a bundle.
    struct Slot: Sendable {
        let length: UInt32
        var digest: Digest?
    }

    /// A look-up: the slot, and where its bytes lie in the bundle.
    struct Request: Sendable {
        let slot: Int
        let offset: UInt32
        let length: UInt32
    }

    /// Most pieces, and most bytes of paths, after which claims are to be judged. The last file may
    /// go beyond.
    let piecesMax: Int
    let pathBytesMax: Int
    private(set) var files: [File] = []
    private(set) var slots: [Slot] = []
    /// By bundle.
    private(set) var requests: [ChunkID: [Request]] = [:]
    private var pathBytes = 0

    init(
        piecesMax: Int = Limits.claimedPiecesMax,
        pathBytesMax: Int = Limits.claimedPathBytesMax
    ) {
        self.piecesMax = piecesMax
        self.pathBytesMax = pathBytesMax
    }

    /// Whether they are to be judged before more come.
    var isFull: Bool { slots.count >= piecesMax || pathBytes >= pathBytesMax }
    var isEmpty: Bool { files.isEmpty }

    /// Adds a file.
    ///
    /// - Parameters:
    ///   - record: of the file.
    ///   - content: of the record.
    ///   - list: the piece of the file list that it stands in.
    ///   - digest: that of a piece of kind `content`.
    mutating func add(
        _ record: FileRecord,
        _ content: FileRecord.Content,
        in list: ChunkID,
        digest: (FileRecord.Piece) -> Digest?
    ) {
        let start = slots.count
        for piece in content.pieces {
            if piece.kind == .bundle {
                requests[piece.chunk, default: []].append(
                    Request(slot: slots.count, offset: piece.offset, length: piece.length)
                )
                slots.append(Slot(length: piece.length, digest: nil))
            } else {
                slots.append(Slot(length: piece.length, digest: digest(piece)))
            }
        }
        pathBytes += record.path.count
        files.append(
            File(
                path: record.path,
                digest: content.digest,
                isList: content.isList,
                list: list,
                slots: start..<slots.count,
                key: FileClaim.key(record.path, content)
            )
        )
    }

    /// Fills in a piece that was looked up.
    mutating func fill(_ slot: Int, _ digest: Digest) { slots[slot].digest = digest }

    /// The digest that a file's pieces give; nil if one of them is not to be had.
    func digest(of file: File) -> Digest? {
        FileClaim.digest(slots[file.slots].map { ($0.length, $0.digest) }, isList: file.isList)
    }

    /// Forgets all.
    mutating func removeAll() {
        self = BundleClaims(piecesMax: piecesMax, pathBytesMax: pathBytesMax)
    }
}

/// What a record says of a file's bytes.
enum FileClaim {
    /// The digest of a file of these pieces. FORMAT.md §16.
    ///
    /// - Parameters:
    ///   - pieces: length and digest of each, in order.
    ///   - isList: whether it is one over the pieces: of several, or of a file with holes.
    /// - Returns: nil if the digest of a piece is not known.
    static func digest(
        _ pieces: some Collection<(length: UInt32, digest: Digest?)>,
        isList: Bool
    ) -> Digest? {
        guard isList else {
            return pieces.isEmpty ? SHA256.hash([]) : pieces.first?.digest
        }
        var list = PieceList()
        for piece in pieces {
            guard let digest = piece.digest else {
                return nil
            }
            list.append(length: Int(piece.length), digest: digest)
        }
        return SHA256.hash(list.encoded)
    }

    /// What tells a claim from all others.
    static func key(_ path: [UInt8], _ content: FileRecord.Content) -> Digest {
        var bytes = path
        bytes.append(0)
        content.digest.append(to: &bytes)
        bytes.append(content.isList ? 1 : 0)
        for piece in content.pieces {
            bytes.append(piece.kind.rawValue)
            piece.chunk.digest.append(to: &bytes)
            bytes.append(fixed: piece.offset)
            bytes.append(fixed: piece.length)
        }
        return SHA256.hash(bytes)
    }

    /// The same of a hard link.
    static func key(_ path: [UInt8], _ first: [UInt8]) -> Digest {
        SHA256.hash(path + [0, 0] + first)
    }
}

extension FileRecord.Content {
    /// Whether its digest is one over its pieces.
    var isList: Bool { pieces.count > 1 || extents != nil }
}
