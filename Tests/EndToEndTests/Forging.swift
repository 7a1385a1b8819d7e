import Backup
import Format
import HostState
import Model
import Opening
import Primitives
import Recovery
import Repository
import Sealing
import TestSupport
import Testing

/// What can be made of a hospital's repository by whoever holds more or less of what its host has.
extension TestHospital {
    /// The newest snapshot of a set.
    func newest(_ set: String = "files") throws -> StoredManifest {
        try #require(try manifests(set).last)
    }

    /// What the pages of a snapshot name.
    func needed(_ manifest: Manifest) throws -> [ObjectRef] {
        let repository = try Repository(opening: store)
        return try manifest.pages.flatMap { try repository.page($0).entries.map(\.object) }
    }

    func scope(_ manifest: Manifest) -> SealingScope {
        SealingScope(repository: manifest.repository, set: manifest.set)
    }

    // MARK: - With the set secret

    func secret(_ set: String = "files") throws -> SetSecret {
        guard let secret = try state.secret(of: set, epoch: 1) else {
            throw BackupError.secretMissing(set: set)
        }
        return secret
    }

    /// The secret of any snapshot, as the custodian opens it.
    func secret(of manifest: Manifest) throws -> SetSecret {
        for object in try needed(manifest) where object.kind == .key {
            let sealed = try bytes(of: object.storeKey)
            let opened = try KeyObject.parts(try AgeOpener.open(sealed, with: identities))
            if opened.payload.id == manifest.secret {
                return try opened.setSecret()
            }
        }
        throw RecoveryError.keyMissing(manifest.secret)
    }

    /// All that the indexes of the newest snapshot tell.
    func table(_ set: String = "files") throws -> ChunkTable {
        let manifest = try newest(set).manifest
        let secret = try secret(set)
        var whole = ChunkTable(keys: [:], packs: [])
        for index in try needed(manifest) where index.kind == .index {
            let bytes = try bytes(of: index.storeKey)
            let table = try IndexCodec.open(bytes, scope: scope(manifest), secret: secret)
            whole.keys.merge(table.keys) { $1 }
            for pack in table.packs where !whole.packs.contains(where: { $0.name == pack.name }) {
                whole.packs.append(pack)
            }
        }
        return whole
    }

    /// The chunk ids of a file of the source, as the snapshot's list has them. Whoever holds the
    /// set secret and a copy of the file can work them out; here the identity tells.
    func chunks(of name: String) throws -> [ChunkID] {
        let path = Array("\(source)/\(name)".utf8.dropFirst())
        guard case .regular(let content) = try open().record(at: path)?.kind else {
            return []
        }
        return content.pieces.map(\.chunk)
    }

    /// Seals an index and stores it.
    func putIndex(_ table: ChunkTable) throws -> ObjectRef {
        let manifest = try newest().manifest
        let secret = try secret()
        let sealed = try IndexCodec.seal(table, scope: scope(manifest), secret: secret)
        return try Repository(opening: store).put(sealed.bytes, as: .index)
    }

    // MARK: - With the signing key

    /// Signs a next snapshot of `files` that needs `objects`, and is else the newest but for what
    /// `change` does.
    func signNext(
        needing objects: [ObjectRef],
        _ change: (inout Manifest) -> Void = { _ in }
    ) throws {
        let stored = try newest()
        let entries = objects.enumerated().map { slot, object in
            ListPage.Entry(slot: UInt16(slot), object: object)
        }
        let page = ListPage(number: 0, entries: entries)
        var manifest = stored.manifest
        manifest.sequence += 1
        manifest.previous = stored.name
        manifest.pages = [try Repository(opening: store).put(page)]
        manifest.needed = Manifest.Totals(
            objects: UInt64(objects.count),
            bytes: objects.reduce(0) { $0 + $1.size }
        )
        change(&manifest)
        try forge(manifest)
    }

    /// Signs a next snapshot whose chunks lie where `table` says.
    func signNext(
        indexing table: ChunkTable,
        _ change: (inout Manifest) -> Void = { _ in }
    ) throws {
        let packs = table.packs.map { ObjectRef(kind: .pack, name: $0.name, size: $0.size) }
        let keys = table.keys.values.sorted { $0.name < $1.name }
        try signNext(needing: keys + packs + [try putIndex(table)], change)
    }

    // MARK: - With a run's key

    /// The key of a run. Its host has it while it runs, and the custodian for ever.
    func runKey(_ run: KeyID, _ set: String = "files") throws -> RunKey {
        for object in try needed(newest(set).manifest) where object.kind == .key {
            let sealed = try bytes(of: object.storeKey)
            let opened = try KeyObject.parts(try AgeOpener.open(sealed, with: identities))
            if opened.payload.id == run {
                return try opened.runKey()
            }
        }
        throw RecoveryError.keyMissing(run)
    }

    /// Signs a next snapshot with chunks that a host makes of anything while it runs. What an index
    /// told of the same ids before is forgotten.
    func lieNext(
        _ chunks: [(kind: FrameKind, id: ChunkID, plaintext: [UInt8])],
        _ change: (inout Manifest) -> Void = { _ in }
    ) throws {
        let manifest = try newest().manifest
        let ids = Set(chunks.map(\.id))
        var table = try table().mapped { ids.contains($0.chunk) ? [] : [$0] }
        let keyObject = try #require(table.keys[manifest.run])
        let run = try runKey(manifest.run)
        var pack = try HandMadePack(scope(manifest), run, keyObject)
        for (kind, id, plaintext) in chunks {
            try pack.seal(kind, as: id, plaintext)
        }
        let (bytes, contents) = try pack.finish()
        _ = try Repository(opening: store).put(bytes, as: .pack)
        table.packs.append(contents)
        try signNext(indexing: table, change)
    }

    /// Signs a next snapshot whose file list has what `change` makes of each record, and whose root
    /// counts what is in it then; `changeRoot` has the last word.
    func lieNext(
        records change: (inout FileRecord) throws -> Void,
        root changeRoot: (inout SnapshotRoot) -> Void = { _ in }
    ) throws {
        let opened = try open()
        var list: [UInt8] = []
        var first: [UInt8]?
        var count: UInt64 = 0
        var bytes: UInt64 = 0
        try opened.forEachRecord { record in
            var record = record
            try change(&record)
            record.append(to: &list)
            first = first ?? record.path
            count += 1
            if case .regular(let content) = record.kind {
                bytes += content.size
            }
            return true
        }
        let namer = try secret().namer()
        let listID = namer.id(.fileList, digest: SHA256.hash(list))
        var root = opened.root
        root.list = [
            SnapshotRoot.ListChunk(chunk: listID, first: try #require(first), records: count)
        ]
        root.files = count
        root.contentBytes = bytes
        changeRoot(&root)
        let rootID = namer.id(.root, digest: SHA256.hash(root.encoded))
        try lieNext([(.fileList, listID, list), (.root, rootID, root.encoded)]) {
            $0.root = rootID
        }
    }

    /// Signs a next snapshot in which a file of the source has the content that `change` makes.
    func lieNext(about name: String, _ change: (inout FileRecord.Content) -> Void) throws {
        let path = Array("\(source)/\(name)".utf8.dropFirst())
        try lieNext { record in
            if record.path == path, case .regular(var content) = record.kind {
                change(&content)
                record.kind = .regular(content)
            }
        }
    }
}
