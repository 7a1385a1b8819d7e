package import Model

/// What a sealed frame holds. The number is bound into the frame's associated data, so that one
/// kind can never be taken for another.
package enum FrameKind: UInt8, Hashable, Sendable, CaseIterable {
    /// A piece of one file.
    case content = 1
    /// Many small files.
    case bundle = 2
    /// A piece of a snapshot's file list.
    case fileList = 3
    /// A snapshot's root.
    case root = 4
    /// Facts about the source, gathered when the backup was taken.
    case witness = 5
    /// A pack's own table.
    case packTable = 16
    /// Zeros that bring a pack to its padded size.
    case filler = 17
    /// Where a pack's table begins.
    case trailer = 18
    /// An index.
    case index = 32

    /// Whether it is content of a snapshot, and so has a chunk id.
    package var isChunk: Bool { rawValue < 16 }
}

/// The clear head of a sealed object: magic (7) ‖ version (1) ‖ salt (32).
package struct SealedHeader: Hashable, Sendable {
    /// What the object is.
    package enum Kind: UInt8, Sendable {
        case pack = 0x50  // P
        case index = 0x49  // I
    }

    /// Bytes of a header.
    package static let byteCount = 40

    /// What the object is.
    package let kind: Kind
    /// 32 random bytes from which, with a key, the object's own key is derived.
    package let salt: Digest

    /// Puts a header together.
    package init(kind: Kind, salt: Digest) {
        self.kind = kind
        self.salt = salt
    }

    /// The stored bytes.
    package var encoded: [UInt8] {
        Array("TORIDE".utf8) + [kind.rawValue, 1] + salt.bytes
    }

    /// Reads the head of stored bytes.
    package init(decoding bytes: ArraySlice<UInt8>, as kind: Kind) throws(FormatError) {
        var reader = ByteReader(bytes, of: "a sealed object")
        guard try reader.array(8) == Array("TORIDE".utf8) + [kind.rawValue, 1],
            let salt = Digest(try reader.slice(32))
        else {
            throw .unknownVersion("a sealed object")
        }
        self.kind = kind
        self.salt = salt
    }
}

/// Under which key and salt a chunk was sealed, which stays true when it is moved unopened.
package struct ChunkOrigin: Hashable, Sendable {
    /// The run whose key opens it.
    package let run: KeyID
    /// The salt of the object that it was first stored in.
    package let salt: Digest

    /// Names an origin.
    package init(run: KeyID, salt: Digest) {
        self.run = run
        self.salt = salt
    }
}

/// What a sealed frame is, beyond its bytes: everything here is authenticated with it.
package struct FrameContext: Hashable, Sendable {
    /// The repository that it is sealed for.
    package let repository: RepositoryID
    /// The set that it is sealed for.
    package let set: SetID
    /// The key and the salt; for an index, the set secret's id stands for the run's.
    package let origin: ChunkOrigin
    /// What it holds.
    package let kind: FrameKind
    /// The place in its object's order of sealing, from 0 per kind class.
    package let counter: UInt64
    /// The chunk's id; nil for frames that are no chunks.
    package let chunk: ChunkID?

    /// States what is authenticated; nothing has a default, so that nothing is forgotten.
    package init(
        repository: RepositoryID,
        set: SetID,
        origin: ChunkOrigin,
        kind: FrameKind,
        counter: UInt64,
        chunk: ChunkID?
    ) {
        self.repository = repository
        self.set = set
        self.origin = origin
        self.kind = kind
        self.counter = counter
        self.chunk = chunk
    }

    /// The associated data: format ‖ kind ‖ repository ‖ set ‖ run ‖ salt ‖ counter ‖ chunk id
    /// (zero where there is none).
    package var associatedData: [UInt8] {
        var bytes = Array(Descriptor.format.utf8)
        bytes.reserveCapacity(160)
        bytes.append(kind.rawValue)
        bytes += repository.id.bytes
        bytes += set.id.bytes
        origin.run.digest.append(to: &bytes)
        origin.salt.append(to: &bytes)
        bytes.append(fixed: counter)
        if let chunk {
            chunk.digest.append(to: &bytes)
        } else {
            bytes += [UInt8](repeating: 0, count: Digest.byteCount)
        }
        return bytes
    }

    /// The nonce: class (4 bytes: 0 for chunks, else the kind) ‖ counter (8, big-endian).
    package var nonce: [UInt8] {
        var bytes: [UInt8] = [0, 0, 0, kind.isChunk ? 0 : kind.rawValue]
        for shift in stride(from: UInt64(56), through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: counter >> shift))
        }
        return bytes
    }
}
