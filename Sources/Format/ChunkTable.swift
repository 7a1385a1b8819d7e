package import Model

/// The plaintext of a pack's table and of an index: packs, what lies in them, and the objects that
/// hold the keys to it.
///
/// A pack's own table cannot name its pack, whose name is the hash of the finished bytes; there the
/// name is zero and the size that of the frames.
package struct ChunkTable: Hashable, Sendable {
    /// The key objects, by the id of the key that they seal: of every run that a chunk here needs,
    /// and of the set secret.
    package var keys: [KeyID: ObjectRef]
    /// The packs, in order of storing.
    package var packs: [PackContents]

    private static let entryBytes = 57

    /// Puts a table together. `keys` must hold every entry's run.
    package init(keys: [KeyID: ObjectRef], packs: [PackContents]) {
        self.keys = keys
        self.packs = packs
    }

    /// keys (32 ‖ 32 ‖ 8 each) ‖ origins (4 ‖ 32) ‖ packs (32 ‖ 8 ‖ entries of 57); each list
    /// after its count (4).
    package var encoded: [UInt8] {
        let runs = keys.keys.sorted()
        let runNumbers = Dictionary(uniqueKeysWithValues: zip(runs, runs.indices))
        var bytes: [UInt8] = []
        bytes.append(fixed: UInt32(runs.count))
        for run in runs {
            guard let object = keys[run] else {
                preconditionFailure("a sorted key is a key")
            }
            run.digest.append(to: &bytes)
            object.name.digest.append(to: &bytes)
            bytes.append(fixed: object.size)
        }
        let originNumbers = appendOrigins(runNumbers, to: &bytes)
        bytes.append(fixed: UInt32(packs.count))
        for pack in packs {
            pack.name.digest.append(to: &bytes)
            bytes.append(fixed: pack.size)
            bytes.append(fixed: UInt32(pack.entries.count))
            for entry in pack.entries {
                entry.chunk.digest.append(to: &bytes)
                bytes.append(entry.kind.rawValue)
                bytes.append(fixed: originNumbers[entry.origin] ?? 0)
                bytes.append(fixed: entry.counter)
                bytes.append(fixed: entry.offset)
                bytes.append(fixed: entry.sealedBytes)
            }
        }
        return bytes
    }

    private func appendOrigins(
        _ runNumbers: [KeyID: Int],
        to bytes: inout [UInt8]
    ) -> [ChunkOrigin: UInt32] {
        var numbers: [ChunkOrigin: UInt32] = [:]
        var origins: [ChunkOrigin] = []
        for entry in packs.lazy.flatMap(\.entries) where numbers[entry.origin] == nil {
            numbers[entry.origin] = UInt32(origins.count)
            origins.append(entry.origin)
        }
        bytes.append(fixed: UInt32(origins.count))
        for origin in origins {
            guard let run = runNumbers[origin.run] else {
                preconditionFailure("a table holds the key object of every run that it needs")
            }
            bytes.append(fixed: UInt32(run))
            origin.salt.append(to: &bytes)
        }
        return numbers
    }

    /// Reads what ``encoded`` writes, and nothing else: origins come in order of first use.
    package init(decoding bytes: ArraySlice<UInt8>) throws(FormatError) {
        var reader = ByteReader(bytes, of: "a chunk table")
        var runs: [KeyID] = []
        keys = [:]
        for _ in 0..<(try ChunkTable.count(&reader, itemBytes: 72, max: Limits.keysMax + 1)) {
            let run = KeyID(try ChunkTable.digest(&reader))
            let name = ObjectName(try ChunkTable.digest(&reader))
            guard runs.last.map({ $0 < run }) ?? true else {
                throw .invalid("a chunk table: keys do not rise")
            }
            runs.append(run)
            keys[run] = ObjectRef(kind: .key, name: name, size: try reader.fixed())
        }
        var origins: [ChunkOrigin] = []
        for _ in 0..<(try ChunkTable.count(&reader, itemBytes: 36)) {
            let run: UInt32 = try reader.fixed()
            guard run < runs.count else {
                throw .invalid("a chunk table: an origin has an unknown run")
            }
            origins.append(
                ChunkOrigin(run: runs[Int(run)], salt: try ChunkTable.digest(&reader))
            )
        }
        guard Set(origins).count == origins.count else {
            throw .invalid("a chunk table: an origin stands twice")
        }
        packs = []
        var used = 0
        var names: Set<ObjectName> = []
        var left = Limits.indexEntriesMax
        for _ in 0..<(try ChunkTable.count(&reader, itemBytes: 44)) {
            let pack = try ChunkTable.pack(&reader, origins: origins, used: &used, entriesMax: left)
            guard names.insert(pack.name).inserted else {
                throw .invalid("a chunk table: a pack stands twice")
            }
            left -= pack.entries.count
            packs.append(pack)
        }
        guard used == origins.count else {
            throw .invalid("a chunk table: an origin has no chunk")
        }
        try reader.finish()
    }

    private static func pack(
        _ reader: inout ByteReader,
        origins: [ChunkOrigin],
        used: inout Int,
        entriesMax: Int
    ) throws(FormatError) -> PackContents {
        let name = ObjectName(try digest(&reader))
        let size: UInt64 = try reader.fixed()
        var entries: [ChunkEntry] = []
        let count = try count(
            &reader,
            itemBytes: entryBytes,
            max: min(Limits.packEntriesMax, entriesMax)
        )
        guard count > 0 else {
            throw .invalid("a chunk table: a pack has no chunk")
        }
        entries.reserveCapacity(count)
        for _ in 0..<count {
            entries.append(try entry(&reader, origins: origins, used: &used, packSize: size))
        }
        return PackContents(name: name, size: size, entries: entries)
    }

    private static func entry(
        _ reader: inout ByteReader,
        origins: [ChunkOrigin],
        used: inout Int,
        packSize: UInt64
    ) throws(FormatError) -> ChunkEntry {
        let chunk = ChunkID(try digest(&reader))
        let kind = FrameKind(rawValue: try reader.byte())
        let origin: UInt32 = try reader.fixed()
        guard let kind, kind.isChunk, origin < origins.count, origin <= used else {
            throw .invalid("a chunk table: an entry has an unknown kind or origin")
        }
        used = max(used, Int(origin) + 1)
        let entry = ChunkEntry(
            chunk: chunk,
            kind: kind,
            origin: origins[Int(origin)],
            counter: try reader.fixed(),
            offset: try reader.fixed(),
            sealedBytes: try reader.fixed()
        )
        let (end, overflow) = entry.offset.addingReportingOverflow(UInt64(entry.sealedBytes))
        guard entry.offset >= SealedHeader.byteCount, !overflow, end <= packSize,
            packSize <= UInt64(Limits.packBytesMax) * 2,
            Int(entry.sealedBytes) <= Limits.chunkBytesMax + 4_096
        else {
            throw .invalid("a chunk table: an entry lies outside its pack")
        }
        return entry
    }

    /// A count that the bytes left could hold: nothing is allocated on a stranger's word.
    private static func count(
        _ reader: inout ByteReader,
        itemBytes: Int,
        max: Int = .max
    ) throws(FormatError) -> Int {
        let count: UInt32 = try reader.fixed()
        guard Int(count) <= max else {
            throw .overLimit("a chunk table: a list")
        }
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
