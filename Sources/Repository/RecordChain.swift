package import Format
package import Model
import ObjectStore
package import Primitives

/// Signed records of one kind and one signer: numbered from 1, each naming the one before it.
package struct RecordChain: Sendable {
    /// A record as it lies in the store.
    package struct Stored: Hashable, Sendable {
        /// Its number in the chain, from 1.
        package let sequence: UInt64
        /// SHA-256 of its stored bytes; the next record names it.
        package let name: ObjectName
        /// Where it lies in the store.
        package let key: String
        /// The signed document; its signature has not been judged.
        package let envelope: Envelope

        /// Whether its statement is of that type and about a snapshot of that set; nil for any.
        fileprivate func says(_ type: String?, about set: SetID?) -> Bool {
            guard type != nil || set != nil else {
                return true
            }
            guard let statement = try? Statement(decoding: envelope.payload) else {
                return false
            }
            return (type == nil || statement.predicateType == type)
                && (set == nil || statement.subjects.contains { $0.snapshot?.set == set })
        }

        /// Whether the owner of `key` signed it.
        func isSigned(by key: VerifyingKey) -> Bool {
            let signature = envelope.signatures.first { $0.signer == key.signer }
            return signature.map { key.isValid(signature: $0.bytes, over: envelope.signedBytes) }
                ?? false
        }
    }

    /// The payload type of records, which are in-toto statements.
    /// - SeeAlso: in-toto Attestation Framework v1, "envelope".
    package static let payloadType = "application/vnd.in-toto+json"

    private let repository: Repository
    private let kind: RecordKind
    private let signer: SignerID

    /// Looks at the records of one kind and signer.
    package init(_ kind: RecordKind, of signer: SignerID, in repository: Repository) {
        self.kind = kind
        self.signer = signer
        self.repository = repository
    }

    /// The name and place of the store that they lie in.
    package var place: String { repository.store.place }

    /// The newest record that the signer signed; nil before the first.
    ///
    /// Anyone can put a file under another's id: only the signature tells whose it is.
    ///
    /// - Parameters:
    ///   - key: the signer's.
    ///   - type: which predicate it must have; nil for any.
    ///   - set: of which set a snapshot must be among its subjects; nil for any.
    /// - Returns: the record with the highest number of his.
    /// - Throws: ``RepositoryError`` if the store cannot be read.
    package func newest(
        signedBy key: VerifyingKey,
        saying type: String? = nil,
        about set: SetID? = nil
    ) throws(RepositoryError) -> Stored? {
        for place in try places().reversed() {
            if let record = try record(at: place.key), record.isSigned(by: key),
                record.says(type, about: set)
            {
                return record
            }
        }
        return nil
    }

    /// Whether what lies there is a record that the signer signed.
    ///
    /// - Parameters:
    ///   - place: of a record of this kind and signer.
    ///   - key: the signer's.
    /// - Returns: false too if nothing is there, or nothing that can be read.
    /// - Throws: ``RepositoryError`` if the store cannot be read.
    package func has(
        _ place: String,
        signedBy key: VerifyingKey
    ) throws(RepositoryError) -> Bool {
        try record(at: place)?.isSigned(by: key) ?? false
    }

    /// What a new record follows: the newest that the signer signed, and after it those at the very
    /// next numbers that are damaged. They were his, or nothing can be said of them; their numbers
    /// are not used twice, and each still has its name.
    private func end(signedBy key: VerifyingKey) throws(RepositoryError) -> Head? {
        var damaged: [Head] = []
        var end: Head?
        for place in try places().reversed() {
            guard let record = try record(at: place.key) else {
                damaged.append(place.head)
                continue
            }
            if record.isSigned(by: key) {
                end = place.head
                break
            }
        }
        for place in damaged.reversed() where place.sequence == (end?.sequence ?? 0) + 1 {
            end = place
        }
        return end
    }

    /// The places of the records, rising by number.
    private func places() throws(RepositoryError) -> [(key: String, head: Head)] {
        let prefix = "records/\(kind.rawValue)/\(signer.digest.hex)/"
        let objects = try storing { () throws(StoreError) in
            try repository.store.list(prefix: prefix)
        }
        var places: [(key: String, head: Head)] = []
        for object in objects.sorted(by: { $0.key < $1.key }) {
            if case .record(_, _, let sequence, let name) = StoredKind(key: object.key) {
                places.append((object.key, Head(sequence: sequence, name: name)))
            }
        }
        return places.sorted { $0.head.sequence < $1.head.sequence }
    }

    private func record(at key: String) throws(RepositoryError) -> Stored? {
        guard case .record(_, _, let sequence, let name) = StoredKind(key: key) else {
            return nil
        }
        let bytes = try storing { () throws(StoreError) in
            try repository.store.get(key, bytesMax: Limits.documentBytesMax)
        }
        guard ObjectName(SHA256.hash(bytes)) == name, let envelope = try? Envelope(decoding: bytes)
        else {
            return nil
        }
        return Stored(sequence: sequence, name: name, key: key, envelope: envelope)
    }

    /// Signs a record and stores it after the signer's newest. Two at once would fork the chain:
    /// the caller keeps them apart.
    ///
    /// - Parameters:
    ///   - key: the signer's.
    ///   - payload: makes the document from its number and the name of the one before it.
    /// - Returns: where it lies.
    /// - Throws: ``RepositoryError`` if the newest cannot be read or the new one not stored;
    ///   ``CryptoError`` if it cannot be signed.
    package func append(
        signedBy key: borrowing SigningKey,
        _ payload: (UInt64, ObjectName?) throws -> JSONValue
    ) throws -> Stored {
        let end = try end(signedBy: key.verifyingKey)
        let sequence = (end?.sequence ?? 0) + 1
        let bytes = try SignedDocument.sign(
            try payload(sequence, end?.name).canonical,
            type: Self.payloadType,
            with: key
        )
        let name = ObjectName(SHA256.hash(bytes))
        let place = StoreKey.record(
            kind: kind,
            signer: signer,
            sequence: sequence,
            name: name
        )
        try storing { () throws(StoreError) in try repository.store.put(bytes, at: place) }
        return Stored(
            sequence: sequence,
            name: name,
            key: place,
            envelope: try Envelope(decoding: bytes)
        )
    }
}
