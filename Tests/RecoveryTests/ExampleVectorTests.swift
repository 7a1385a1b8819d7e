import FileSystem
import Format
import Glibc
import Model
import Opening
import Primitives
import Recovery
import Repository
import TestSupport
import Testing
import Verification

/// The repository that FORMAT.md §21 follows from end to end; other hands than ours made it.
@Suite struct ExampleVectorTests {
    private let example: Vector
    private let store: MemoryStore
    private let signers: TrustedSigners

    init() throws {
        example = try Vector("example")
        var objects: [String: [UInt8]] = [:]
        for name in example.texts("object") {
            let vector = try Vector(name)
            objects[try vector.text("store-key")] = vector.bytes
        }
        #expect(objects.count == 7)
        store = MemoryStore(objects)
        signers = TrustedSigners([try #require(VerifyingKey(hex: try example.text("signer")))])
    }

    @Test func `the example of the page restores`() throws {
        let history = try History(of: store, trusting: signers)
        let set = SetID(try example.id("set"))
        let snapshot = try OpenedSnapshot(
            try #require(history.manifests[set]?.first),
            in: try Repository(opening: store),
            with: try identities(example)
        )
        try withTemporaryFolder(inMemory: true) { folder in
            let target = "\(folder)/restored"
            let restorer = TreeRestorer(snapshot, TreeRestorer.Request(target: target))
            try restorer.run()
            let restored = try FileHandle.open(target, O_RDONLY | O_DIRECTORY)
            var names: [[UInt8]] = []
            for row in example.rows("file") {
                let name = try row.bytes(0)
                let bytes = try restored.open(name: name, O_RDONLY).readAll(bytesMax: 1_000)
                #expect(bytes == (try row.bytes(1)))
                names.append(name)
            }
            for row in example.rows("link") {
                let name = try row.bytes(0)
                #expect(try restored.linkTarget(name: name) == (try row.bytes(1)))
                names.append(name)
            }
            #expect(Set(try restored.names()) == Set(names))
            #expect(names.count == 3)
        }
    }

    @Test func `the example of the page is proven without any key`() throws {
        let row = try #require(example.rows("head").first)
        let head = Head(sequence: try row.number(0), name: ObjectName(try row.digest(1)))
        let report = try Verifier(
            store: store,
            request: Verifier.Request(
                signers: signers,
                heads: [SetID(try example.id("set")): [head]],
                requiresFreshness: true
            )
        ).run()
        #expect(report.verdict == .proven)
        #expect(report.findings == [])
    }

    private func identities(_ vector: Vector) throws -> AgeIdentities {
        let text = Array(try vector.text("identity").utf8)
        let file = unsafe try SecretBytes(count: text.count) { unsafe $0.copyBytes(from: text) }
        return try AgeIdentities(file: file)
    }
}
