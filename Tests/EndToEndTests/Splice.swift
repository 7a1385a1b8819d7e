import FileSystem
import Format
import LocalStore
import Model
import ObjectStore
import Opening
import Primitives
import Recovery
import Repository
import Sealing
import TestSupport
import Testing

/// One way to put true parts of repositories together to something false: who can do it, and who
/// finds it.
struct Splice: Sendable, CustomTestStringConvertible {
    /// What the attacker holds, besides a store that he may change.
    enum Attacker: String, Sendable {
        case store = "the store only"
        case secret = "the store and the set secret"
        case signer = "the store and the signing key"
        case host = "the store, the signing key and the set secret, after the run"
        case run = "a host that lies while it runs"
    }

    /// Who finds it, and what is said. What not everyone finds `verify --deep` does.
    enum Finder: Sendable {
        /// Everyone, without any key.
        case verify(FindingCode)
        /// A restore, and `verify --deep`: of a file, and the rest is restored.
        case restore(FindingCode)
        /// A restore, and `verify --deep`: nothing of the snapshot can be used.
        case opening(String)
    }

    let name: String
    let attacker: Attacker
    let finder: Finder
    /// What `verify --deep` says; nil where everyone finds it.
    let deepCode: FindingCode?
    let make: @Sendable (borrowing TestHospital) throws -> Void

    init(
        _ name: String,
        by attacker: Attacker,
        foundBy finder: Finder,
        deep code: FindingCode? = nil,
        _ make: @escaping @Sendable (borrowing TestHospital) throws -> Void
    ) {
        self.name = name
        self.attacker = attacker
        self.finder = finder
        deepCode =
            switch finder {
            case .verify, .opening: code
            case .restore(let restored): code ?? restored
            }
        self.make = make
    }

    var testDescription: String { "\(name), by \(attacker.rawValue); found by \(finder)" }

    static let all = ofStores + ofSecrets + ofSigners + ofHosts + ofRuns
}

// MARK: - The store only

extension Splice {
    static let ofStores = [
        Splice(
            "a pack under the name of another snapshot's",
            by: .store,
            foundBy: .verify(.objectMisnamed)
        ) { hospital in
            let packs = try hospital.keys(prefix: "packs/")
            try hospital.replace(packs[0], with: try hospital.bytes(of: packs[1]))
        },
        Splice(
            "a chunk in the place of another, in a pack of the old name",
            by: .store,
            foundBy: .verify(.objectDamaged)
        ) { hospital in
            let (key, bytes) = try hospital.packWithSwappedChunks()
            try hospital.replace(key, with: bytes)
        },
        Splice(
            "a chunk in the place of another, in a pack of the right name",
            by: .store,
            foundBy: .verify(.objectMissing)
        ) { hospital in
            let (key, bytes) = try hospital.packWithSwappedChunks()
            try hospital.replace(key, with: nil)
            _ = try Repository(opening: hospital.store).put(bytes, as: .pack)
        },
        Splice(
            "the last chunk of a pack twice",
            by: .store,
            foundBy: .verify(.objectDamaged)
        ) { hospital in
            let pack = try #require(try hospital.table().packs.first)
            let last = try #require(pack.entries.last).range
            var bytes = try hospital.bytes(of: StoreKey.pack(pack.name))
            bytes.insert(contentsOf: bytes[last], at: last.upperBound)
            try hospital.replace(StoreKey.pack(pack.name), with: bytes)
        },
        Splice(
            "the manifest of another set",
            by: .store,
            foundBy: .verify(.manifestMisplaced)
        ) { hospital in
            try hospital.present(try hospital.newest("other"), asNumber: 3)
        },
        Splice(
            "an older manifest with its true signature, as the newest",
            by: .store,
            foundBy: .verify(.manifestMisplaced)
        ) { hospital in
            try hospital.present(try #require(try hospital.manifests().first), asNumber: 3)
        },
        Splice(
            "an older manifest with its true signature, and no newer one",
            by: .store,
            foundBy: .verify(.headBehind)
        ) { hospital in
            try hospital.replace(try hospital.newest().storeKey, with: nil)
        },
        Splice(
            "the next manifest of the same set, of another repository",
            by: .store,
            foundBy: .verify(.manifestMisplaced)
        ) { hospital in
            _ = try hospital.backUpElsewhere()
        },
        Splice(
            "a share of low order in a key object",
            by: .store,
            foundBy: .verify(.objectDamaged)
        ) { hospital in
            let key = try #require(try hospital.keys(prefix: "keys/").first)
            try hospital.replace(key, with: try hospital.lowOrder(key))
        },
    ]
}

// MARK: - The store and the set secret

extension Splice {
    static let ofSecrets = [
        Splice(
            "an index that swaps two files, on a page of its own",
            by: .secret,
            foundBy: .verify(.objectMissing)
        ) { hospital in
            let manifest = try hospital.newest().manifest
            let index = try hospital.putIndex(try hospital.tableWithSwappedFiles())
            let objects = try hospital.needed(manifest).filter { $0.kind != .index } + [index]
            let entries = objects.enumerated().map { slot, object in
                ListPage.Entry(slot: UInt16(slot), object: object)
            }
            _ = try Repository(opening: hospital.store).put(ListPage(number: 0, entries: entries))
            try hospital.replace(StoreKey.list(manifest.pages[0]), with: nil)
        },
        Splice(
            "an index that swaps two files, under the name of the true one",
            by: .secret,
            foundBy: .verify(.objectMisnamed)
        ) { hospital in
            let objects = try hospital.needed(try hospital.newest().manifest)
            let index = try hospital.putIndex(try hospital.tableWithSwappedFiles())
            let bytes = try hospital.bytes(of: index.storeKey)
            for old in objects where old.kind == .index {
                try hospital.replace(old.storeKey, with: bytes)
            }
        },
    ]
}

// MARK: - The store and the signing key

extension Splice {
    static let ofSigners = [
        Splice(
            "the content of another set, signed as this set's",
            by: .signer,
            foundBy: .opening("holds a key of another set"),
            deep: .snapshotInvalid
        ) { hospital in
            let other = try hospital.newest("other").manifest
            try hospital.signNext(needing: try hospital.needed(other)) {
                $0.takeContent(of: other)
            }
        },
        Splice(
            "the content of another repository, signed as this one's",
            by: .signer,
            foundBy: .opening("holds a key of another set"),
            deep: .snapshotInvalid
        ) { hospital in
            let key = try hospital.backUpElsewhere()
            let bytes = try hospital.bytes(of: key)
            let foreign = try Manifest(decoding: try Envelope(decoding: bytes).payload)
            try hospital.replace(key, with: nil)
            try hospital.signNext(needing: try hospital.needed(foreign)) {
                $0.takeContent(of: foreign)
            }
        },
        Splice(
            "a share of low order in a key object, on a signed page",
            by: .signer,
            foundBy: .opening("low order"),
            deep: .snapshotInvalid
        ) { hospital in
            var objects = try hospital.needed(try hospital.newest().manifest)
            let place = try #require(objects.firstIndex { $0.kind == .key })
            let bytes = try hospital.lowOrder(objects[place].storeKey)
            objects[place] = try Repository(opening: hospital.store).put(bytes, as: .key)
            try hospital.signNext(needing: objects)
        },
        Splice(
            "a snapshot whose root is the older one's file list",
            by: .signer,
            foundBy: .opening("chunk-missing"),
            deep: .chunkMissing
        ) { hospital in
            let list = try #require(try hospital.open().root.list.first).chunk
            let objects = try hospital.needed(try hospital.newest().manifest)
            try hospital.signNext(needing: objects) { $0.root = list }
        },
    ]
}

// MARK: - All but a run's key

extension Splice {
    static let ofHosts = [
        Splice(
            "a file's chunk served in another's place",
            by: .host,
            foundBy: .restore(.chunkDamaged)
        ) { hospital in
            try hospital.signNext(indexing: try hospital.tableWithSwappedFiles())
        },
        Splice(
            "a file's chunks in another order, by the index",
            by: .host,
            foundBy: .restore(.chunkDamaged)
        ) { hospital in
            let chunks = try hospital.chunks(of: "large")
            let table = try hospital.table().serving([chunks[0]: chunks[1], chunks[1]: chunks[0]])
            try hospital.signNext(indexing: table)
        },
        Splice(
            "the file list served as content",
            by: .host,
            foundBy: .restore(.chunkDamaged)
        ) { hospital in
            let one = try #require(try hospital.chunks(of: "one").first)
            let list = try #require(try hospital.open().root.list.first).chunk
            let table = try hospital.table().mapped { entry in
                switch entry.chunk {
                case one: []
                case list: [entry, entry.called(one, .content)]
                default: [entry]
                }
            }
            try hospital.signNext(indexing: table)
        },
        Splice(
            "the file list served as content, under its own kind",
            by: .host,
            foundBy: .restore(.chunkMissing)
        ) { hospital in
            let one = try #require(try hospital.chunks(of: "one").first)
            let list = try #require(try hospital.open().root.list.first).chunk
            try hospital.signNext(indexing: try hospital.table().serving([one: list]))
        },
        Splice(
            "a chunk of no bytes",
            by: .host,
            foundBy: .restore(.chunkDamaged)
        ) { hospital in
            try hospital.signNext(indexing: try hospital.table(whereOneHas: 0))
        },
        Splice(
            "a chunk of a tag alone",
            by: .host,
            foundBy: .restore(.chunkDamaged)
        ) { hospital in
            try hospital.signNext(indexing: try hospital.table(whereOneHas: 16))
        },
        Splice(
            "a chunk that ends early",
            by: .host,
            foundBy: .restore(.chunkDamaged)
        ) { hospital in
            try hospital.signNext(indexing: try hospital.table(whereOneHas: 130_000))
        },
        Splice(
            "an index without a file's chunk",
            by: .host,
            foundBy: .restore(.chunkMissing)
        ) { hospital in
            let one = try #require(try hospital.chunks(of: "one").first)
            let table = try hospital.table().mapped { $0.chunk == one ? [] : [$0] }
            try hospital.signNext(indexing: table)
        },
        Splice(
            "a file list in the place of the root",
            by: .host,
            foundBy: .opening("chunk-damaged"),
            deep: .chunkDamaged
        ) { hospital in
            let root = try hospital.newest().manifest.root
            let list = try #require(try hospital.open().root.list.first).chunk
            let table = try hospital.table().mapped { entry in
                switch entry.chunk {
                case root: []
                case list: [entry, entry.called(root, .root)]
                default: [entry]
                }
            }
            try hospital.signNext(indexing: table)
        },
    ]
}

// MARK: - A host that lies while it runs

extension Splice {
    static let ofRuns = [
        Splice(
            "junk under a true chunk id",
            by: .run,
            foundBy: .restore(.chunkDamaged)
        ) { hospital in
            let one = try #require(try hospital.chunks(of: "one").first)
            try hospital.lieNext([(.content, one, [UInt8](repeating: 7, count: 262_145))])
        },
        Splice(
            "nothing under a true chunk id",
            by: .run,
            foundBy: .restore(.chunkDamaged)
        ) { hospital in
            let one = try #require(try hospital.chunks(of: "one").first)
            try hospital.lieNext([(.content, one, [])])
        },
        Splice(
            "another file's chunk, sealed anew under a true chunk id",
            by: .run,
            foundBy: .restore(.chunkDamaged)
        ) { hospital in
            let one = try #require(try hospital.chunks(of: "one").first)
            let two = try #require(try hospital.chunks(of: "two").first)
            let content = try hospital.open().reader().plaintext(of: two, .content)
            try hospital.lieNext([(.content, one, content)])
        },
        Splice(
            "the file list as a file's content, in its record",
            by: .run,
            foundBy: .restore(.chunkMissing)
        ) { hospital in
            let list = try #require(try hospital.open().root.list.first).chunk
            try hospital.lieNext(about: "one") { $0.pieces[0].chunk = list }
        },
        Splice(
            "a piece longer than its chunk",
            by: .run,
            foundBy: .restore(.chunkDamaged),
            deep: .fileListInvalid
        ) { hospital in
            try hospital.lieNext(about: "one") { content in
                content.size += 1
                content.pieces[0].length += 1
            }
        },
        Splice(
            "a piece of no bytes",
            by: .run,
            foundBy: .opening("a piece has no bytes"),
            deep: .fileListInvalid
        ) { hospital in
            try hospital.lieNext(about: "large") { content in
                var empty = content.pieces[0]
                empty.length = 0
                content.pieces.append(empty)
            }
        },
        Splice(
            "the last chunk twice in a record",
            by: .run,
            foundBy: .opening("the pieces are not as long as the data"),
            deep: .fileListInvalid
        ) { hospital in
            try hospital.lieNext(about: "large") { content in
                content.pieces += content.pieces.suffix(1)
            }
        },
        Splice(
            "the last chunk twice in a record that counts it",
            by: .run,
            foundBy: .restore(.fileDigestDiffers)
        ) { hospital in
            try hospital.lieNext(about: "large") { content in
                content.size += content.pieces.last.map { UInt64($0.length) } ?? 0
                content.pieces += content.pieces.suffix(1)
            }
        },
        Splice(
            "a file's chunks in another order, in its record",
            by: .run,
            foundBy: .restore(.fileDigestDiffers)
        ) { hospital in
            try hospital.lieNext(about: "large") { $0.pieces.swapAt(0, 1) }
        },
        Splice(
            "another file's chunk in a file's record",
            by: .run,
            foundBy: .restore(.fileDigestDiffers)
        ) { hospital in
            let two = try #require(try hospital.chunks(of: "two").first)
            try hospital.lieNext(about: "one") { $0.pieces[0].chunk = two }
        },
        Splice(
            "another file's digest in a file's record",
            by: .run,
            foundBy: .restore(.fileDigestDiffers)
        ) { hospital in
            let digest = SHA256.hash(try #require(try contents(of: hospital.source)["two"] ?? nil))
            try hospital.lieNext(about: "one") { $0.digest = digest }
        },
        Splice(
            "another digest in a file's record",
            by: .run,
            foundBy: .restore(.fileDigestDiffers)
        ) { hospital in
            try hospital.lieNext(about: "small/1") { $0.digest = SHA256.hash([1]) }
        },
        Splice(
            "a neighbour in the same bundle",
            by: .run,
            foundBy: .restore(.fileDigestDiffers)
        ) { hospital in
            try hospital.lieNext(about: "small/1") { content in
                content.pieces[0].offset += 700
                content.pieces[0].length = 900
                content.size = 900
            }
        },
        Splice(
            "a file of a bundle without its first byte",
            by: .run,
            foundBy: .restore(.chunkDamaged),
            deep: .fileListInvalid
        ) { hospital in
            try hospital.lieNext(about: "small/1") { content in
                content.pieces[0].offset += 1
                content.pieces[0].length -= 1
                content.size -= 1
                content.digest = SHA256.hash([])
            }
        },
        Splice(
            "two files of a bundle as one",
            by: .run,
            foundBy: .restore(.chunkDamaged),
            deep: .fileListInvalid
        ) { hospital in
            try hospital.lieNext(about: "small/1") { content in
                content.pieces[0].length += 900
                content.size += 900
            }
        },
        Splice(
            "a root that counts a byte less",
            by: .run,
            foundBy: .opening("more bytes than its root says"),
            deep: .fileListInvalid
        ) { hospital in
            try hospital.lieNext { _ in
            } root: {
                $0.contentBytes -= 1
            }
        },
        Splice(
            "a root that counts a byte more",
            by: .run,
            foundBy: .opening("fewer bytes than its root says"),
            deep: .fileListInvalid
        ) { hospital in
            try hospital.lieNext { _ in
            } root: {
                $0.contentBytes += 1
            }
        },
        Splice(
            "a root that counts a record more",
            by: .run,
            foundBy: .opening("do not add up"),
            deep: .snapshotInvalid
        ) { hospital in
            try hospital.lieNext { _ in
            } root: {
                $0.files += 1
            }
        },
        Splice(
            "one run's key twice, and another's not",
            by: .run,
            foundBy: .opening("has already"),
            deep: .snapshotInvalid
        ) { hospital in
            try hospital.signNextWithKeyTwice()
        },
    ]
}

// MARK: - What they share

extension Manifest {
    /// Leads to what another manifest leads to, and keeps its own place.
    fileprivate mutating func takeContent(of other: Manifest) {
        root = other.root
        run = other.run
        keys = other.keys
        secret = other.secret
    }
}

extension TestHospital {
    /// A pack in which two sealed chunks of one length have changed places.
    fileprivate func packWithSwappedChunks() throws -> (key: String, bytes: [UInt8]) {
        for pack in try table().packs {
            let entries = pack.entries.filter { $0.kind == .content }
            for (one, other) in zip(entries, entries.dropFirst()) {
                let key = StoreKey.pack(pack.name)
                var bytes = try bytes(of: key)
                let count = Int(min(one.sealedBytes, other.sealedBytes))
                let first = bytes[Int(one.offset)..<Int(one.offset) + count]
                let second = bytes[Int(other.offset)..<Int(other.offset) + count]
                bytes.replaceSubrange(first.indices, with: Array(second))
                bytes.replaceSubrange(second.indices, with: Array(first))
                return (key, bytes)
            }
        }
        throw FormatError.invalid("no pack has two pieces of content")
    }

    /// The table in which the files `one` and `two` are served in each other's place.
    fileprivate func tableWithSwappedFiles() throws -> ChunkTable {
        let one = try #require(try chunks(of: "one").first)
        let two = try #require(try chunks(of: "two").first)
        return try table().serving([one: two, two: one])
    }

    /// The table in which the chunk of the file `one` has another sealed length.
    fileprivate func table(whereOneHas sealedBytes: UInt32) throws -> ChunkTable {
        let one = try #require(try chunks(of: "one").first)
        return try table().mapped { entry in
            entry.chunk == one ? [entry.called(one, sealedBytes: sealedBytes)] : [entry]
        }
    }

    /// Puts a stored manifest into the place of a snapshot of `files`.
    fileprivate func present(_ stored: StoredManifest, asNumber sequence: UInt64) throws {
        let set = try newest().manifest.set
        let key = StoreKey.manifest(set: set, sequence: sequence, name: stored.name)
        try replace(key, with: try bytes(of: stored.storeKey))
    }

    /// Backs up other content of `files` into another repository of the same host, and brings all
    /// that it stored here.
    ///
    /// - Returns: the key of its manifest, which would be this store's next.
    fileprivate func backUpElsewhere() throws -> String {
        let elsewhere = "\(folder)/elsewhere"
        try FolderTree.make(elsewhere, mode: 0o700)
        let store = try LocalStore(name: "elsewhere", root: elsewhere)
        _ = try Repository(creating: RepositoryID(try Randomness.id()), in: store)
        let original = try #require(try contents(of: source)["one"] ?? nil)
        var random = SeededGenerator(seed: 94)
        try write("one", random.uncut(262_145))
        _ = try backUp(into: store)
        try write("one", original)
        var manifest: String?
        for key in try store.list(prefix: "").map(\.key) where key != StoreKey.descriptor {
            try replace(key, with: try store.get(key, bytesMax: 1 << 30))
            if key.hasPrefix("snapshots/") {
                manifest = key
            }
        }
        return try #require(manifest)
    }

    /// Signs a next snapshot in which the key of the newest run stands in the place of an older
    /// run's too, sealed once more.
    fileprivate func signNextWithKeyTwice() throws {
        let manifest = try newest().manifest
        let other = try #require(manifest.keys.first { $0 != manifest.run })
        let run = try runKey(manifest.run)
        let sealed = try KeyObject.seal(
            run,
            scope: scope(manifest),
            epoch: 1,
            to: identities.recipients
        )
        let again = try Repository(opening: store).put(sealed, as: .key)
        let old = try #require(try table().keys[other])
        try signNext(needing: try needed(manifest).map { $0 == old ? again : $0 })
    }

    /// A key object whose first stanza has a share of low order: the point of order 2, all zeros
    /// (RFC 7748 §6.1).
    fileprivate func lowOrder(_ key: String) throws -> [UInt8] {
        let whole = try bytes(of: key)
        let header = try AgeHeader(startOf: whole)
        let stanzas = try header.stanzas.map { stanza in
            let body = try #require(try AgeX25519Stanza(stanza)).wrappedFileKey
            return AgeX25519Stanza(share: [UInt8](repeating: 0, count: 32), wrappedFileKey: body)
                .stanza
        }
        let changed = AgeHeader(stanzas: stanzas, mac: header.mac)
        return changed.encoded + whole.dropFirst(header.encoded.count)
    }
}
