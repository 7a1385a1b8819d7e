package import Model

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
