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
    private let zstandard = Zstandard()
    private let level: Int

    /// Makes a codec.
    ///
    /// - Parameter level: of zstd, 1 ... 19.
    package init(level: Int = 3) {
        self.level = level
    }

    /// The frame for `plaintext`, compressed where that makes it smaller.
    package func encode(_ plaintext: [UInt8]) -> [UInt8] {
        precondition(plaintext.count <= Limits.chunkBytesMax, "\(plaintext.count) bytes")
        var frame: [UInt8] = []
        frame.reserveCapacity(ChunkCodec.headByteCount + plaintext.count)
        frame.append(1)
        frame.append(fixed: UInt32(plaintext.count))
        let smaller = unsafe plaintext.withUnsafeBytes {
            unsafe zstandard.compress($0, level: level, into: &frame)
        }
        if !smaller {
            frame[0] = 0
            frame += plaintext
        }
        return frame
    }

    /// The plaintext of `frame`.
    package func decode(_ frame: [UInt8]) throws(SealingError) -> [UInt8] {
        try wrappingErrors {
            var reader = ByteReader(frame, of: "a chunk")
            let method = try reader.byte()
            let size: UInt32 = try reader.fixed()
            guard size <= UInt32(Limits.chunkBytesMax) else {
                throw FormatError.overLimit("a chunk")
            }
            switch method {
            case 0:
                let plaintext = try reader.array(Int(size))
                try reader.finish()
                return plaintext
            case 1:
                return unsafe try frame.withUnsafeBytes { bytes in
                    unsafe try zstandard.decompress(
                        UnsafeRawBufferPointer(rebasing: bytes[ChunkCodec.headByteCount...]),
                        size: Int(size)
                    )
                }
            default: throw FormatError.invalid("a chunk: compression \(method) is unknown")
            }
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
    /// - Returns: the plaintext, decompressed.
    /// - Throws: ``SealingError/crypto(_:)`` if a byte or the key is wrong;
    ///   ``SealingError/wrongContent(_:)`` if the content is another one. Never partial plaintext.
    package func open(
        _ sealed: UnsafeRawBufferPointer,
        _ entry: ChunkEntry,
        key: borrowing AEADKey,
        scope: SealingScope,
        namer: borrowing ChunkNamer
    ) throws(SealingError) -> [UInt8] {
        unsafe try openParts(sealed, entry, key: key, scope: scope, namer: namer).plaintext
    }

    /// The same, with the digests that the check has made anyway: of each file of a bundle, of all
    /// else the one of the plaintext.
    package func openParts(
        _ sealed: UnsafeRawBufferPointer,
        _ entry: ChunkEntry,
        key: borrowing AEADKey,
        scope: SealingScope,
        namer: borrowing ChunkNamer
    ) throws(SealingError) -> (plaintext: [UInt8], parts: [Digest]) {
        let context = scope.context(entry)
        let frame: [UInt8]
        do throws(CryptoError) {
            frame = unsafe try key.open(
                sealed,
                nonce: context.nonce,
                associated: context.associatedData
            )
        } catch {
            throw .crypto(error)
        }
        let plaintext = try decode(frame)
        let digest = try wrappingErrors { try ChunkDigest.parts(entry.kind, plaintext) }
        guard namer.id(entry.kind, digest: digest.whole) == entry.chunk else {
            throw .wrongContent(entry.chunk)
        }
        return (plaintext, digest.parts)
    }
}
