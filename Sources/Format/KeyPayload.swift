package import Model

/// The public part of what a key object seals: 96 bytes, followed by the 32-byte key itself.
///
/// magic (8) ‖ repository (16) ‖ set (16) ‖ kind (1) ‖ zeros (7) ‖ epoch (8) ‖ zeros (8) ‖
/// key id (32). One constant size, so that key objects tell nothing by theirs.
package struct KeyPayload: Hashable, Sendable {
    /// Which key it is.
    package enum Kind: UInt8, Sendable {
        /// Opens what one run stored.
        case run = 1
        /// Names chunks and opens indexes of one epoch of a set.
        case setSecret = 2
    }

    /// Bytes before the key.
    package static let headByteCount = 96
    /// Bytes of the key: an AES-256 key or an HKDF key.
    package static let keyByteCount = 32

    /// The repository that the key is of; a key object of another is refused.
    package let repository: RepositoryID
    /// The set that the key is of.
    package let set: SetID
    /// Which of the two secrets it is.
    package let kind: Kind
    /// The set's epoch, from 1.
    package let epoch: UInt64
    /// The id that the key itself must give.
    package let id: KeyID

    /// States what goes before the key.
    package init(
        repository: RepositoryID,
        set: SetID,
        kind: Kind,
        epoch: UInt64,
        id: KeyID
    ) {
        self.repository = repository
        self.set = set
        self.kind = kind
        self.epoch = epoch
        self.id = id
    }

    private static let magic = Array("TORIDEK".utf8) + [1]

    /// The 96 bytes.
    package var encoded: [UInt8] {
        var bytes = KeyPayload.magic + repository.id.bytes + set.id.bytes
        bytes.append(kind.rawValue)
        bytes += [UInt8](repeating: 0, count: 7)
        bytes.append(fixed: epoch)
        bytes += [UInt8](repeating: 0, count: 8)
        id.digest.append(to: &bytes)
        return bytes
    }

    /// Reads the 96 bytes.
    package init(decoding bytes: [UInt8]) throws(FormatError) {
        var reader = ByteReader(bytes, of: "a key object")
        guard try reader.array(8) == KeyPayload.magic else {
            throw .unknownVersion("a key object")
        }
        guard let repository = RandomID(try reader.slice(16)),
            let set = RandomID(try reader.slice(16)),
            let kind = Kind(rawValue: try reader.byte()),
            try reader.slice(7).allSatisfy({ $0 == 0 })
        else {
            throw .invalid("a key object has a wrong shape")
        }
        self.repository = RepositoryID(repository)
        self.set = SetID(set)
        self.kind = kind
        epoch = try reader.fixed()
        guard (1...UInt64(Limits.sequenceMax)).contains(epoch) else {
            throw .overLimit("a key object: its epoch")
        }
        guard try reader.slice(8).allSatisfy({ $0 == 0 }), let id = Digest(try reader.slice(32))
        else {
            throw .invalid("a key object has a wrong shape")
        }
        self.id = KeyID(id)
        try reader.finish()
    }
}
