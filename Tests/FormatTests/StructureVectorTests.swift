import Format
import Model
import Primitives
import TestSupport
import Testing

/// The structures of FORMAT.md §4 … §15 that need no key, by their vectors.
@Suite struct StructureVectorTests {
    @Test(arguments: Vector.names(of: "descriptor"))
    func `toride json`(name: String) throws {
        let vector = try Vector(name)
        let read = vector.read { bytes throws(FormatError) in try Descriptor(decoding: bytes) }
        if let read {
            #expect(read.repository.id == (try vector.id("repository")))
            #expect(read.encoded == vector.bytes)
            #expect(SHA256.hash(vector.bytes) == (try vector.digest("digest")))
        }
    }

    @Test(arguments: Vector.names(of: "sealed-header"))
    func `a sealed object's head`(name: String) throws {
        let vector = try Vector(name)
        let kind = try vector.text("letter") == "P" ? SealedHeader.Kind.pack : .index
        let read = vector.read { bytes throws(FormatError) in
            try SealedHeader(decoding: bytes[...], as: kind)
        }
        if let read {
            #expect(read.salt == (try vector.digest("salt")))
            #expect(read.encoded == vector.bytes)
        }
    }

    @Test(arguments: Vector.names(of: "nonce"))
    func `a nonce`(name: String) throws {
        let vector = try Vector(name)
        let id = RepositoryID(Sample.id(1))
        let context = FrameContext(
            repository: id,
            set: SetID(id.id),
            origin: ChunkOrigin(run: KeyID(.zero), salt: .zero),
            kind: try vector.kind(),
            counter: try vector.number("counter"),
            chunk: nil
        )
        #expect(context.nonce == vector.bytes)
    }

    @Test(arguments: Vector.names(of: "associated-data"))
    func `associated data`(name: String) throws {
        let vector = try Vector(name)
        let run = KeyID(try vector.digest("run"))
        let kind = try vector.kind()
        let context = FrameContext(
            repository: RepositoryID(try vector.id("repository")),
            set: SetID(try vector.id("set")),
            origin: ChunkOrigin(run: run, salt: try vector.digest("salt")),
            kind: kind,
            counter: try vector.number("counter"),
            chunk: kind.isChunk ? ChunkID(try vector.digest("chunk")) : nil
        )
        #expect(context.associatedData == vector.bytes)
    }

    @Test(arguments: Vector.names(of: "bundle"))
    func `a bundle`(name: String) throws {
        let vector = try Vector(name)
        let read = vector.read { bytes throws(FormatError) in try BundleLayout.ranges(bytes) }
        if let read {
            #expect(read.map { "\($0.count)" } == vector.texts("length"))
            let files = Array(vector.bytes[read[0].lowerBound...])
            let written = BundleLayout.encode(lengths: read.map(\.count), bytes: files)
            #expect(written == vector.bytes)
        }
    }

    @Test(arguments: Vector.names(of: "chunk-table"))
    func `a chunk table`(name: String) throws {
        let vector = try Vector(name)
        let read = vector.read { bytes throws(FormatError) in
            try ChunkTable(decoding: bytes[...])
        }
        if let read {
            let told = try ChunkTable(told: vector)
            #expect(read == told)
            #expect(told.encoded == vector.bytes)
        }
    }

    @Test(arguments: Vector.names(of: "list-page"))
    func `a list page`(name: String) throws {
        let vector = try Vector(name)
        let read = vector.read { bytes throws(FormatError) in try ListPage(decoding: bytes) }
        if let read {
            let entries = try vector.rows("entry").map { row in
                let kind = try #require(ObjectKind(rawValue: try row.number(1)))
                let name = ObjectName(try row.digest(2))
                let object = ObjectRef(kind: kind, name: name, size: try row.number(3))
                return ListPage.Entry(slot: try row.number(0), object: object)
            }
            let told = ListPage(number: try vector.number("number"), entries: entries)
            #expect(read == told)
            #expect(told.encoded == vector.bytes)
        }
    }

    @Test(arguments: Vector.names(of: "pae"))
    func `what is signed`(name: String) throws {
        let vector = try Vector(name)
        let signed = Envelope.preAuthenticationEncoding(
            payloadType: try vector.text("payload-type"),
            payload: try vector.bytes("payload")
        )
        #expect(signed == vector.bytes)
    }

    @Test(arguments: Vector.names(of: "manifest"))
    func `a manifest`(name: String) throws {
        let vector = try Vector(name)
        let read = vector.read { bytes throws(FormatError) in try Manifest(decoding: bytes) }
        if let read {
            #expect(read.encoded == vector.bytes)
        }
    }

    @Test(arguments: Vector.names(of: "statement"))
    func `a record's statement`(name: String) throws {
        let vector = try Vector(name)
        let read = vector.read { bytes throws(FormatError) in try Statement(decoding: bytes) }
        if let read {
            #expect(read.json.canonical == vector.bytes)
            #expect(read.predicateType == (try vector.text("predicate-type")))
        }
    }

    @Test(arguments: Vector.names(of: "rewrap"))
    func `what a rewrap says`(name: String) throws {
        let vector = try Vector(name)
        let read = vector.read { bytes throws(FormatError) in
            try Rewrap(try Statement(decoding: bytes))
        }
        if let read {
            #expect(read.set.id == (try vector.id("set")))
            #expect(read.recipients == vector.texts("recipient"))
            let told = try vector.rows("key").map { row in
                let name = ObjectName(try row.digest(1))
                let object = ObjectRef(kind: .key, name: name, size: try row.number(2))
                return (KeyID(try row.digest(0)), object)
            }
            #expect(read.objects == Dictionary(uniqueKeysWithValues: told))
        }
    }

    @Test(arguments: Vector.names(of: "root"))
    func `a snapshot's root`(name: String) throws {
        let vector = try Vector(name)
        let read = vector.read { bytes throws(FormatError) in try SnapshotRoot(decoding: bytes) }
        if let read {
            #expect(read.encoded == vector.bytes)
        }
    }
}

extension Vector {
    /// The kind of frame that a vector is of.
    fileprivate func kind() throws -> FrameKind {
        try #require(FrameKind(rawValue: try number("kind")))
    }
}

extension ChunkTable {
    /// The table that a vector's header tells of.
    fileprivate init(told vector: Vector) throws {
        let keys = try vector.rows("key").map { row in
            let name = ObjectName(try row.digest(1))
            let object = ObjectRef(kind: .key, name: name, size: try row.number(2))
            return (KeyID(try row.digest(0)), object)
        }
        var entries = try vector.rows("entry").map { row in
            ChunkEntry(
                chunk: ChunkID(try row.digest(0)),
                kind: try #require(FrameKind(rawValue: try row.number(1))),
                origin: ChunkOrigin(run: KeyID(try row.digest(2)), salt: try row.digest(3)),
                counter: try row.number(4),
                offset: try row.number(5),
                sealedBytes: try row.number(6)
            )
        }[...]
        let packs = try vector.rows("pack").map { row in
            let count: Int = try row.number(2)
            defer { entries = entries.dropFirst(count) }
            return PackContents(
                name: ObjectName(try row.digest(0)),
                size: try row.number(1),
                entries: Array(entries.prefix(count))
            )
        }
        self.init(keys: Dictionary(uniqueKeysWithValues: keys), packs: packs)
    }
}
