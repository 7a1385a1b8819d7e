import Compression
package import Format
package import Model
package import Primitives

/// Packs a chunk's plaintext for sealing, and takes it apart after opening.
///
/// method (1: 0 as it is, 1 zstd) ‖ plaintext length (4) ‖ bytes. Not for use by two threads at
/// once.
package struct ChunkCodec: ~Copyable {
    private static let headByteCount = 5
    /// Of those that are made here.
    private static let frameByteCountMax = headByteCount + Limits.chunkBytesMax
    private static let sampleBytes = 32 << 10
    private let zstandard = Zstandard()
    private let compression: CompressionPolicy
    /// Where frames are made, opened and unpacked: what is needed for every chunk is not asked of
    /// the system for every chunk.
    private let made = ScratchBuffer(byteCount: ChunkCodec.frameByteCountMax)
    private let opened = ScratchBuffer(byteCount: ChunkCodec.frameByteCountMax)
    private let unpacked = ScratchBuffer(byteCount: Limits.chunkBytesMax)

    /// Makes a codec that compresses as it is told; what it decodes may be compressed anyhow.
    package init(_ compression: CompressionPolicy = .automatic) {
        self.compression = compression
    }

    /// The frame for `plaintext`, compressed where that makes it smaller.
    package func encode(_ plaintext: [UInt8]) -> [UInt8] {
        unsafe withFrame(of: plaintext) { unsafe [UInt8]($0) }
    }

    /// Lends the frame for `plaintext`, compressed where that makes it smaller.
    ///
    /// - Parameters:
    ///   - plaintext: at most ``Limits/chunkBytesMax`` bytes.
    ///   - body: gets the frame, which is gone when it returns; must not ask for another.
    /// - Returns: what `body` returns.
    /// - Throws: what `body` throws.
    package func withFrame<R>(
        of plaintext: [UInt8],
        _ body: (UnsafeRawBufferPointer) throws -> R
    ) rethrows -> R {
        precondition(plaintext.count <= Limits.chunkBytesMax, "\(plaintext.count) bytes")
        let count = unsafe plaintext.withUnsafeBytes { plaintext in
            let level = unsafe level(for: plaintext)
            let room = unsafe made.bytes[ChunkCodec.headByteCount...]
            let target = unsafe UnsafeMutableRawBufferPointer(rebasing: room)
            let smaller =
                if let level {
                    unsafe zstandard.compress(plaintext, level: level, to: target)
                } else {
                    Int?.none
                }
            if smaller == nil {
                unsafe target.copyMemory(from: plaintext)
            }
            unsafe made.bytes[0] = smaller == nil ? 0 : 1
            unsafe made.bytes.storeBytes(
                of: UInt32(plaintext.count).littleEndian,
                toByteOffset: 1,
                as: UInt32.self
            )
            return ChunkCodec.headByteCount + (smaller ?? plaintext.count)
        }
        return unsafe try body(UnsafeRawBufferPointer(rebasing: made.bytes[..<count]))
    }

    /// The level for a chunk; nil to leave it as it is.
    private func level(for plaintext: UnsafeRawBufferPointer) -> Int? {
        switch compression {
        case .automatic: unsafe levelThatPays(for: plaintext)
        case .none: nil
        case .level(let level): level
        }
    }

    /// The level that pays. A sample from the middle tells what a chunk is like. On noisy pixels
    /// (more than 0.7 of the size is left) level 3 takes three times as long as level 1 and saves
    /// 1 %; on smooth images and compact text it takes half as long again and saves 5 %; of what
    /// level 1 leaves a quarter of, or less, nothing much is left to save (docs/BENCHMARKS.md).
    private func levelThatPays(for plaintext: UnsafeRawBufferPointer) -> Int {
        let count = min(plaintext.count, ChunkCodec.sampleBytes)
        let start = (plaintext.count - count) / 2
        let smaller = unsafe zstandard.compress(
            UnsafeRawBufferPointer(rebasing: plaintext[start..<start + count]),
            level: 1,
            to: made.bytes
        )
        guard let smaller else {
            return 1
        }
        return smaller * 4 >= count && smaller * 10 < count * 7 ? 3 : 1
    }

    /// The plaintext of `frame`.
    package func decode(_ frame: [UInt8]) throws(SealingError) -> [UInt8] {
        try wrappingErrors {
            unsafe try frame.withUnsafeBytes { unsafe [UInt8](try plaintext(of: $0)) }
        }
    }

    /// Opens one sealed chunk and checks that it is the one that its entry names.
    ///
    /// - Parameters:
    ///   - sealed: the entry's bytes of its pack.
    ///   - entry: what the index says of it.
    ///   - key: of its origin.
    ///   - scope: which repository and set it belongs to.
    ///   - namer: of the set and epoch.
    /// - Returns: the plaintext, decompressed, and the digests of what is in it.
    /// - Throws: ``SealingError/crypto(_:)`` if a byte or the key is wrong;
    ///   ``SealingError/wrongContent(_:)`` if the content is another one. Never partial plaintext.
    package func open(
        _ sealed: UnsafeRawBufferPointer,
        _ entry: ChunkEntry,
        key: borrowing AEADKey,
        scope: SealingScope,
        namer: borrowing ChunkNamer
    ) throws(SealingError) -> OpenedChunk {
        let plaintext = unsafe [UInt8](try openAndUnpack(sealed, entry, key, scope))
        let digests = try wrappingErrors { try ChunkDigest.parts(entry.kind, plaintext) }
        guard namer.id(entry.kind, digest: digests.whole) == entry.chunk else {
            throw .wrongContent(entry.chunk)
        }
        return OpenedChunk(plaintext: plaintext, parts: digests.parts)
    }

    /// Checks as ``open(_:_:key:scope:namer:)`` does, and keeps nothing of what was opened.
    ///
    /// - Throws: as that does.
    package func check(
        _ sealed: UnsafeRawBufferPointer,
        _ entry: ChunkEntry,
        key: borrowing AEADKey,
        scope: SealingScope,
        namer: borrowing ChunkNamer
    ) throws(SealingError) {
        let plaintext = unsafe try openAndUnpack(sealed, entry, key, scope)
        let digest =
            if entry.kind == .bundle {
                // Its files are hashed one by one.
                try wrappingErrors { unsafe try ChunkDigest.of(.bundle, [UInt8](plaintext)) }
            } else {
                unsafe SHA256.hash(plaintext)
            }
        guard namer.id(entry.kind, digest: digest) == entry.chunk else {
            throw .wrongContent(entry.chunk)
        }
    }

    /// Opens a sealed chunk and unpacks it, into memory that the next call uses again.
    private func openAndUnpack(
        _ sealed: UnsafeRawBufferPointer,
        _ entry: ChunkEntry,
        _ key: borrowing AEADKey,
        _ scope: SealingScope
    ) throws(SealingError) -> UnsafeRawBufferPointer {
        let context = scope.context(entry)
        let count = max(0, sealed.count - AEADKey.overhead)
        // One that is larger than ours compressed badly, and is unpacked before its memory goes.
        let room =
            count <= ChunkCodec.frameByteCountMax ? opened : ScratchBuffer(byteCount: count)
        let frame = unsafe UnsafeMutableRawBufferPointer(rebasing: room.bytes[..<count])
        do throws(CryptoError) {
            unsafe try key.open(
                sealed,
                nonce: context.nonce,
                associated: context.associatedData,
                into: frame
            )
        } catch {
            throw .crypto(error)
        }
        return unsafe try withExtendedLifetime(room) { () throws(SealingError) in
            unsafe try plaintext(of: UnsafeRawBufferPointer(frame))
        }
    }

    /// Unpacks a frame: where it lies, if it is not compressed and so no larger than a chunk, else
    /// into memory that the next call uses again.
    private func plaintext(
        of frame: UnsafeRawBufferPointer
    ) throws(SealingError) -> UnsafeRawBufferPointer {
        guard frame.count >= ChunkCodec.headByteCount else {
            throw .format(.truncated("a chunk"))
        }
        let (method, length) = unsafe (
            frame[0], frame.loadUnaligned(fromByteOffset: 1, as: UInt32.self)
        )
        let size = Int(UInt32(littleEndian: length))
        guard size <= Limits.chunkBytesMax else {
            throw .format(.overLimit("a chunk"))
        }
        let packed = unsafe UnsafeRawBufferPointer(rebasing: frame[ChunkCodec.headByteCount...])
        switch method {
        case 0:
            guard packed.count == size else {
                throw .format(
                    packed.count < size ? .truncated("a chunk") : .trailingBytes("a chunk")
                )
            }
            return unsafe packed
        case 1:
            let target = unsafe UnsafeMutableRawBufferPointer(rebasing: unpacked.bytes[..<size])
            do throws(CompressionError) {
                unsafe try zstandard.decompress(packed, to: target)
            } catch {
                throw .compression(error)
            }
            return UnsafeRawBufferPointer(target)
        default: throw .format(.invalid("a chunk: compression \(method) is unknown"))
        }
    }
}

/// Memory that is used again and again, by one owner.
@safe private final class ScratchBuffer {
    let bytes: UnsafeMutableRawBufferPointer

    init(byteCount: Int) {
        unsafe bytes = .allocate(byteCount: byteCount, alignment: 64)
    }

    deinit {
        unsafe bytes.deallocate()
    }
}
