import COpenSSL
package import Model

/// Public random bytes, for salts and ids; ``SecretBytes/random(count:)`` draws secrets.
package enum Randomness {
    /// Draws `count` bytes from OpenSSL's public generator.
    package static func bytes(count: Int) throws(CryptoError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        guard unsafe RAND_bytes(&bytes, Int32(count)) == 1 else {
            throw .library(operation: "RAND_bytes")
        }
        return bytes
    }

    /// Draws a 128-bit id.
    package static func id() throws(CryptoError) -> RandomID {
        guard let id = RandomID(try bytes(count: RandomID.byteCount)) else {
            preconditionFailure("16 bytes make an id")
        }
        return id
    }
}
