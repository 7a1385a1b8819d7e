import Format
import Model
import ObjectStore
import Primitives
import Repository

/// Chains of records that a copy has gone on with by itself.
///
/// What was done to a copy is signed there (that it was verified, attacked, drilled), after what
/// was brought to it by then. From that number on the chain is the copy's: what the source's goes
/// on with would be second records of numbers that are taken, as of a signer who was set back.
struct OwnChains {
    private struct Chain: Hashable {
        let kind: RecordKind
        let signer: SignerID
    }

    /// The lowest number of each that is the copy's own.
    private var first: [Chain: UInt64] = [:]
    /// What lies in the copy alone, whoever made it.
    private(set) var objects: [StoredObject] = []

    /// Compares the records of a copy with those of its source.
    ///
    /// - Parameters:
    ///   - target: the copy.
    ///   - sourceKeys: of the source's records.
    ///   - signers: whose signatures can be judged: a file that only says whose it is makes no
    ///     chain.
    /// - Throws: ``StoreError``, ``RepositoryError`` if the copy cannot be read.
    init(
        in target: any ObjectStore,
        without sourceKeys: Set<String>,
        trusting signers: TrustedSigners
    ) throws {
        objects = try target.list(prefix: "records/").filter { !sourceKeys.contains($0.key) }
        let repository = try Repository(opening: target)
        for object in objects.sorted(by: { $0.key < $1.key }) {
            guard case .record(let kind, let signer, let number, _) = StoredKind(key: object.key)
            else {
                continue
            }
            let chain = Chain(kind: kind, signer: signer)
            guard first[chain] == nil else {
                continue  // Keys rise by number.
            }
            let records = RecordChain(kind, of: signer, in: repository)
            if try isHis(object.key, signers.key(of: signer), records) {
                first[chain] = number
            }
        }
    }

    /// Whether a signer made a record, or may have: of one who is unknown, and of a record that
    /// cannot be read, nobody here can tell, and whoever can would see a fork.
    private func isHis(
        _ record: String,
        _ key: VerifyingKey?,
        _ records: RecordChain
    ) throws(RepositoryError) -> Bool {
        guard let key else {
            return true
        }
        do throws(RepositoryError) {
            return try records.has(record, signedBy: key)
        } catch {
            switch error {
            case .store(.failed), .store(.tooLarge), .store(.truncated), .store(.missing),
                .format:
                return true
            default:
                throw error
            }
        }
    }

    /// Whether a record has a number that is the copy's own. Never one of a rewrap: without it
    /// there may be no key that opens, and readers take them from wherever they stand.
    func contain(_ key: String) -> Bool {
        guard case .record(let kind, let signer, let number, _) = StoredKind(key: key),
            kind != .rewrap
        else {
            return false
        }
        return first[Chain(kind: kind, signer: signer)].map { number >= $0 } ?? false
    }
}
