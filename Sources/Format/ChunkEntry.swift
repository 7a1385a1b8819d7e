package import Model

/// Where a sealed chunk lies and how to open it.
package struct ChunkEntry: Hashable, Sendable {
    /// Its id: HMAC of its content's digest, so that equal content is found again.
    package let chunk: ChunkID
    /// What it holds; a chunk's kind, below 16.
    package let kind: FrameKind
    /// The key and salt that it was sealed under.
    package let origin: ChunkOrigin
    /// Its counter under its origin's key.
    package let counter: UInt64
    /// Where its sealed bytes begin in the pack.
    package let offset: UInt64
    /// How many sealed bytes it has, tag included.
    package let sealedBytes: UInt32

    /// States where a chunk lies.
    package init(
        chunk: ChunkID,
        kind: FrameKind,
        origin: ChunkOrigin,
        counter: UInt64,
        offset: UInt64,
        sealedBytes: UInt32
    ) {
        self.chunk = chunk
        self.kind = kind
        self.origin = origin
        self.counter = counter
        self.offset = offset
        self.sealedBytes = sealedBytes
    }

    /// The bytes of its pack that hold it.
    package var range: Range<Int> { Int(offset)..<Int(offset) + Int(sealedBytes) }
}
