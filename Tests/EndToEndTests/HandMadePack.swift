import Format
import Model
import Primitives
import Sealing

/// A pack made by hand: it takes junk, and chunks that are moved unopened, which a ``PackBuilder``
/// would not.
struct HandMadePack: ~Copyable {
    private let scope: SealingScope
    private let origin: ChunkOrigin
    private let keyObject: ObjectRef
    private let key: AEADKey
    private var bytes: [UInt8]
    private var entries: [ChunkEntry] = []

    /// Begins a pack of `run` under a fresh salt.
    init(_ scope: SealingScope, _ run: borrowing RunKey, _ keyObject: ObjectRef) throws {
        guard let salt = Digest(try Randomness.bytes(count: 32)) else {
            preconditionFailure("32 bytes make a salt")
        }
        let key = try run.packKey(salt: salt)
        self.key = key
        self.scope = scope
        self.keyObject = keyObject
        origin = ChunkOrigin(run: run.id, salt: salt)
        bytes = SealedHeader(kind: .pack, salt: salt).encoded
    }

    /// Seals any plaintext under any chunk id.
    mutating func seal(_ kind: FrameKind, as chunk: ChunkID, _ plaintext: [UInt8]) throws {
        let frame = ChunkCodec().encode(plaintext)
        let entry = ChunkEntry(
            chunk: chunk,
            kind: kind,
            origin: origin,
            counter: UInt64(entries.count),
            offset: UInt64(bytes.count),
            sealedBytes: UInt32(frame.count + AEADKey.overhead)
        )
        try seal(frame, scope.context(entry))
        entries.append(entry)
    }

    /// Takes a sealed chunk as it is.
    mutating func move(_ sealed: [UInt8], _ entry: ChunkEntry) {
        entries.append(entry.moved(to: UInt64(bytes.count)))
        bytes += sealed
    }

    /// Ends the pack as FORMAT.md §9 has it.
    ///
    /// - Parameter keys: the key objects of runs whose chunks were moved here.
    /// - Returns: its bytes, and what lies in it.
    /// - Throws: ``CryptoError`` if it cannot be sealed.
    consuming func finish(
        keys: [KeyID: ObjectRef] = [:]
    ) throws -> (bytes: [UInt8], contents: PackContents) {
        let own = PackContents(
            name: ObjectName(.zero),
            size: UInt64(bytes.count),
            entries: entries
        )
        let all = keys.merging([origin.run: keyObject]) { _, own in own }
        let start = bytes.count
        try seal(
            ChunkTable(keys: all, packs: [own]).encoded,
            scope.context(.packTable, origin: origin)
        )
        let table = bytes.count - start
        let unpadded = bytes.count + AEADKey.overhead + 32
        let filler = Padme.paddedSize(unpadded) - unpadded
        try seal([UInt8](repeating: 0, count: filler), scope.context(.filler, origin: origin))
        var trailer: [UInt8] = []
        trailer.append(fixed: UInt64(table))
        trailer.append(fixed: UInt64(filler + AEADKey.overhead))
        try seal(trailer, scope.context(.trailer, origin: origin))
        let contents = PackContents(
            name: ObjectName(SHA256.hash(bytes)),
            size: UInt64(bytes.count),
            entries: entries
        )
        return (bytes, contents)
    }

    private mutating func seal(_ plaintext: [UInt8], _ context: FrameContext) throws {
        var sealed: [UInt8] = []
        unsafe try plaintext.withUnsafeBytes { plaintext in
            unsafe try key.seal(
                plaintext,
                nonce: context.nonce,
                associated: context.associatedData,
                into: &sealed
            )
        }
        bytes += sealed
    }
}

extension ChunkEntry {
    /// The same chunk at another place of a pack.
    func moved(to offset: UInt64) -> ChunkEntry {
        ChunkEntry(
            chunk: chunk,
            kind: kind,
            origin: origin,
            counter: counter,
            offset: offset,
            sealedBytes: sealedBytes
        )
    }

    /// What lies here, told to be something else.
    func called(
        _ chunk: ChunkID,
        _ kind: FrameKind? = nil,
        sealedBytes: UInt32? = nil
    ) -> ChunkEntry {
        ChunkEntry(
            chunk: chunk,
            kind: kind ?? self.kind,
            origin: origin,
            counter: counter,
            offset: offset,
            sealedBytes: sealedBytes ?? self.sealedBytes
        )
    }
}

extension ChunkTable {
    /// Where a chunk lies.
    func entry(of chunk: ChunkID) -> ChunkEntry? {
        packs.lazy.flatMap(\.entries).first { $0.chunk == chunk }
    }

    /// In which pack, or nil.
    func pack(of chunk: ChunkID) -> PackContents? {
        packs.first { $0.entries.contains { $0.chunk == chunk } }
    }

    /// The same table with other entries, pack by pack. A pack that is left without any is gone: a
    /// table with an empty one is refused, whatever else it lies about.
    func mapped(_ body: (ChunkEntry) -> [ChunkEntry]) -> ChunkTable {
        let packs = packs.map { pack in
            PackContents(name: pack.name, size: pack.size, entries: pack.entries.flatMap(body))
        }
        return ChunkTable(keys: keys, packs: packs.filter { !$0.entries.isEmpty })
    }

    /// The same table, in which each chunk of the keys is served from where its value lies.
    func serving(_ changes: [ChunkID: ChunkID]) -> ChunkTable {
        let takers = Dictionary(grouping: changes, by: \.value).mapValues { $0.map(\.key) }
        return mapped { entry in
            (changes[entry.chunk] == nil ? [entry] : [])
                + (takers[entry.chunk] ?? []).map { entry.called($0) }
        }
    }
}
