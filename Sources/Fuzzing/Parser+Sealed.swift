import Format
import Model
import Opening
import Primitives
import Sealing

/// What lies under a seal. A fuzzer never finds the key, so the input is the plaintext, and the
/// harness seals it as a malicious host would: with the right key.
extension Parser {
    static let sealed = [
        Parser("pack", judging: pack),
        Parser("index", writing: index),
        Parser("chunk", judging: chunk),
        Parser("key-object", judging: keyObject),
        Parser("age-file", judging: ageFile),
        Parser(
            "identities",
            judging: { bytes in
                let identities = try AgeIdentities(file: secret(bytes))
                return identities.recipients.isEmpty ? .broken("no identity") : .taken
            }
        ),
    ]

    /// mode (1) ‖ bytes before the table (2) ‖ bytes of the table (2) ‖ table ‖ trailer (16, if the
    /// mode asks for one that need not be right) ‖ filler.
    private static func pack(_ bytes: [UInt8]) throws -> Outcome {
        var reader = ByteReader(bytes, of: "an input")
        let mode = try reader.byte()
        let run = try RunKey(secret(knownKey))
        let stored: [UInt8]
        if mode & 2 == 0 {
            let contentBytes: UInt16 = try reader.fixed()
            let tableBytes: UInt16 = try reader.fixed()
            let table = try reader.array(Int(tableBytes))
            let trailer = mode & 1 == 0 ? nil : try reader.array(16)
            let filler = try reader.array(reader.remaining)
            var pack = SealedHeader(kind: .pack, salt: salt).encoded
            pack += [UInt8](repeating: 0, count: Int(contentBytes))
            try seal(table, filler, trailer, run, into: &pack)
            stored = pack
        } else {
            stored = try reader.array(reader.remaining)
        }
        let name = ObjectName(SHA256.hash(stored))
        let contents = try PackReader.contents(stored, name: name, scope: scope, run: run)
        let areWithin = contents.entries.allSatisfy { stored.indices.contains($0.range) }
        return areWithin ? .taken : .broken("an entry lies outside of its pack")
    }

    private static func seal(
        _ table: [UInt8],
        _ filler: [UInt8],
        _ trailer: [UInt8]?,
        _ run: borrowing RunKey,
        into pack: inout [UInt8]
    ) throws {
        let origin = ChunkOrigin(run: run.id, salt: salt)
        let key = try run.packKey(salt: salt)
        try seal(table, scope.context(.packTable, origin: origin), key, into: &pack)
        try seal(filler, scope.context(.filler, origin: origin), key, into: &pack)
        var lengths: [UInt8] = []
        lengths.append(fixed: UInt64(table.count + AEADKey.overhead))
        lengths.append(fixed: UInt64(filler.count + AEADKey.overhead))
        try seal(trailer ?? lengths, scope.context(.trailer, origin: origin), key, into: &pack)
    }

    /// The plaintext of an index: length ‖ table ‖ zeros.
    private static func index(_ bytes: [UInt8]) throws -> [UInt8] {
        let set = try SetSecret(secret(knownKey))
        let context = scope.context(.index, origin: ChunkOrigin(run: set.id, salt: salt))
        var stored = SealedHeader(kind: .index, salt: salt).encoded
        try seal(bytes, context, try set.indexKey(salt: salt), into: &stored)
        let table = try IndexCodec.open(stored, scope: scope, secret: set).encoded
        var again: [UInt8] = []
        again.append(fixed: UInt32(table.count))
        again += table
        return again + [UInt8](repeating: 0, count: max(0, bytes.count - again.count))
    }

    /// kind (1) ‖ the plaintext of a chunk's frame.
    private static func chunk(_ bytes: [UInt8]) throws -> Outcome {
        guard let kind = bytes.first.flatMap(FrameKind.init(rawValue:)), kind.isChunk else {
            return .refused
        }
        let frame = Array(bytes.dropFirst())
        let codec = ChunkCodec()
        let plaintext = try codec.decode(frame)
        guard try codec.decode(codec.encode(plaintext)) == plaintext else {
            return .broken("what is encoded again is another chunk")
        }
        let run = try RunKey(secret(knownKey))
        let namer = try SetSecret(secret(knownKey)).namer()
        let id = namer.id(kind, digest: try ChunkDigest.of(kind, plaintext))
        for chunk in [id, ChunkID(salt)] {
            let entry = ChunkEntry(
                chunk: chunk,
                kind: kind,
                origin: ChunkOrigin(run: run.id, salt: salt),
                counter: 0,
                offset: UInt64(SealedHeader.byteCount),
                sealedBytes: UInt32(frame.count + AEADKey.overhead)
            )
            let key = try run.packKey(salt: salt)
            var sealed: [UInt8] = []
            try seal(frame, scope.context(entry), key, into: &sealed)
            let opened = unsafe sealed.withUnsafeBytes { sealed in
                unsafe try? codec.open(sealed, entry, key: key, scope: scope, namer: namer)
                    .plaintext
            }
            guard opened == (chunk == id ? plaintext : nil) else {
                return .broken("a chunk opens under an id that is not its own, or not under it")
            }
        }
        return .taken
    }

    /// What an identity opened. The id is put right, which nobody could guess.
    private static func keyObject(_ bytes: [UInt8]) throws -> Outcome {
        let head = KeyPayload.headByteCount
        guard bytes.count == head + KeyPayload.keyByteCount else {
            return (try KeyObject.parts(secret(bytes)).payload.epoch == 0).outcome
        }
        let id = try RunKey(secret(Array(bytes[head...]))).id
        let payload = bytes[..<(head - Digest.byteCount)] + id.digest.bytes + bytes[head...]
        let opened = try KeyObject.parts(secret(Array(payload)))
        let isRun = opened.payload.kind == .run
        let known = isRun ? try opened.runKey().id : try opened.setSecret().id
        return known == id ? .taken : .broken("a key is another than it says")
    }

    private static func ageFile(_ bytes: [UInt8]) throws -> Outcome {
        _ = try? AgeOpener.open(bytes, passphrase: secret(knownKey), logNMax: 1)
        let identities = try AgeIdentities(AgeIdentity(secret: secret(knownKey)))
        _ = try AgeOpener.open(bytes, with: identities)
        return .taken
    }

    // MARK: What the harness knows

    private static let knownKey = [UInt8](repeating: 7, count: 32)
    private static let salt = SHA256.hash(knownKey)

    private static let scope: SealingScope = {
        guard let id = RandomID(hex: String(repeating: "07", count: 16)) else {
            preconditionFailure("32 digits make an id")
        }
        return SealingScope(repository: RepositoryID(id), set: SetID(id))
    }()

    private static func secret(_ bytes: [UInt8]) throws(CryptoError) -> SecretBytes {
        unsafe try SecretBytes(count: bytes.count) { unsafe $0.copyBytes(from: bytes) }
    }

    private static func seal(
        _ plaintext: [UInt8],
        _ context: FrameContext,
        _ key: borrowing AEADKey,
        into output: inout [UInt8]
    ) throws {
        unsafe try plaintext.withUnsafeBufferPointer { (plaintext) throws(CryptoError) in
            unsafe try key.seal(
                UnsafeRawBufferPointer(plaintext),
                nonce: context.nonce,
                associated: context.associatedData,
                into: &output
            )
        }
    }
}
