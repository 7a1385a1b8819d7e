import CZstd
package import Model

/// Zstandard (RFC 8878), one frame at a time, with contexts that are kept between calls.
///
/// Not for use by two threads at once: each thread makes its own.
@safe package struct Zstandard: ~Copyable {
    private let compressor: OpaquePointer
    private let decompressor: OpaquePointer

    /// Makes the contexts; about 1 MiB of memory at level 3.
    package init() {
        guard let compressor = unsafe ZSTD_createCCtx(),
            let decompressor = unsafe ZSTD_createDCtx()
        else {
            preconditionFailure("out of memory for zstd")
        }
        unsafe (self.compressor, self.decompressor) = unsafe (compressor, decompressor)
    }

    /// Compresses `input` to the start of `output`, which has room for as many bytes.
    ///
    /// - Returns: the frame's length; nil if it would not be smaller than `input`.
    package func compress(
        _ input: UnsafeRawBufferPointer,
        level: Int,
        to output: UnsafeMutableRawBufferPointer
    ) -> Int? {
        // Room for less than the input: zstd stops with an error where the data does not compress.
        let room = input.count - min(input.count, input.count / 64 + 8)
        precondition(output.count >= room, "a frame needs \(room) bytes")
        let written = unsafe ZSTD_compressCCtx(
            compressor,
            output.baseAddress,
            room,
            input.baseAddress,
            input.count,
            Int32(level)
        )
        return ZSTD_isError(written) == 0 && room > 0 ? written : nil
    }

    /// Decompresses exactly one frame that fills `output` exactly.
    ///
    /// - Throws: ``CompressionError`` if it does not, or if anything else stands beside the frame;
    ///   `output` is of no use then.
    package func decompress(
        _ frame: UnsafeRawBufferPointer,
        to output: UnsafeMutableRawBufferPointer
    ) throws(CompressionError) {
        guard unsafe isOneFrame(frame) else {
            throw .notAFrame(expectedBytes: output.count)
        }
        let written = unsafe ZSTD_decompressDCtx(
            decompressor,
            output.baseAddress,
            output.count,
            frame.baseAddress,
            frame.count
        )
        guard ZSTD_isError(written) == 0, written == output.count else {
            throw .notAFrame(expectedBytes: output.count)
        }
    }

    /// Whether `bytes` are one frame from first to last. The library would take several, one after
    /// the other, and skip those that hold no data (RFC 8878 §3.1.2): room for anything to hide in.
    private func isOneFrame(_ bytes: UnsafeRawBufferPointer) -> Bool {
        unsafe bytes.starts(with: Zstandard.magic)
            && ZSTD_findFrameCompressedSize(bytes.baseAddress, bytes.count) == bytes.count
    }

    /// 0xFD2FB528, little-endian: RFC 8878 §3.1.1.
    private static let magic: [UInt8] = [0x28, 0xb5, 0x2f, 0xfd]

    deinit {
        unsafe ZSTD_freeCCtx(compressor)
        unsafe ZSTD_freeDCtx(decompressor)
    }
}

/// Why compressed bytes could not be read.
package enum CompressionError: ToldError, Equatable {
    /// Not one zstd frame of so many bytes and nothing else.
    case notAFrame(expectedBytes: Int)

    package var description: String {
        switch self {
        case .notAFrame(let expected): "not one zstd frame of \(expected) bytes"
        }
    }

    package var hint: String { "the object is damaged; run `toride verify`" }
    package var exitCode: ExitCode { .failed }
}
