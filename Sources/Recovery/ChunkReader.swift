package import Format
package import Model
import ObjectStore
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
    private var remembered: [(chunk: ChunkID, plaintext: [UInt8])] = []

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
        if let known = remembered.first(where: { $0.chunk == chunk }) {
            return known.plaintext
        }
        guard let place = places[chunk], place.entry.kind == kind else {
            throw ChunkFault(code: .chunkMissing, chunk: chunk, object: nil)
        }
        let object = StoreKey.pack(place.pack)
        let plaintext: [UInt8]
        do {
            let sealed = try repository.store.get(object, range: place.entry.range)
            let key = try keys.packKey(place.entry.origin)
            plaintext = unsafe try sealed.withUnsafeBytes {
                unsafe try codec.open($0, place.entry, key: key, scope: scope, namer: namer)
            }
        } catch StoreError.missing, StoreError.truncated, StoreError.failed {
            // One bad sector of the store must not keep all other files from being restored.
            throw ChunkFault(code: .chunkMissing, chunk: chunk, object: object)
        } catch is SealingError {
            throw ChunkFault(code: .chunkDamaged, chunk: chunk, object: object)
        }
        remembered.append((chunk, plaintext))
        if remembered.count > Self.rememberedMax {
            remembered.removeFirst()
        }
        return plaintext
    }

    /// The bytes of a piece of a file.
    package func bytes(of piece: FileRecord.Piece) throws -> ArraySlice<UInt8> {
        let plaintext = try plaintext(of: piece.chunk, piece.kind)
        let end = Int(piece.offset) + Int(piece.length)
        guard end <= plaintext.count, piece.kind == .bundle || end == plaintext.count else {
            throw ChunkFault(code: .chunkDamaged, chunk: piece.chunk, object: nil)
        }
        return plaintext[Int(piece.offset)..<end]
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
