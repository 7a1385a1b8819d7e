package import Format
package import Model
package import ObjectStore
import Primitives

/// The records of a store, by who made them, with what their signatures are worth.
///
/// A record's word counts as far as its signer is believed. A retired one is believed in the record
/// that is his head here and in those before it, each named by the one after it.
package struct RecordChains: Sendable {
    /// One signer's records of one kind.
    package struct Chain: Sendable {
        /// What they tell of.
        package let kind: RecordKind
        /// Under whose id they lie.
        package let signer: SignerID
        /// Those that could be read, rising by number.
        package fileprivate(set) var records: [Record] = []
        /// The places of those that could not.
        package fileprivate(set) var unread: [Head] = []
    }

    /// One record.
    package struct Record: Sendable {
        /// As it lies in the store.
        package let stored: RecordChain.Stored
        /// What it says; nil if that makes no sense, or if it is of a later version.
        package let statement: Statement?
        /// What its signature is worth.
        package fileprivate(set) var standing: TrustedSigners.Standing = .unknown

        /// Whether its signer is believed in it.
        package var isTrusted: Bool {
            if case .trusted = standing { true } else { false }
        }
    }

    /// Rising by kind and signer.
    package private(set) var chains: [Chain] = []
    /// What is wrong with single records, beyond that their bytes do not hash to their names.
    package private(set) var findings: [Finding] = []

    /// Reads all records of `store`, or those of one kind.
    ///
    /// - Throws: ``RepositoryError/store(_:)`` if the store does not tell what it has.
    package init(
        of store: any ObjectStore,
        kind: RecordKind? = nil,
        trusting signers: TrustedSigners
    ) throws(RepositoryError) {
        let prefix = kind.map { "records/\($0.rawValue)/" } ?? "records/"
        let objects = try storing { () throws(StoreError) in try store.list(prefix: prefix) }
        for object in objects.sorted(by: { $0.key < $1.key }) {
            let place = StoredKind(key: object.key)
            guard case .record(let kind, let signer, let sequence, let name) = place else {
                continue  // Verification reports foreign objects.
            }
            if chains.last?.kind != kind || chains.last?.signer != signer {
                chains.append(Chain(kind: kind, signer: signer))
            }
            let last = chains.index(before: chains.endIndex)
            if let record = read(object.key, sequence, name, of: signer, store) {
                chains[last].records.append(record)
            } else {
                chains[last].unread.append(Head(sequence: sequence, name: name))
            }
        }
        for place in chains.indices {
            // By key, ten digits come before eleven.
            chains[place].records.sort { $0.stored.sequence < $1.stored.sequence }
            chains[place].judge(signers)
        }
    }

    private mutating func read(
        _ key: String,
        _ sequence: UInt64,
        _ name: ObjectName,
        of signer: SignerID,
        _ store: any ObjectStore
    ) -> Record? {
        do {
            let bytes = try store.get(key, bytesMax: Limits.documentBytesMax)
            guard ObjectName(SHA256.hash(bytes)) == name else {
                return nil  // Told of the object, as of any other.
            }
            let envelope = try Envelope(decoding: bytes)
            guard envelope.signatures.contains(where: { $0.signer == signer }) else {
                note(.recordDamaged, key, "signature")
                return nil
            }
            let statement =
                envelope.payloadType == RecordChain.payloadType
                ? try? Statement(decoding: envelope.payload) : nil
            return Record(
                stored: RecordChain.Stored(
                    sequence: sequence,
                    name: name,
                    key: key,
                    envelope: envelope
                ),
                statement: statement
            )
        } catch let error as FormatError {
            note(.recordDamaged, key, error.description)
        } catch {
            note(.objectUnreadable, key, "\(error)")
        }
        return nil
    }

    private mutating func note(_ code: FindingCode, _ key: String, _ reason: String) {
        findings.append(Finding(code, .object(key), evidence: ["reason": reason]))
    }
}

extension RecordChains.Chain {
    fileprivate mutating func judge(_ signers: TrustedSigners) {
        let within = signers.retirements(of: signer).map { believed($0.records[kind] ?? []) }
        for place in records.indices {
            let record = records[place]
            records[place].standing = signers.standing(
                of: record.stored.envelope,
                as: .record(
                    kind,
                    about: record.statement?.sets,
                    isWithinHeads: within.allSatisfy { $0.contains(record.stored.name) }
                ),
                by: signer
            )
        }
    }

    /// The records that are one of `heads`, and those before them as far as they name each other.
    private func believed(_ heads: Set<Head>) -> Set<ObjectName> {
        var believed: Set<ObjectName> = []
        var next: ObjectName?
        for record in records.reversed() {
            let place = Head(sequence: record.stored.sequence, name: record.stored.name)
            if heads.contains(place) || record.stored.name == next {
                believed.insert(place.name)
                next = record.statement?.previous
            }
        }
        return believed
    }
}
