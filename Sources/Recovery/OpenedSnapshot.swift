package import Format
import Model
package import Opening
package import Repository
import ObjectStore
import Primitives
import Sealing

/// A snapshot that an identity has opened: its root, its file list, its content.
package final class OpenedSnapshot: Sendable {
    /// Which snapshot.
    package let stored: StoredManifest
    /// What its source was and where its file list lies.
    package let root: SnapshotRoot
    /// The keys that opened it.
    package let keys: KeyRing
    /// Its name for an operator: `SET@SEQ`.
    package var title: String { "\(root.setName)@\(stored.manifest.sequence)" }
    let repository: Repository
    let scope: SealingScope
    private let places: [ChunkID: Place]

    struct Place: Sendable {
        let pack: ObjectName
        let entry: ChunkEntry
    }

    /// Opens a snapshot.
    ///
    /// - Throws: ``OpeningError`` if no identity fits; ``SealingError``, ``RepositoryError`` and
    ///   ``RecoveryError`` if what is stored is not whole.
    package init(
        _ stored: StoredManifest,
        in repository: Repository,
        with identities: borrowing AgeIdentities
    ) throws {
        self.stored = stored
        self.repository = repository
        let manifest = stored.manifest
        scope = SealingScope(
            repository: repository.descriptor.repository,
            set: manifest.set
        )
        let objects = try OpenedSnapshot.objects(stored, in: repository)
        let keys = try KeyRing(
            manifest,
            objects.filter { $0.kind == .key },
            in: repository,
            with: identities
        )
        self.keys = keys
        let packs = Set(objects.filter { $0.kind == .pack }.map(\.name))
        var places: [ChunkID: Place] = [:]
        for index in objects where index.kind == .index {
            let bytes = try repository.get(
                index.storeKey,
                name: index.name,
                bytesMax: 2 * Limits.indexBytesMax
            )
            let table = try IndexCodec.open(bytes, scope: scope, secret: keys.secret)
            for pack in table.packs where packs.contains(pack.name) {
                for entry in pack.entries {
                    places[entry.chunk] = Place(pack: pack.name, entry: entry)
                }
            }
        }
        self.places = places
        let reader = try ChunkReader(places: places, repository, scope, keys)
        root = try SnapshotRoot(decoding: try reader.plaintext(of: manifest.root, .root))
    }

    /// What the snapshot needs: what stands on its pages, as far as it can be judged unopened.
    private static func objects(
        _ stored: StoredManifest,
        in repository: Repository
    ) throws -> [ObjectRef] {
        var objects: [ObjectRef] = []
        var pages: [ListPage.Summary] = []
        for name in stored.manifest.pages {
            let page = try repository.page(name)
            pages.append(page.summary)
            objects += page.entries.map(\.object)
        }
        do throws(FormatError) {
            try stored.manifest.check(pages)
            guard Set(objects.map(\.name)).count == objects.count else {
                throw .invalid("a manifest: an object stands on two of its pages")
            }
        } catch {
            throw RepositoryError.format(error, key: stored.storeKey)
        }
        return objects
    }

    /// What reads chunks. Each thread makes its own.
    package func reader() throws -> ChunkReader {
        try ChunkReader(places: places, repository, scope, keys)
    }

    /// Hands out every record of the file list, in order.
    ///
    /// - Parameters:
    ///   - path: where to begin: the first record that is not before it; nil for all.
    ///   - body: gets each record; returns false to stop.
    /// - Throws: ``FormatError`` if records are not in order or a piece of the list is not what the
    ///   root says; after the last record, if all of them are not together what it says.
    package func forEachRecord(
        from path: [UInt8]? = nil,
        _ body: (FileRecord) throws -> Bool
    ) throws {
        let reader = try reader()
        var start = 0
        if let path {
            start = max(
                0,
                (root.list.firstIndex { !RecordPath.precedes($0.first, path) && $0.first != path }
                    ?? root.list.count) - 1
            )
        }
        var last: [UInt8] = []
        var left = root.contentBytes
        for piece in root.list.dropFirst(start) {
            let bytes = try reader.plaintext(of: piece.chunk, .fileList)
            var list = ByteReader(bytes, of: "a file list")
            var count: UInt64 = 0
            while list.remaining > 0 {
                let record = try FileRecord(reading: &list)
                guard count > 0 || record.path == piece.first,
                    last.isEmpty || RecordPath.precedes(last, record.path)
                else {
                    throw FormatError.invalid("a file list is not in order")
                }
                if path == nil, case .regular(let content) = record.kind {
                    guard content.size <= left else {
                        throw FormatError.invalid("a file list has more bytes than its root says")
                    }
                    left -= content.size
                }
                last = record.path
                count += 1
                if let path, RecordPath.precedes(record.path, path) {
                    continue
                }
                guard try body(record) else {
                    return
                }
            }
            guard count == piece.records else {
                throw FormatError.invalid("a piece of the file list lacks records")
            }
        }
        guard path != nil || left == 0 else {
            throw FormatError.invalid("a file list has fewer bytes than its root says")
        }
    }

    /// The record at exactly `path`; nil if there is none.
    package func record(at path: [UInt8]) throws -> FileRecord? {
        var found: FileRecord?
        try forEachRecord(from: path) { record in
            found = record.path == path ? record : nil
            return false
        }
        return found
    }

    /// A sealed document of the snapshot, such as the witness; nil if it has none of that name.
    package func attachment(_ name: String) throws -> [UInt8]? {
        guard let attachment = root.attachments.first(where: { $0.name == name }) else {
            return nil
        }
        let reader = try reader()
        return try attachment.chunks.reduce(into: []) { bytes, chunk in
            bytes += try reader.plaintext(of: chunk, .witness)
        }
    }
}
