package import Model

/// Where a sealed chunk lies and how to open it.
package struct ChunkEntry: Hashable, Sendable {
    package let chunk: ChunkID
    package let kind: FrameKind
    package let origin: ChunkOrigin
    /// Its counter under its origin's key.
    package let counter: UInt64
    /// Where its sealed bytes begin in the pack, and how many they are, tag included.
    package let offset: UInt64
    package let sealedBytes: UInt32

    package init(
        chunk: ChunkID, kind: FrameKind, origin: ChunkOrigin, counter: UInt64, offset: UInt64,
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

/// A pack and what lies in it.
package struct PackContents: Hashable, Sendable {
    package let name: ObjectName
    package let size: UInt64
    package let entries: [ChunkEntry]

    package init(name: ObjectName, size: UInt64, entries: [ChunkEntry]) {
        self.name = name
        self.size = size
        self.entries = entries
    }
}

/// The plaintext of a pack's table and of an index: chunks, and the origins that they share.
///
/// A pack's own table cannot name its pack, whose name is the hash of the finished bytes; there the
/// name is zero and the size that of the frames.
package enum ChunkTable {
    private static let entryBytes = 57

    /// Encodes `packs`: origins, then each pack's name, size and entries.
    package static func encode(_ packs: [PackContents]) -> [UInt8] {
        var numbers: [ChunkOrigin: UInt32] = [:]
        var origins: [ChunkOrigin] = []
        for entry in packs.lazy.flatMap(\.entries) where numbers[entry.origin] == nil {
            numbers[entry.origin] = UInt32(origins.count)
            origins.append(entry.origin)
        }
        var bytes: [UInt8] = []
        bytes.append(fixed: UInt32(origins.count))
        for origin in origins {
            origin.run.digest.append(to: &bytes)
            origin.salt.append(to: &bytes)
        }
        bytes.append(fixed: UInt32(packs.count))
        for pack in packs {
            pack.name.digest.append(to: &bytes)
            bytes.append(fixed: pack.size)
            bytes.append(fixed: UInt32(pack.entries.count))
            for entry in pack.entries {
                entry.chunk.digest.append(to: &bytes)
                bytes.append(entry.kind.rawValue)
                bytes.append(fixed: numbers[entry.origin] ?? 0)
                bytes.append(fixed: entry.counter)
                bytes.append(fixed: entry.offset)
                bytes.append(fixed: entry.sealedBytes)
            }
        }
        return bytes
    }

    /// Decodes what ``encode(_:)`` wrote.
    package static func decode(_ bytes: ArraySlice<UInt8>) throws(FormatError) -> [PackContents] {
        var reader = ByteReader(bytes, of: "a chunk table")
        var origins: [ChunkOrigin] = []
        for _ in 0..<(try count(&reader, itemBytes: 64)) {
            let run = KeyID(try digest(&reader))
            origins.append(ChunkOrigin(run: run, salt: try digest(&reader)))
        }
        var packs: [PackContents] = []
        for _ in 0..<(try count(&reader, itemBytes: 44)) {
            let name = ObjectName(try digest(&reader))
            let size: UInt64 = try reader.fixed()
            var entries: [ChunkEntry] = []
            for _ in 0..<(try count(&reader, itemBytes: entryBytes)) {
                entries.append(try entry(&reader, origins: origins, packSize: size))
            }
            packs.append(PackContents(name: name, size: size, entries: entries))
        }
        try reader.finish()
        return packs
    }

    private static func entry(
        _ reader: inout ByteReader, origins: [ChunkOrigin], packSize: UInt64
    ) throws(FormatError) -> ChunkEntry {
        let chunk = ChunkID(try digest(&reader))
        let kind = FrameKind(rawValue: try reader.byte())
        let origin: UInt32 = try reader.fixed()
        guard let kind, kind.isChunk, origin < origins.count else {
            throw .invalid("a chunk table: an entry has an unknown kind or origin")
        }
        let entry = ChunkEntry(
            chunk: chunk, kind: kind, origin: origins[Int(origin)], counter: try reader.fixed(),
            offset: try reader.fixed(), sealedBytes: try reader.fixed())
        let (end, overflow) = entry.offset.addingReportingOverflow(UInt64(entry.sealedBytes))
        guard !overflow, end <= packSize, packSize <= UInt64(Limits.packBytesMax) * 2,
            Int(entry.sealedBytes) <= Limits.chunkBytesMax + 4_096
        else {
            throw .invalid("a chunk table: an entry lies outside its pack")
        }
        return entry
    }

    /// A count that the bytes left could hold: nothing is allocated on a stranger's word.
    private static func count(
        _ reader: inout ByteReader, itemBytes: Int
    ) throws(FormatError) -> Int {
        let count: UInt32 = try reader.fixed()
        guard Int(count) <= reader.remaining / itemBytes else {
            throw .truncated("a chunk table")
        }
        return Int(count)
    }

    private static func digest(_ reader: inout ByteReader) throws(FormatError) -> Digest {
        guard let digest = Digest(try reader.slice(Digest.byteCount)) else {
            throw .truncated("a chunk table")
        }
        return digest
    }
}
