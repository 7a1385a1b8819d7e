import Format
import Model
import ObjectStore
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
            // Of an unknown signer nobody here can tell: whoever knows him would see a fork.
            let isHis = try signers.key(of: signer).map {
                try records.has(object.key, signedBy: $0)
            }
            if isHis ?? true {
                first[chain] = number
            }
        }
    }

    /// Whether a record has a number that is the copy's own.
    func contain(_ key: String) -> Bool {
        guard case .record(let kind, let signer, let number, _) = StoredKind(key: key) else {
            return false
        }
        return first[Chain(kind: kind, signer: signer)].map { number >= $0 } ?? false
    }
}
