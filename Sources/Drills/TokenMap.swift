package import Model
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

    /// Names what a finding is about, as records and programs may: paths, tables and other names
    /// of the hospital's by tokens.
    package func name(of subject: Subject) -> String {
        switch subject {
        case .repository: "repository"
        case .object(let key): key
        case .snapshot(let ref): "\(ref.set.hex)@\(ref.sequence)"
        case .set(let set): set.hex
        case .path(let path): "path:\(token(for: path))"
        case .table(let table): "table:\(token(for: Array(table.utf8)))"
        case .named(let name): "named:\(token(for: Array(name.utf8)))"
        }
    }

    /// Names what an error said, likewise.
    package func name(ofText text: String) -> String { "text:\(token(for: Array(text.utf8)))" }
}
