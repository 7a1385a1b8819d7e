import Compression
import Format
import Model
import Primitives
import Sealing
import TestSupport
import Testing

@Suite struct PackTests {
    /// What a pack is made with.
    private struct Maker: ~Copyable {
        let scope: SealingScope
        let run: RunKey
        let secret: SetSecret
        let namer: ChunkNamer
        let codec = ChunkCodec()
        let keyObject = ObjectRef(kind: .key, name: ObjectName(SHA256.hash([1])), size: 300)

        init() throws {
            let scope = SealingScope(
                repository: RepositoryID(try Randomness.id()),
                set: SetID(try Randomness.id())
            )
            let run = try RunKey.random()
            let secret = try SetSecret.random()
            let namer = try secret.namer()
            self.scope = scope
            self.run = run
            self.namer = namer
            self.secret = secret
        }

        func id(_ kind: FrameKind, _ plaintext: [UInt8]) throws -> ChunkID {
            namer.id(kind, digest: try ChunkDigest.of(kind, plaintext))
        }

        func builder() throws -> PackBuilder {
            try PackBuilder(scope: scope, run: run, keyObject: keyObject)
        }

        func append(
            _ frame: [UInt8],
            of chunk: ChunkID,
            _ kind: FrameKind,
            to builder: inout PackBuilder
        ) throws {
            unsafe try frame.withUnsafeBytes {
                unsafe try builder.append(
                    frame: $0,
                    kind: kind,
                    chunk: chunk,
                    codec: codec,
                    namer: namer
                )
            }
        }

        func pack(
            _ chunks: [(kind: FrameKind, plaintext: [UInt8])]
        ) throws -> (bytes: [UInt8], contents: PackContents) {
            var builder = try builder()
            for (kind, plaintext) in chunks {
                let chunk = try id(kind, plaintext)
                try append(codec.encode(plaintext), of: chunk, kind, to: &builder)
            }
            return try builder.finish()
        }

        func read(
            _ bytes: [UInt8],
            _ name: ObjectName,
            scope: SealingScope? = nil
        ) throws -> PackContents {
            try PackReader.contents(bytes, name: name, scope: scope ?? self.scope, run: run)
        }

        func open(
            _ bytes: [UInt8],
            _ entry: ChunkEntry,
            scope: SealingScope? = nil
        ) throws -> [UInt8] {
            try opened(bytes, entry, scope: scope).plaintext
        }

        func opened(
            _ bytes: [UInt8],
            _ entry: ChunkEntry,
            scope: SealingScope? = nil
        ) throws -> OpenedChunk {
            let key = try run.packKey(salt: entry.origin.salt)
            return unsafe try bytes.withUnsafeBytes { bytes in
                unsafe try codec.open(
                    UnsafeRawBufferPointer(rebasing: bytes[entry.range]),
                    entry,
                    key: key,
                    scope: scope ?? self.scope,
                    namer: namer
                )
            }
        }
    }

    private static let chunks: [(kind: FrameKind, plaintext: [UInt8])] = {
        var random = SeededGenerator(seed: 1)
        let bundle = BundleLayout.encode(lengths: [3, 1, 5], bytes: random.bytes(9))
        return [
            (.content, random.bytes(70_000)), (.content, [UInt8](repeating: 5, count: 70_000)),
            (.bundle, bundle), (.fileList, [1]), (.root, []), (.witness, random.bytes(10)),
        ]
    }()

    @Test func `a pack gives back every chunk, with its table and without an index`() throws {
        let maker = try Maker()
        let (bytes, contents) = try maker.pack(Self.chunks)
        #expect(contents.name == ObjectName(SHA256.hash(bytes)))
        #expect(bytes.count == Padme.paddedSize(bytes.count))
        let read = try maker.read(bytes, contents.name)
        #expect(read == contents)
        for (entry, chunk) in zip(contents.entries, Self.chunks) {
            #expect(try maker.open(bytes, entry) == chunk.plaintext)
        }
    }

    @Test func `a pack of a single byte can be read`() throws {
        let maker = try Maker()
        let (bytes, contents) = try maker.pack([(kind: .content, plaintext: [1])])
        #expect(try maker.read(bytes, contents.name).entries.count == 1)
    }

    @Test func `what is opened tells where each file of a bundle lies, and its digest`() throws {
        let maker = try Maker()
        let (bytes, contents) = try maker.pack(Self.chunks)
        for (entry, chunk) in zip(contents.entries, Self.chunks) {
            let opened = try maker.opened(bytes, entry)
            let ranges =
                entry.kind == .bundle ? [16..<19, 19..<20, 20..<25] : [chunk.plaintext.indices]
            #expect(opened.parts.map(\.range) == ranges)
            for (part, range) in zip(opened.parts, ranges) {
                #expect(part.digest == SHA256.hash(Array(chunk.plaintext[range])))
            }
        }
    }

    @Test func `a piece of a file is one whole file of a bundle, or one whole chunk`() throws {
        let maker = try Maker()
        let (bytes, contents) = try maker.pack(Self.chunks)
        for entry in contents.entries {
            let opened = try maker.opened(bytes, entry)
            let whole = Set(opened.parts.map(\.range))
            for start in 0..<min(30, opened.plaintext.count) {
                for length in Set([1, 3, 4, 5, 6, opened.plaintext.count]) {
                    let piece = FileRecord.Piece(
                        kind: entry.kind,
                        chunk: entry.chunk,
                        offset: UInt32(start),
                        length: UInt32(length)
                    )
                    let range = start..<start + length
                    #expect(opened.part(piece)?.range == (whole.contains(range) ? range : nil))
                }
            }
        }
    }

    @Test func `a byte changed anywhere in a pack is found by opening all of it`() throws {
        let maker = try Maker()
        let (whole, contents) = try maker.pack(Array(Self.chunks[2...]))
        for index in whole.indices {
            var bytes = whole
            bytes[index] ^= 1
            let opens = try? maker.read(bytes, contents.name)
            let chunks = contents.entries.map { try? maker.open(bytes, $0) }
            #expect(opens == nil || chunks.contains(nil), "byte \(index)")
        }
    }

    @Test func `a pack of any length is refused, not trusted`() throws {
        let maker = try Maker()
        let (whole, contents) = try maker.pack(Array(Self.chunks[2...]))
        for count in 0..<whole.count {
            #expect(throws: SealingError.self) {
                try maker.read(Array(whole[..<count]), contents.name)
            }
        }
    }

    @Test func `a chunk opens in its own meaning only`() throws {
        let maker = try Maker()
        let (bytes, contents) = try maker.pack(Self.chunks)
        let entry = contents.entries[0]
        func changed(
            chunk: ChunkID? = nil,
            kind: FrameKind? = nil,
            origin: ChunkOrigin? = nil,
            counter: UInt64? = nil
        ) -> ChunkEntry {
            ChunkEntry(
                chunk: chunk ?? entry.chunk,
                kind: kind ?? entry.kind,
                origin: origin ?? entry.origin,
                counter: counter ?? entry.counter,
                offset: entry.offset,
                sealedBytes: entry.sealedBytes
            )
        }
        let otherRun = ChunkOrigin(run: KeyID(SHA256.hash([1])), salt: entry.origin.salt)
        let otherSalt = ChunkOrigin(run: entry.origin.run, salt: SHA256.hash([1]))
        let wrong = [
            changed(chunk: contents.entries[1].chunk), changed(kind: .witness),
            changed(kind: .fileList), changed(origin: otherRun), changed(origin: otherSalt),
            changed(counter: 1), changed(counter: .max),
        ]
        for entry in wrong {
            #expect(throws: SealingError.self) { try maker.open(bytes, entry) }
        }
        let otherSet = SealingScope(
            repository: maker.scope.repository,
            set: SetID(try Randomness.id())
        )
        let otherRepository = SealingScope(
            repository: RepositoryID(try Randomness.id()),
            set: maker.scope.set
        )
        for scope in [otherSet, otherRepository] {
            #expect(throws: SealingError.self) { try maker.open(bytes, entry, scope: scope) }
            #expect(throws: SealingError.self) {
                try maker.read(bytes, contents.name, scope: scope)
            }
        }
    }

    @Test func `a chunk that is moved unopened still opens`() throws {
        let maker = try Maker()
        let (bytes, contents) = try maker.pack(Self.chunks)
        let entry = contents.entries[2]
        let moved = [UInt8](repeating: 0, count: 1_000) + bytes[entry.range]
        let there = ChunkEntry(
            chunk: entry.chunk,
            kind: entry.kind,
            origin: entry.origin,
            counter: entry.counter,
            offset: 1_000,
            sealedBytes: entry.sealedBytes
        )
        #expect(try maker.open(moved, there) == Self.chunks[2].plaintext)
    }

    @Test func `two packs of the same chunks share no bytes`() throws {
        let maker = try Maker()
        let one = try maker.pack(Self.chunks)
        let other = try maker.pack(Self.chunks)
        #expect(one.contents.name != other.contents.name)
        #expect(one.bytes.count == other.bytes.count)
        let same = zip(one.bytes.dropFirst(40), other.bytes.dropFirst(40)).count { $0 == $1 }
        #expect(same < one.bytes.count / 100)
    }

    @Test func `what does not come back right after sealing is not stored`() throws {
        let maker = try Maker()
        let plaintext = Self.chunks[0].plaintext
        let chunk = try maker.id(.content, plaintext)
        // As when memory fails between naming and sealing.
        for place in [5, 100, 70_000] {
            var frame = maker.codec.encode(plaintext)
            frame[place] ^= 4
            var builder = try maker.builder()
            let error = #expect(throws: SealingError.self) {
                try maker.append(frame, of: chunk, .content, to: &builder)
            }
            #expect(error == .decodeCheckFailed(chunk))
            #expect(error?.exitCode == .internalFault)
            let isEmpty = builder.isEmpty
            #expect(isEmpty)
            // What comes next takes its place, and the pack holds that alone.
            try maker.append(maker.codec.encode(plaintext), of: chunk, .content, to: &builder)
            let (bytes, contents) = try builder.finish()
            #expect(try maker.read(bytes, contents.name).entries.map(\.chunk) == [chunk])
        }
    }

    @Test func `a pack takes so many chunks that its table stays small`() throws {
        let maker = try Maker()
        var builder = try maker.builder()
        let chunk = try maker.id(.content, [1])
        let frame = maker.codec.encode([1])
        var count = 0
        while builder.fits(frame.count + AEADKey.overhead) {
            try maker.append(frame, of: chunk, .content, to: &builder)
            count += 1
        }
        #expect(count == Limits.packEntriesMax)
        let (bytes, contents) = try builder.finish()
        #expect(bytes.count < Limits.packBytesMax)
        #expect(try maker.read(bytes, contents.name) == contents)
    }

    // MARK: - Indexes

    @Test func `an index opens with its set's secret only, and whole`() throws {
        let maker = try Maker()
        let (_, contents) = try maker.pack(Self.chunks)
        let table = ChunkTable(keys: [maker.run.id: maker.keyObject], packs: [contents])
        let (bytes, name) = try IndexCodec.seal(table, scope: maker.scope, secret: maker.secret)
        #expect(name == ObjectName(SHA256.hash(bytes)))
        #expect(bytes.count == Padme.paddedSize(bytes.count))
        #expect(try IndexCodec.open(bytes, scope: maker.scope, secret: maker.secret) == table)
        let other = try SetSecret.random()
        #expect(throws: SealingError.self) {
            try IndexCodec.open(bytes, scope: maker.scope, secret: other)
        }
        for index in bytes.indices {
            var damaged = bytes
            damaged[index] ^= 1
            #expect(throws: SealingError.self) {
                try IndexCodec.open(damaged, scope: maker.scope, secret: maker.secret)
            }
            #expect(throws: SealingError.self) {
                try IndexCodec.open(
                    Array(bytes[..<index]),
                    scope: maker.scope,
                    secret: maker.secret
                )
            }
        }
    }

    // MARK: - Frames

    @Test func `a frame is refused that is not one`() throws {
        let codec = ChunkCodec()
        let frame = codec.encode([UInt8](repeating: 1, count: 1_000))
        #expect(try codec.decode(frame) == [UInt8](repeating: 1, count: 1_000))
        var wrong: [[UInt8]] = [[], [0], [2, 0, 0, 0, 0], [0, 1, 0, 0, 0], frame + [0]]
        wrong += frame.indices.map { Array(frame[..<$0]) }
        // A length that would take more memory than any chunk.
        wrong.append([1, 0xff, 0xff, 0xff, 0xff] + frame[5...])
        wrong.append([1, 0xe9, 0x03, 0, 0] + frame[5...])
        for frame in wrong {
            #expect(throws: SealingError.self) { try codec.decode(frame) }
        }
    }

    @Test func `the next pack of a builder has a key of its own and nothing of the last`() throws {
        let maker = try Maker()
        var builder = try maker.builder()
        var packs: [(bytes: [UInt8], contents: PackContents)] = []
        for number in 0..<3 {
            for piece in 0...number {
                let plaintext = [UInt8](repeating: UInt8(10 * number + piece), count: 5_000)
                try maker.append(
                    maker.codec.encode(plaintext),
                    of: try maker.id(.content, plaintext),
                    .content,
                    to: &builder
                )
            }
            packs.append(try builder.finish())
            try builder.startNext(run: maker.run)
            let isEmpty = builder.isEmpty
            #expect(isEmpty)
        }
        let salts = packs.map { $0.contents.entries[0].origin.salt }
        #expect(Set(salts).count == 3)
        for (number, pack) in packs.enumerated() {
            #expect(pack.contents.entries.map(\.counter) == (0...number).map { UInt64($0) })
            #expect(pack.contents.size == UInt64(pack.bytes.count))
            let read = try PackReader.contents(
                pack.bytes,
                name: pack.contents.name,
                scope: maker.scope,
                run: maker.run
            )
            #expect(read == pack.contents)
        }
    }

    @Test func `a frame is compressed as it was asked for, and read whatever it is`() throws {
        // Words from a small stock: level 9 finds more in them than level 1.
        var random = SeededGenerator(seed: 3)
        let stock = (0..<500).map { _ in random.bytes(Int.random(in: 3...9, using: &random)) }
        let text = Array((0..<20_000).flatMap { _ in stock.randomElement(using: &random) ?? [] })
        let policies: [CompressionPolicy] = [.none, .level(1), .automatic, .level(9)]
        let frames = policies.map { ChunkCodec($0).encode(text) }
        #expect(frames.map { $0[0] } == [0, 1, 1, 1])
        #expect(frames[0].count == text.count + 5)
        #expect(frames[3].count < frames[1].count)
        for frame in frames {
            #expect(try ChunkCodec(.none).decode(frame) == text)
        }
        // What does not get smaller stays as it is, at any level.
        let noise = random.bytes(10_000)
        #expect(policies.allSatisfy { ChunkCodec($0).encode(noise)[0] == 0 })
    }
}
