package import Format
package import Model
import ObjectStore
import Primitives
import Repository
import Sealing

/// Reads and opens chunks, and remembers the last few. Used by one thread.
package final class ChunkReader {
    private static let rememberedMax = 4

    private let places: [ChunkID: OpenedSnapshot.Place]
    private let repository: Repository
    private let scope: SealingScope
    private let keys: KeyRing
    private let namer: ChunkNamer
    private let codec = ChunkCodec()
    private var remembered: [(chunk: ChunkID, opened: OpenedChunk)] = []

    init(
        places: [ChunkID: OpenedSnapshot.Place],
        _ repository: Repository,
        _ scope: SealingScope,
        _ keys: KeyRing
    ) throws {
        self.places = places
        self.repository = repository
        self.scope = scope
        self.keys = keys
        namer = try keys.secret.namer()
    }

    /// The content of a chunk, checked against its id.
    ///
    /// - Throws: ``ChunkFault`` if the chunk is missing, unreadable or damaged; ``StoreError`` if
    ///   the store cannot be reached.
    package func plaintext(of chunk: ChunkID, _ kind: FrameKind) throws -> [UInt8] {
        try open(chunk, kind).plaintext
    }

    /// The bytes of a piece of a file, and their digest: of a whole chunk, or of one whole file of
    /// a bundle.
    ///
    /// - Throws: as ``plaintext(of:_:)``; ``ChunkFault`` also if the piece is anything else.
    package func piece(
        _ piece: FileRecord.Piece
    ) throws -> (bytes: ArraySlice<UInt8>, digest: Digest) {
        let opened = try open(piece.chunk, piece.kind)
        guard let part = opened.part(piece) else {
            throw ChunkFault(code: .chunkDamaged, chunk: piece.chunk, object: nil)
        }
        return (opened.plaintext[part.range], part.digest)
    }

    /// The digest of `bytes`, if they are all of the chunk that a piece of a file is.
    package func digest(of bytes: [UInt8], ifThatOf piece: FileRecord.Piece) -> Digest? {
        guard piece.kind == .content else {
            return nil
        }
        let digest = SHA256.hash(bytes)
        return namer.id(.content, digest: digest) == piece.chunk ? digest : nil
    }

    private func open(_ chunk: ChunkID, _ kind: FrameKind) throws -> OpenedChunk {
        guard let place = places[chunk], place.entry.kind == kind else {
            throw ChunkFault(code: .chunkMissing, chunk: chunk, object: nil)
        }
        if let known = remembered.first(where: { $0.chunk == chunk }) {
            return known.opened
        }
        let object = StoreKey.pack(place.pack)
        let opened: OpenedChunk
        do {
            let sealed = try repository.store.get(object, range: place.entry.range)
            let key = try keys.packKey(place.entry.origin)
            opened = unsafe try sealed.withUnsafeBytes {
                unsafe try codec.open($0, place.entry, key: key, scope: scope, namer: namer)
            }
        } catch StoreError.missing, StoreError.truncated, StoreError.failed {
            // One bad sector of the store must not keep all other files from being restored.
            throw ChunkFault(code: .chunkMissing, chunk: chunk, object: object)
        } catch is SealingError {
            throw ChunkFault(code: .chunkDamaged, chunk: chunk, object: object)
        }
        remembered.append((chunk, opened))
        if remembered.count > Self.rememberedMax {
            remembered.removeFirst()
        }
        return opened
    }
}

/// A chunk that is missing or does not open: bad data, found while reading content.
package struct ChunkFault: ToldError, Equatable {
    /// `chunk-missing` or `chunk-damaged`.
    package let code: FindingCode
    /// Which chunk.
    package let chunk: ChunkID
    /// The pack, if the index names one.
    package let object: String?

    package var description: String {
        "chunk \(chunk.digest.hex.prefix(16)) of \(object ?? "no pack"): \(code.rawValue)"
    }

    package var hint: String { "run `toride verify`; restore from another copy or snapshot" }
    package var exitCode: ExitCode { .failed }

    /// As a finding about a file.
    package func finding(at path: [UInt8]) -> Finding {
        Finding(code, .path(path), evidence: ["pack": object ?? "none"])
    }
}
