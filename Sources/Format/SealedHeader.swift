package import Model

/// The clear head of a sealed object: magic (7) ‖ version (1) ‖ salt (32).
package struct SealedHeader: Hashable, Sendable {
    /// What the object is.
    package enum Kind: UInt8, Sendable {
        case pack = 0x50  // P
        case index = 0x49  // I
    }

    /// Bytes of a header.
    package static let byteCount = 40

    /// What the object is.
    package let kind: Kind
    /// 32 random bytes from which, with a key, the object's own key is derived.
    package let salt: Digest

    /// Puts a header together.
    package init(kind: Kind, salt: Digest) {
        self.kind = kind
        self.salt = salt
    }

    /// The stored bytes.
    package var encoded: [UInt8] {
        Array("TORIDE".utf8) + [kind.rawValue, 1] + salt.bytes
    }

    /// Reads the head of stored bytes.
    package init(decoding bytes: ArraySlice<UInt8>, as kind: Kind) throws(FormatError) {
        var reader = ByteReader(bytes, of: "a sealed object")
        guard try reader.array(8) == Array("TORIDE".utf8) + [kind.rawValue, 1],
            let salt = Digest(try reader.slice(32))
        else {
            throw .unknownVersion("a sealed object")
        }
        self.kind = kind
        self.salt = salt
    }
}
