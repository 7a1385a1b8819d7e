import Compression
package import Format
package import Model
package import Primitives

/// Packs a chunk's plaintext for sealing, and takes it apart after opening.
///
/// method (1) ‖ plaintext length (4) ‖ bytes: docs/FORMAT.md §8. Not for use by two threads at
/// once.
package struct ChunkCodec: ~Copyable {
    private static let headByteCount = 5
    /// Of those that are made here.
    private static let frameByteCountMax = headByteCount + Limits.chunkBytesMax
    private let zstandard = Zstandard()
    private let compression: CompressionPolicy
    /// Where frames are made, opened and unpacked: what is needed for every chunk is not asked of
    /// the system for every chunk.
    private let made = ScratchBuffer(byteCount: ChunkCodec.frameByteCountMax)
    private let laidOut = ScratchBuffer(byteCount: Limits.chunkBytesMax)
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
            let room = unsafe made.bytes[ChunkCodec.headByteCount...]
            let target = unsafe UnsafeMutableRawBufferPointer(rebasing: room)
            let smaller = unsafe compress(plaintext, to: target)
            if smaller == nil {
                unsafe target.copyMemory(from: plaintext)
            }
            unsafe made.bytes[0] = smaller?.method ?? ChunkCodec.stored
            unsafe made.bytes.storeBytes(
                of: UInt32(plaintext.count).littleEndian,
                toByteOffset: 1,
                as: UInt32.self
            )
            return ChunkCodec.headByteCount + (smaller?.count ?? plaintext.count)
        }
        return unsafe try body(UnsafeRawBufferPointer(rebasing: made.bytes[..<count]))
    }

    /// Compresses as it suits the plaintext.
    ///
    /// - Returns: by which method, and how many bytes it made; nil if it would not be smaller.
    private func compress(
        _ plaintext: UnsafeRawBufferPointer,
        to target: UnsafeMutableRawBufferPointer
    ) -> (method: UInt8, count: Int)? {
        guard
            let choice = unsafe PackingChoice(
                for: plaintext,
                compression,
                zstandard,
                scratch: made.bytes
            )
        else {
            return nil
        }
        var input = unsafe plaintext
        if choice.layout != .asTheyAre {
            let room = unsafe laidOut.bytes[..<plaintext.count]
            let laidOut = unsafe UnsafeMutableRawBufferPointer(rebasing: room)
            unsafe choice.layout.layOut(plaintext, to: laidOut)
            unsafe input = UnsafeRawBufferPointer(laidOut)
        }
        let count = unsafe zstandard.compress(input, level: choice.level, to: target)
        return count.map { (ChunkCodec.method(choice.layout), $0) }
    }

    private static let stored: UInt8 = 0

    /// The method of one zstd frame of bytes that are laid out so.
    private static func method(_ layout: SampleLayout) -> UInt8 {
        1 + layout.rawValue
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
        if method == ChunkCodec.stored {
            guard packed.count == size else {
                throw .format(
                    packed.count < size ? .truncated("a chunk") : .trailingBytes("a chunk")
                )
            }
            return unsafe packed
        }
        guard let layout = SampleLayout(rawValue: method - ChunkCodec.method(.asTheyAre)) else {
            throw .format(.invalid("a chunk: method \(method) is unknown"))
        }
        let target = unsafe UnsafeMutableRawBufferPointer(rebasing: unpacked.bytes[..<size])
        if layout == .asTheyAre {
            unsafe try decompress(packed, to: target)
        } else {
            guard size > 0 || layout != .differencesFromOne else {
                throw .format(.invalid("a chunk: method \(method) of no bytes"))
            }
            let laidOut = unsafe UnsafeMutableRawBufferPointer(rebasing: laidOut.bytes[..<size])
            unsafe try decompress(packed, to: laidOut)
            unsafe layout.undo(.init(laidOut), to: target)
        }
        return UnsafeRawBufferPointer(target)
    }

    private func decompress(
        _ frame: UnsafeRawBufferPointer,
        to target: UnsafeMutableRawBufferPointer
    ) throws(SealingError) {
        do throws(CompressionError) {
            unsafe try zstandard.decompress(frame, to: target)
        } catch {
            throw .compression(error)
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
