import Catalog
import Copying
import Format
import Model
import ObjectStore
import Repository
import Workers

/// The snapshots of holds, as they lie in a store.
///
/// A hold names its manifest by its hash, and was set when somebody believed it: what a signer who
/// is not believed any more signed is held as well.
struct HeldSnapshots {
    /// Those whose manifests are there, each once.
    private(set) var stored: [StoredManifest] = []
    /// Those whose manifests are gone.
    private(set) var lost: [Finding] = []
    /// Why the manifests of others could not be read.
    private(set) var unread: [Finding] = []

    /// Reads the manifests.
    ///
    /// - Parameters:
    ///   - holds: on which snapshots.
    ///   - repository: what lies in the store.
    ///   - signers: who is believed.
    /// - Throws: ``RepositoryError`` if the store cannot be looked at.
    init(
        _ holds: [HoldRow],
        in repository: Repository,
        trusting signers: TrustedSigners
    ) throws(RepositoryError) {
        for (set, rows) in Dictionary(grouping: holds, by: \.set).sorted(by: { $0.key < $1.key }) {
            let history = try HeldSnapshots.history(of: set, in: repository, trusting: signers)
            let heads = Set(rows.map(\.head))
            for head in heads.sorted(by: { ($0.sequence, $0.name) < ($1.sequence, $1.name) }) {
                if let found = history.manifests[set]?.first(where: { $0.head == head }) {
                    stored.append(found)
                } else {
                    take(head, of: set, missingIn: history, repository.store.place)
                }
            }
        }
    }

    private mutating func take(
        _ head: Head,
        of set: SetID,
        missingIn history: History,
        _ place: String
    ) {
        let key = StoreKey.manifest(set: set, sequence: head.sequence, name: head.name)
        let told = history.findings.filter { $0.subject == .object(key) }
        unread += told
        if told.isEmpty {
            let ref = SnapshotRef(set: set, sequence: head.sequence)
            let evidence = ["store": place]
            lost.append(Finding(.objectMissing, .object(key), evidence: evidence, breaks: [ref]))
        }
    }

    /// The manifests of a set that were made for a repository.
    ///
    /// - Parameters:
    ///   - set: which.
    ///   - repository: where it lies.
    ///   - signers: who is believed.
    /// - Returns: the manifests, those of others too.
    /// - Throws: ``RepositoryError`` if the store cannot be looked at.
    static func history(
        of set: SetID,
        in repository: Repository,
        trusting signers: TrustedSigners
    ) throws(RepositoryError) -> History {
        var history = try History(of: repository.store, set: set, trusting: signers)
        history.keepOnly(
            repository: repository.descriptor.repository,
            descriptor: repository.descriptorDigest
        )
        return history
    }

    /// Looks whether what is to be held in a store is.
    ///
    /// - Parameters:
    ///   - sets: of these sets.
    ///   - store: where. One that is no bucket holds nothing: what it has of such records was
    ///     brought there.
    ///   - site: knows the holds, and whom to believe.
    ///   - stop: asked between objects.
    /// - Returns: what is not.
    /// - Throws: ``CatalogError``, ``HostStateError``; ``StoreError`` or ``RepositoryError`` if the
    ///   store cannot be looked at; ``Stopped``.
    static func check(
        of sets: Set<SetID>,
        in store: any ObjectStore,
        _ site: Site,
        stop: StopFlag
    ) throws -> [Finding] {
        guard ManyVersions.base(of: store) is any LockableStore else {
            return []
        }
        let known = try KnownHolds(in: store, of: site)
        let holds = known.rows.filter { sets.contains($0.set) }
        guard !holds.isEmpty else {
            return known.findings
        }
        let repository = try Repository(opening: store)
        let held = try HeldSnapshots(holds, in: repository, trusting: try site.signers())
        let report = try HoldRun(store, stop: stop).check(held.stored)
        return known.findings + held.lost + held.unread + report.findings
    }
}
