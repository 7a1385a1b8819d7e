import Format
import Model
import Opening
import Primitives
import Recovery
import Repository
import Sealing
import TestSupport
import Testing

/// File lists (FORMAT.md §16), by their vectors: each in a snapshot of its own, which is restored.
@Suite struct FileListVectorTests {
    @Test(arguments: Vector.names(of: "file-list"))
    func `a file list`(name: String) throws {
        let vector = try Vector(name)
        let (snapshot, store) = try sealed(vector)
        #expect(try store.list(prefix: "").count == 7)
        try withTemporaryFolder(inMemory: true) { folder in
            let restorer = TreeRestorer(
                snapshot,
                TreeRestorer.Request(target: "\(folder)/restored")
            )
            guard vector.expect == .success else {
                // A broken list ends the restore; a link to nothing is told and left out.
                do {
                    try restorer.run()
                    let told = restorer.findings.map(\.code)
                    #expect(told.contains { [.restoredFileMissing, .restoreFailed].contains($0) })
                } catch let error as any ToldError {
                    #expect(error.exitCode == .failed)
                }
                return
            }
            var paths: [String] = []
            try snapshot.forEachRecord { record in
                paths.append(Hex.encode(record.path))
                return true
            }
            #expect(paths == vector.texts("path"))
            // The content of the example is in the example's own chunks.
            if name != "example-file-list" {
                try restorer.run()
                let made = try contents(of: "\(folder)/restored").keys
                #expect(Set(made.map { Hex.encode(Array($0.utf8)) }) == Set(paths))
            }
        }
    }

    /// A snapshot that has the vector's bytes as its one piece of a file list.
    private func sealed(_ vector: Vector) throws -> (OpenedSnapshot, MemoryStore) {
        let identity = try AgeIdentity.generate()
        let signer = try SigningKey(seed: try SecretBytes.random(count: 32))
        let store = MemoryStore([:])
        let repository = try Repository(creating: RepositoryID(try Randomness.id()), in: store)
        let scope = SealingScope(
            repository: repository.descriptor.repository,
            set: SetID(try Randomness.id())
        )
        let run = try RunKey.random()
        let secret = try SetSecret.random()
        let recipients = [identity.recipient]
        let keys = [
            try repository.put(
                try KeyObject.seal(secret, scope: scope, epoch: 1, to: recipients),
                as: .key
            ),
            try repository.put(
                try KeyObject.seal(run, scope: scope, epoch: 1, to: recipients),
                as: .key
            ),
        ]
        let (pack, root) = try Self.pack(vector, scope, run, secret, keys[1])
        let packed = try repository.put(pack.bytes, as: .pack)
        let table = ChunkTable(keys: [run.id: keys[1], secret.id: keys[0]], packs: [pack.contents])
        let index = try IndexCodec.seal(table, scope: scope, secret: secret)
        let objects = keys + [packed, try repository.put(index.bytes, as: .index)]
        let page = ListPage(
            number: 0,
            entries: objects.enumerated().map { slot, object in
                ListPage.Entry(slot: UInt16(slot), object: object)
            }
        )
        let totals = Manifest.Totals(
            objects: UInt64(objects.count),
            bytes: objects.reduce(0) { $0 + $1.size }
        )
        let now = Timestamp(seconds: 1_795_369_088)
        _ = try repository.put(
            Manifest(
                set: scope.set,
                sequence: 1,
                previous: nil,
                repository: scope.repository,
                descriptor: repository.descriptorDigest,
                run: run.id,
                secret: secret.id,
                epoch: 1,
                keys: [run.id],
                recipients: recipients.map { "\($0)" },
                root: root,
                pages: [try repository.put(page)],
                needed: totals,
                new: totals,
                complete: true,
                started: now,
                finished: now,
                tool: "a test"
            ),
            signedBy: signer
        )
        let history = try History(of: store, trusting: TrustedSigners([signer.verifyingKey]))
        let stored = try #require(history.manifests[scope.set]?.first)
        let identities = try AgeIdentities(identity)
        return (try OpenedSnapshot(stored, in: repository, with: identities), store)
    }

    /// A pack with the list and the root that points to it.
    private static func pack(
        _ vector: Vector,
        _ scope: SealingScope,
        _ run: borrowing RunKey,
        _ secret: borrowing SetSecret,
        _ keyObject: ObjectRef
    ) throws -> (pack: (bytes: [UInt8], contents: PackContents), root: ChunkID) {
        let namer = try secret.namer()
        let codec = ChunkCodec()
        var builder = try PackBuilder(scope: scope, run: run, keyObject: keyObject)
        let list = namer.id(.fileList, digest: SHA256.hash(vector.bytes))
        unsafe try codec.withFrame(of: vector.bytes) {
            unsafe try builder.append(
                frame: $0,
                kind: .fileList,
                chunk: list,
                codec: codec,
                namer: namer
            )
        }
        let records: UInt64 = try vector.number("records")
        let piece = SnapshotRoot.ListChunk(
            chunk: list,
            first: try vector.bytes("first"),
            records: records
        )
        let plaintext = SnapshotRoot(
            setName: "files",
            sourceKind: "files",
            host: "a test",
            cut: Timestamp(seconds: 0),
            list: [piece],
            files: records,
            contentBytes: vector.texts("bytes").isEmpty ? 0 : try vector.number("bytes"),
            attachments: [],
            notes: []
        ).encoded
        let root = namer.id(.root, digest: SHA256.hash(plaintext))
        unsafe try codec.withFrame(of: plaintext) {
            unsafe try builder.append(
                frame: $0,
                kind: .root,
                chunk: root,
                codec: codec,
                namer: namer
            )
        }
        return (try builder.finish(), root)
    }
}
