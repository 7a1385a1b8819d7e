import Model
import Primitives

/// A secret with known bytes, for tests only.
func secret(_ bytes: some Collection<UInt8>) throws -> SecretBytes {
    unsafe try SecretBytes(count: bytes.count) { unsafe $0.copyBytes(from: bytes) }
}

/// A secret given in hexadecimal, for tests only.
func secret(hex: String) throws -> SecretBytes {
    try secret(try bytes(hex))
}

/// Bytes given in hexadecimal; spaces part them for the eye.
func bytes(_ hex: String) throws -> [UInt8] {
    struct NotHex: Error {}
    guard let bytes = Hex.decode(hex.filter { $0 != " " }) else {
        throw NotHex()
    }
    return bytes
}

/// What no program but a test may do: the bytes of a secret.
func revealed(_ secret: borrowing SecretBytes) -> [UInt8] {
    secret.publicBytes(0..<secret.count)
}
