package import Compression
package import Format
package import Model
package import Primitives

/// Why sealed bytes were not sealed or not opened.
package enum SealingError: ToldError, Equatable {
    /// A primitive failed, or a frame does not authenticate.
    case crypto(CryptoError)
    /// What came out is not what FORMAT.md says.
    case format(FormatError)
    /// What came out does not decompress.
    case compression(CompressionError)
    /// A chunk opened, but its content is not what its id says.
    case wrongContent(ChunkID)
    /// A key opened, but it is not the one that its id says.
    case wrongKey(expected: KeyID)
    /// Decode-after-encode failed: this machine's memory or processor cannot be trusted.
    case decodeCheckFailed(ChunkID)
    /// The same of an index.
    case indexCheckFailed(ObjectName)

    package var description: String {
        switch self {
        case .crypto(let error): error.description
        case .format(let error): error.description
        case .compression(let error): error.description
        case .wrongContent(let chunk):
            "chunk \(chunk.digest.hex.prefix(16)) opens, but holds other content"
        case .wrongKey(let expected):
            "a key opens, but is not \(expected.digest.hex.prefix(16))"
        case .decodeCheckFailed(let chunk):
            "chunk \(chunk.digest.hex.prefix(16)) did not come back right after sealing"
        case .indexCheckFailed(let name):
            "index \(name.hex.prefix(16)) did not come back right after sealing"
        }
    }

    package var hint: String {
        switch self {
        case .crypto(let error): error.hint
        case .format(let error): error.hint
        case .compression(let error): error.hint
        case .wrongContent, .wrongKey: "the object was not written as it should be; run a drill"
        case .decodeCheckFailed, .indexCheckFailed:
            "nothing was stored of it; test this machine's memory"
        }
    }

    package var exitCode: ExitCode {
        switch self {
        case .crypto(let error): error.exitCode
        case .format(let error): error.exitCode
        case .compression(let error): error.exitCode
        case .wrongContent, .wrongKey: .failed
        case .decodeCheckFailed, .indexCheckFailed: .internalFault
        }
    }
}

/// Runs `body` and wraps what a lower floor throws.
func wrappingErrors<R: ~Copyable>(
    _ body: () throws -> R
) throws(SealingError) -> R {
    do {
        return try body()
    } catch let error as SealingError {
        throw error
    } catch let error as CryptoError {
        throw .crypto(error)
    } catch let error as FormatError {
        throw .format(error)
    } catch let error as CompressionError {
        throw .compression(error)
    } catch {
        preconditionFailure("an error of an unknown kind: \(error)")
    }
}
