import Model
package import Primitives

/// Tokens of one drill and what they stand for.
package final class TokenMap {
    private let key: HMACKey
    /// What each token stands for.
    package private(set) var meanings: [String: [UInt8]] = [:]

    /// Makes a map under a fresh key, which is forgotten with it.
    package init() throws(CryptoError) {
        key = try HMACKey(try SecretBytes.random(count: 32))
    }

    /// The token for some bytes: 16 hexadecimal digits, meaningless without the map.
    package func token(for bytes: [UInt8]) -> String {
        let token = String(key.authenticate(bytes).hex.prefix(16))
        meanings[token] = bytes
        return token
    }
}
