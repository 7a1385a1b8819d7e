package import Model

/// Why a cryptographic operation did not give a result.
package enum CryptoError: ToldError, Equatable {
    /// The tag does not match: a byte of the ciphertext, the associated data, the nonce or the key
    /// is not what it was. Nothing of the plaintext is released.
    case authenticationFailed
    /// The other side's X25519 public key is of low order: the shared secret would be all zero.
    /// RFC 7748 §6.1 lets an implementation check; we always do.
    case lowOrderPoint
    /// The bytes are not a key of this kind.
    case invalidKey(kind: String)
    /// A nonce of another length than the cipher's.
    case invalidNonce(bytes: Int)
    /// Memory for a secret could not be had or locked (mlock).
    case memoryNotLocked(bytes: Int, errno: Int32)
    /// OpenSSL refused an operation that must work.
    case library(operation: String)

    package var description: String {
        switch self {
        case .authenticationFailed: "the sealed bytes do not authenticate"
        case .lowOrderPoint: "a public key is of low order"
        case .invalidKey(let kind): "these bytes are not a \(kind) key"
        case .invalidNonce(let bytes): "a nonce has 12 bytes, not \(bytes)"
        case .memoryNotLocked(let bytes, let errno):
            "\(bytes) bytes for a secret could not be locked in memory (errno \(errno))"
        case .library(let operation): "OpenSSL could not do \(operation)"
        }
    }

    package var hint: String {
        switch self {
        case .authenticationFailed, .lowOrderPoint, .invalidKey, .invalidNonce:
            "the object is damaged or the key is another one; run `toride verify`"
        case .memoryNotLocked: "raise the limit on locked memory (ulimit -l, LimitMEMLOCK=)"
        case .library: "check the installation of OpenSSL 3 (libcrypto.so.3)"
        }
    }

    package var exitCode: ExitCode {
        switch self {
        case .authenticationFailed: .failed
        case .lowOrderPoint, .invalidKey, .invalidNonce: .couldNotLook
        case .memoryNotLocked, .library: .internalFault
        }
    }
}
