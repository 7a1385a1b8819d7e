package import Format
package import Model
package import Primitives

/// A pack under construction: seals chunks one after another, each checked by opening it again.
///
/// header ‖ sealed chunks ‖ sealed table ‖ sealed filler ‖ sealed trailer. The trailer holds the
/// sealed lengths of table and filler, so the pack can be read from its end; the filler brings the
/// whole to a PADMÉ size. Not for use by two threads at once.
package struct PackBuilder: ~Copyable {
    private static let trailerByteCount = 16 + AEADKey.overhead

    private let scope: SealingScope
    private let keyObject: ObjectRef
    private var origin: ChunkOrigin
    private var key: AEADKey
    private let bytesMax: Int
    private var bytes: [UInt8]
    private var entries: [ChunkEntry]
    /// A pack that has its table must take nothing more under its key.
    private var isFinished = false

    /// Starts a pack under a fresh salt.
    ///
    /// - Parameters:
    ///   - scope: which repository and set it belongs to.
    ///   - run: what seals it.
    ///   - keyObject: where the run's key is stored, sealed.
    ///   - bytesMax: how large it may become; at most ``Limits/packBytesMax``.
    /// - Throws: ``CryptoError`` if there is no randomness or no locked memory.
    package init(
        scope: SealingScope,
        run: borrowing RunKey,
        keyObject: ObjectRef,
        bytesMax: Int = Limits.packBytesMax
    ) throws(CryptoError) {
        let salt = try PackBuilder.salt()
        let key = try run.packKey(salt: salt)
        self.key = key
        self.scope = scope
        self.keyObject = keyObject
        self.bytesMax = bytesMax
        origin = ChunkOrigin(run: run.id, salt: salt)
        entries = []
        bytes = SealedHeader(kind: .pack, salt: salt).encoded
        bytes.reserveCapacity(bytesMax)
    }

    /// Starts the next pack, in the memory of the one that was finished.
    ///
    /// - Parameter run: what seals it: the one that sealed the last.
    /// - Throws: ``CryptoError`` if there is no randomness or no locked memory.
    package mutating func startNext(run: borrowing RunKey) throws(CryptoError) {
        let salt = try PackBuilder.salt()
        key = try run.packKey(salt: salt)
        origin = ChunkOrigin(run: run.id, salt: salt)
        entries.removeAll(keepingCapacity: true)
        bytes.removeAll(keepingCapacity: true)
        bytes += SealedHeader(kind: .pack, salt: salt).encoded
        isFinished = false
    }

    private static func salt() throws(CryptoError) -> Digest {
        guard let salt = Digest(try Randomness.bytes(count: 32)) else {
            preconditionFailure("32 bytes make a salt")
        }
        return salt
    }

    /// Whether nothing was sealed yet.
    package var isEmpty: Bool { entries.isEmpty }

    /// Whether a frame of `count` sealed bytes still fits.
    package func fits(_ count: Int) -> Bool {
        // The table grows by 57 bytes an entry; origins and heads are below 4 KiB here.
        entries.count < Limits.packEntriesMax
            && bytes.count + count + (entries.count + 1) * 57 + 4_096 <= bytesMax
    }

    /// Seals one chunk, then opens, decodes and hashes it again.
    ///
    /// - Parameters:
    ///   - frame: the encoded plaintext (``ChunkCodec/withFrame(of:_:)``).
    ///   - kind: of the chunk.
    ///   - chunk: its id, made from the plaintext's digest.
    ///   - codec: of this thread.
    ///   - namer: of this thread.
    /// - Throws: ``SealingError/decodeCheckFailed(_:)`` if what was sealed does not come back.
    package mutating func append(
        frame: UnsafeRawBufferPointer,
        kind: FrameKind,
        chunk: ChunkID,
        codec: borrowing ChunkCodec,
        namer: borrowing ChunkNamer
    ) throws(SealingError) {
        precondition(!isFinished, "a pack that is finished takes no more")
        let entry = ChunkEntry(
            chunk: chunk,
            kind: kind,
            origin: origin,
            counter: UInt64(entries.count),
            offset: UInt64(bytes.count),
            sealedBytes: UInt32(frame.count + AEADKey.overhead)
        )
        let context = scope.context(entry)
        do throws(CryptoError) {
            unsafe try seal(frame, context)
        } catch {
            throw .crypto(error)
        }
        do throws(SealingError) {
            try wrappingErrors {
                unsafe try bytes.withUnsafeBytes { bytes in
                    unsafe try codec.check(
                        UnsafeRawBufferPointer(rebasing: bytes[entry.range]),
                        entry,
                        key: key,
                        scope: scope,
                        namer: namer
                    )
                }
            }
        } catch {
            // Never stored, so that its counter may be used again.
            bytes.removeSubrange(Int(entry.offset)...)
            throw .decodeCheckFailed(chunk)
        }
        entries.append(entry)
    }

    /// Ends the pack, which must not be empty: nobody reads one without chunks.
    ///
    /// - Returns: the stored bytes, and what lies in them under the name that they hash to.
    package mutating func finish() throws(CryptoError) -> (bytes: [UInt8], contents: PackContents) {
        precondition(!isEmpty, "a pack without chunks")
        precondition(!isFinished, "a pack is finished once")
        isFinished = true
        let own = PackContents(
            name: ObjectName(Digest.zero),
            size: UInt64(bytes.count),
            entries: entries
        )
        let start = bytes.count
        let table = ChunkTable(keys: [origin.run: keyObject], packs: [own])
        try seal(table.encoded, scope.context(.packTable, origin: origin))
        let tableBytes = bytes.count - start
        let unpadded = bytes.count + AEADKey.overhead + PackBuilder.trailerByteCount
        let filler = [UInt8](repeating: 0, count: Padme.paddedSize(unpadded) - unpadded)
        try seal(filler, scope.context(.filler, origin: origin))
        var trailer: [UInt8] = []
        trailer.append(fixed: UInt64(tableBytes))
        trailer.append(fixed: UInt64(filler.count + AEADKey.overhead))
        try seal(trailer, scope.context(.trailer, origin: origin))
        let name = ObjectName(SHA256.hash(bytes))
        let contents = PackContents(name: name, size: UInt64(bytes.count), entries: entries)
        return (bytes, contents)
    }

    private mutating func seal(
        _ plaintext: [UInt8],
        _ context: FrameContext
    ) throws(CryptoError) {
        var failure: CryptoError?
        unsafe plaintext.withUnsafeBytes { plaintext in
            do throws(CryptoError) {
                unsafe try seal(plaintext, context)
            } catch {
                failure = error
            }
        }
        if let failure {
            throw failure
        }
    }

    private mutating func seal(
        _ plaintext: UnsafeRawBufferPointer,
        _ context: FrameContext
    ) throws(CryptoError) {
        unsafe try key.seal(
            plaintext,
            nonce: context.nonce,
            associated: context.associatedData,
            into: &bytes
        )
    }
}
