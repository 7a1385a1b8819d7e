import Compression
import Format
import Model
import Primitives
import Sealing
import TestSupport
import Testing

/// Keys, sealing, chunks, packs and indexes (FORMAT.md §5 … §11), by their vectors.
@Suite struct SealingVectorTests {
    @Test(arguments: Vector.names(of: "key-payload"))
    func `what a key object seals`(name: String) throws {
        let vector = try Vector(name)
        try vector.read {
            let opened = try KeyObject.parts(try vector.secret(vector.bytes))
            let payload = opened.payload
            // Which key is wanted is asked by the reader: FORMAT.md §5.
            guard payload.repository.id == (try vector.id("repository")),
                payload.set.id == (try vector.id("set"))
            else {
                throw FormatError.invalid("a key of another repository or set")
            }
            let id: KeyID
            switch payload.kind {
            case .run: id = try opened.runKey().id
            case .setSecret: id = try opened.setSecret().id
            }
            #expect(id.digest == (try vector.digest("key-id")))
            #expect(payload.kind.rawValue == (try vector.number("kind", UInt8.self)))
            #expect(payload.epoch == (try vector.number("epoch", UInt64.self)))
            #expect(payload.encoded == Array(vector.bytes.prefix(96)))
        }
    }

    @Test(arguments: Vector.names(of: "derivation"))
    func `a derived key`(name: String) throws {
        let vector = try Vector(name)
        let salt = vector.texts("salt").isEmpty ? [] : try vector.bytes("salt")
        let key = try vector.secret(try vector.bytes("key"))
        let info = try vector.text("info")
        let derived = try key.derive(salt: salt, info: info, count: vector.bytes.count)
        #expect(derived.publicBytes(0..<derived.count) == vector.bytes)
        switch info.split(separator: "/").dropFirst(2).joined(separator: "/") {
        case "key-id":
            let run = try RunKey(key)
            #expect(run.id.digest.bytes == vector.bytes)
            let secret = try SetSecret(try vector.secret(try vector.bytes("key")))
            #expect(secret.id.digest.bytes == vector.bytes)
        case "chunker/content", "chunker/file-list":
            let secret = try SetSecret(key)
            let purpose = info.split(separator: "/").last.map { String($0) } ?? ""
            let chunkerKey = try secret.chunkerKey(purpose)
            #expect(chunkerKey == vector.bytes)
        default: break  // Never seen outside of what they seal: other vectors open with them.
        }
    }

    @Test(arguments: Vector.names(of: "chunk-id"))
    func `a chunk's id`(name: String) throws {
        let vector = try Vector(name)
        let namer = try SetSecret(try vector.secret(try vector.bytes("secret"))).namer()
        let kind = try vector.kind()
        let digest = try ChunkDigest.of(kind, vector.bytes)
        #expect(digest == (try vector.digest("digest")))
        #expect(namer.id(kind, digest: digest).digest == (try vector.digest("chunk")))
    }

    @Test(arguments: Vector.names(of: "sealed-chunk"))
    func `a sealed chunk`(name: String) throws {
        let vector = try Vector(name)
        let run = try RunKey(try vector.secret(try vector.bytes("run-key")))
        let secret = try SetSecret(try vector.secret(try vector.bytes("secret")))
        let origin = ChunkOrigin(
            run: KeyID(try vector.digest("run")),
            salt: try vector.digest("salt")
        )
        let entry = ChunkEntry(
            chunk: ChunkID(try vector.digest("chunk")),
            kind: try vector.kind(),
            origin: origin,
            counter: try vector.number("counter"),
            offset: 0,
            sealedBytes: UInt32(vector.bytes.count)
        )
        let key = try run.packKey(salt: origin.salt)
        let namer = try secret.namer()
        try vector.read {
            try unsafe vector.bytes.withUnsafeBytes { sealed in
                let scope = try vector.scope()
                _ = unsafe try ChunkCodec().open(
                    sealed,
                    entry,
                    key: key,
                    scope: scope,
                    namer: namer
                )
                guard vector.expect == .success else {
                    return
                }
                let context = scope.context(entry)
                let frame = unsafe try key.open(
                    sealed,
                    nonce: context.nonce,
                    associated: context.associatedData
                )
                #expect(try ChunkCodec().decode(frame) == (try vector.bytes("plaintext")))
            }
        }
    }

    @Test(arguments: Vector.names(of: "pack"))
    func `a whole pack`(name: String) throws {
        let vector = try Vector(name)
        let run = try RunKey(try vector.secret(try vector.bytes("run-key")))
        let secret = try SetSecret(try vector.secret(try vector.bytes("secret")))
        let namer = try secret.namer()
        try vector.read {
            let contents = try PackReader.contents(
                vector.bytes,
                name: ObjectName(SHA256.hash(vector.bytes)),
                scope: try vector.scope(),
                run: run
            )
            #expect(contents.size == UInt64(vector.bytes.count))
            #expect(contents.entries == (try vector.entries()))
            for entry in contents.entries {
                let key = try run.packKey(salt: entry.origin.salt)
                _ = unsafe try vector.bytes.withUnsafeBytes { bytes in
                    unsafe try ChunkCodec().open(
                        UnsafeRawBufferPointer(rebasing: bytes[entry.range]),
                        entry,
                        key: key,
                        scope: try vector.scope(),
                        namer: namer
                    )
                }
            }
        }
    }

    @Test(arguments: Vector.names(of: "index"))
    func `an index object`(name: String) throws {
        let vector = try Vector(name)
        let secret = try SetSecret(try vector.secret(try vector.bytes("secret")))
        try vector.read {
            let table = try IndexCodec.open(
                vector.bytes,
                scope: try vector.scope(),
                secret: secret
            )
            #expect(table.encoded == (try vector.bytes("table")))
        }
    }
}

extension Vector {
    /// Runs what reads the bytes, and demands that it ends as the vector says.
    fileprivate func read(_ body: () throws -> Void) throws {
        do {
            try body()
            #expect(expect == .success, "\(name) was taken")
        } catch let error as FormatError {
            #expect(expect == Outcome(error), "\(name): \(error)")
        } catch let error as SealingError {
            #expect(expect == Outcome(error), "\(name): \(error)")
        }
    }

    fileprivate func kind() throws -> FrameKind {
        try #require(FrameKind(rawValue: try number("kind")))
    }

    fileprivate func scope() throws -> SealingScope {
        SealingScope(
            repository: RepositoryID(try id("repository")),
            set: SetID(try id("set"))
        )
    }

    fileprivate func entries() throws -> [ChunkEntry] {
        try rows("entry").map { row in
            ChunkEntry(
                chunk: ChunkID(try row.digest(0)),
                kind: try #require(FrameKind(rawValue: try row.number(1))),
                origin: ChunkOrigin(run: KeyID(try row.digest(2)), salt: try row.digest(3)),
                counter: try row.number(4),
                offset: try row.number(5),
                sealedBytes: try row.number(6)
            )
        }
    }

    fileprivate func secret(_ bytes: [UInt8]) throws -> SecretBytes {
        unsafe try SecretBytes(count: bytes.count) { unsafe $0.copyBytes(from: bytes) }
    }
}

extension Vector.Outcome {
    fileprivate init(_ error: FormatError) {
        if case .unknownVersion = error {
            self = .unknownVersion
        } else {
            self = .refused
        }
    }

    fileprivate init(_ error: SealingError) {
        switch error {
        case .crypto(.authenticationFailed): self = .tagMismatch
        case .wrongContent: self = .wrongID
        case .format(let error): self.init(error)
        default: self = .refused
        }
    }
}
