import Catalog
import Format
import Model
import ObjectStore
import Repository

/// The legal holds that are in force by the signed records in a store, whoever made them.
struct RecordedHolds {
    /// Those that no later record released; each as its store was called then, and placed when
    /// the order of the records says.
    private(set) var open: [HoldRow] = []
    /// What of the records is missing or cannot be read: there may be more holds.
    private(set) var findings: [Finding] = []

    /// Reads the records.
    ///
    /// - Parameters:
    ///   - store: where they lie.
    ///   - signers: who is believed.
    /// - Throws: ``RepositoryError`` if the store does not tell what it has.
    init(in store: any ObjectStore, trusting signers: TrustedSigners) throws(RepositoryError) {
        let records = try RecordChains(of: store, kind: .hold, trusting: signers)
        // Under a stranger's id anyone may have put anything.
        let chains = records.chains.filter { signers.key(of: $0.signer) != nil }
        for chain in chains {
            findings += RecordedHolds.judge(chain, told: records.findings)
        }
        for (time, record) in RecordChains.byTime(chains) {
            take(record.stored, at: time)
        }
    }

    private static func judge(_ chain: RecordChains.Chain, told: [Finding]) -> [Finding] {
        let unread = chain.unread.flatMap { head -> [Finding] in
            let key = StoreKey.record(
                kind: chain.kind,
                signer: chain.signer,
                sequence: head.sequence,
                name: head.name
            )
            let own = told.filter { $0.subject == .object(key) }
            return own.isEmpty ? [Finding(.recordDamaged, .object(key))] : own
        }
        return unread
            + RecordChain.judge(
                chain.kind,
                in: "records/\(chain.kind.rawValue)/\(chain.signer.digest.hex)",
                chain.records.filter(\.isTrusted),
                unread: chain.unread
            )
    }

    private mutating func take(_ record: RecordChain.Stored, at time: Timestamp) {
        let facts: RecordFacts
        do throws(FormatError) {
            facts = try RecordFacts(
                .hold,
                decoding: record.envelope.payload,
                id: SignedHistory.drillID(record),
                key: record.key
            )
        } catch {
            let subject = Subject.object(record.key)
            if !findings.contains(where: { $0.subject == subject }) {
                let evidence = ["reason": error.description]
                findings.append(Finding(.recordDamaged, subject, evidence: evidence))
            }
            return
        }
        switch facts {
        case .hold(var row):
            // A release that is dated by it must come after it in that order.
            row.placed = time
            if !open.contains(where: row.isSame(as:)) {
                open.append(row)
            }
        case .release(let snapshot, let store, _):
            open.removeAll { $0.snapshot == snapshot && $0.store == store }
        case .verification, .drill, .keyCheck, .attack, .rewrap, .drillStep:
            break  // Of other kinds.
        }
    }
}

extension HoldRow {
    /// Whether another is a hold on the same snapshot in the same store.
    func isSame(as other: HoldRow) -> Bool {
        other.set == set && other.head == head && other.store == store
    }
}
