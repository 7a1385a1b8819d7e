/// The name of a stored object: the SHA-256 of its stored bytes.
package struct ObjectName: Hashable, Comparable, Sendable {
    /// SHA-256 of the object's bytes as they lie in the store.
    package let digest: Digest

    /// Names an object by the digest of its stored bytes.
    package init(_ digest: Digest) {
        self.digest = digest
    }

    /// 64 lower-case hexadecimal digits, as in the file name.
    package var hex: String { digest.hex }

    package static func < (one: ObjectName, other: ObjectName) -> Bool {
        one.digest < other.digest
    }
}

/// The name of a chunk of content: HMAC-SHA256 over the digest of its plaintext, keyed per set.
package struct ChunkID: Hashable, Comparable, Sendable {
    /// The HMAC.
    package let digest: Digest

    /// Names a chunk.
    package init(_ digest: Digest) {
        self.digest = digest
    }

    package static func < (one: ChunkID, other: ChunkID) -> Bool {
        one.digest < other.digest
    }
}

/// The public name of a secret key, derived from the key itself: proves, after unwrapping, that the
/// right key came out. A run is named by the id of its run key.
package struct KeyID: Hashable, Comparable, Sendable {
    /// HKDF-SHA256(key, info = "toride/v1/key-id").
    package let digest: Digest

    /// Names a key.
    package init(_ digest: Digest) {
        self.digest = digest
    }

    package static func < (one: KeyID, other: KeyID) -> Bool {
        one.digest < other.digest
    }
}

/// The public name of whoever signs: SHA-256 of the raw Ed25519 public key.
package struct SignerID: Hashable, Comparable, Sendable {
    /// SHA-256 of the 32-byte public key.
    package let digest: Digest

    /// Names a signer.
    package init(_ digest: Digest) {
        self.digest = digest
    }

    package static func < (one: SignerID, other: SignerID) -> Bool {
        one.digest < other.digest
    }
}

/// A random 128-bit id: of a repository, of a backup set.
package struct RandomID: Hashable, Comparable, Sendable {
    /// The number of bytes in an id.
    package static let byteCount = 16

    /// Exactly 16 bytes.
    package let bytes: [UInt8]

    /// Takes exactly 16 bytes, or is nil.
    package init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == RandomID.byteCount else {
            return nil
        }
        self.bytes = Array(bytes)
    }

    /// Reads 32 lower-case hexadecimal digits; anything else is nil.
    package init?(hex: some StringProtocol) {
        guard let bytes = Hex.decode(hex) else {
            return nil
        }
        self.init(bytes)
    }

    /// 32 lower-case hexadecimal digits.
    package var hex: String { Hex.encode(bytes) }

    package static func < (one: RandomID, other: RandomID) -> Bool {
        one.bytes.lexicographicallyPrecedes(other.bytes)
    }
}

/// Which repository: written once into `toride.json`.
package struct RepositoryID: Hashable, Sendable {
    /// The random id.
    package let id: RandomID

    /// Wraps a random id.
    package init(_ id: RandomID) {
        self.id = id
    }

    /// 32 lower-case hexadecimal digits.
    package var hex: String { id.hex }
}

/// Which backup set. Public; says nothing about the set's name.
package struct SetID: Hashable, Comparable, Sendable {
    /// The random id.
    package let id: RandomID

    /// Wraps a random id.
    package init(_ id: RandomID) {
        self.id = id
    }

    /// 32 lower-case hexadecimal digits.
    package var hex: String { id.hex }

    package static func < (one: SetID, other: SetID) -> Bool {
        one.id < other.id
    }
}
