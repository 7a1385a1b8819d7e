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
        let prefix = "records/\(kind.rawValue)/\(signer.digest.hex)/"
        let objects = try storing { () throws(StoreError) in
            try repository.store.list(prefix: prefix)
        }
        var records: [Stored] = []
        for object in objects.sorted(by: { $0.key < $1.key }) {
            guard case .record(_, _, let sequence, let name) = StoredKind(key: object.key) else {
                continue
            }
            let bytes = try storing { () throws(StoreError) in
                try repository.store.get(object.key, bytesMax: Limits.documentBytesMax)
            }
            guard ObjectName(SHA256.hash(bytes)) == name,
                let envelope = try? Envelope(decoding: bytes)
            else {
                continue
            }
            records.append(
                Stored(sequence: sequence, name: name, key: object.key, envelope: envelope)
            )
        }
        return records
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
        _ payload: (UInt64, ObjectName?) -> JSONValue
    ) throws -> Stored {
        let newest = try records().last
        let sequence = (newest?.sequence ?? 0) + 1
        let bytes = try SignedDocument.sign(
            payload(sequence, newest?.name).canonical,
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
