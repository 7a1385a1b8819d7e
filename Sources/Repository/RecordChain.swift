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

    /// The records, rising by number. One whose bytes are not what its name says is left out;
    /// verification reports it.
    package func records() throws(RepositoryError) -> [Stored] {
        var records: [Stored] = []
        for key in try keys() {
            if let record = try record(at: key) {
                records.append(record)
            }
        }
        return records
    }

    /// The record with the highest number; nil before the first.
    package func newest() throws(RepositoryError) -> Stored? {
        for key in try keys().reversed() {
            if let record = try record(at: key) {
                return record
            }
        }
        return nil
    }

    /// The places of the records, rising by number: it stands in them with leading zeros.
    private func keys() throws(RepositoryError) -> [String] {
        let prefix = "records/\(kind.rawValue)/\(signer.digest.hex)/"
        let objects = try storing { () throws(StoreError) in
            try repository.store.list(prefix: prefix)
        }
        return objects.map(\.key).sorted()
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

    /// Signs a record and stores it after the newest.
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
        let newest = try newest()
        let sequence = (newest?.sequence ?? 0) + 1
        let bytes = try SignedDocument.sign(
            try payload(sequence, newest?.name).canonical,
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
