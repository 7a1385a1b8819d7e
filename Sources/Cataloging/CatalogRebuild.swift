package import Catalog
package import Format
import Glibc
package import HostState
package import Model
import ObjectStore
package import Repository

/// Makes the host's catalog anew from its repositories alone, without any key.
///
/// The new one is made beside and takes the place of the old in one step; the old is kept, with
/// its log, as `catalog.sqlite.damaged-N`. What only the old one knew is lost: the daemon's runs,
/// and the contents of snapshots, which are sealed. No other process may have the catalog open:
/// it would go on writing into the old one.
///
/// A store that was rolled back must not make the host forget what was there. So the repositories
/// are compared with what the old catalog and the host remember; and an old catalog that can be
/// read and remembers snapshots that are gone stays in its place.
package struct CatalogRebuild {
    /// Records in the catalog what a signed record tells, if it understands it.
    ///
    /// The records of drills, verifications and key checks are written by modules above this one;
    /// they give this. It is called only for records of believed signers, rising by number; for
    /// those of holds last, in the order in which all signers made them in all stores.
    ///
    /// - Returns: false if it does not know this kind of record.
    package typealias RecordReader = (
        _ kind: RecordKind, _ record: RecordChain.Stored, _ catalog: Catalog
    ) throws -> Bool

    /// What came of it, and what the new catalog does not know.
    package struct Report: Sendable {
        /// Snapshots that were recorded.
        package fileprivate(set) var snapshots = 0
        /// Records that were recorded.
        package fileprivate(set) var records = 0
        /// Whether the new catalog took the place of the old one.
        package fileprivate(set) var isInstalled = false
        /// Where the old catalog lies now; nil if there was none, or it was left in its place.
        package fileprivate(set) var kept: String?
        /// Sets whose name this host does not know.
        package fileprivate(set) var unnamed: [SetID] = []
        /// Records that nobody understood or whose signer is not believed, by kind.
        package fileprivate(set) var unreadRecords: [RecordKind: Int] = [:]
        /// What is wrong with manifests and list pages.
        package fileprivate(set) var findings: [Finding] = []
    }

    private let repositories: [Repository]
    private let signers: TrustedSigners
    private let state: HostState

    /// Prepares a rebuild.
    ///
    /// - Parameters:
    ///   - repositories: where this host's sets commit to.
    ///   - signers: whose manifests and records are believed; others' manifests are findings.
    ///   - state: the host's own: where the catalog lies and what the sets are called.
    package init(
        _ repositories: [Repository],
        trusting signers: TrustedSigners,
        state: HostState
    ) {
        self.repositories = repositories
        self.signers = signers
        self.state = state
    }

    /// Makes the catalog.
    ///
    /// - Parameter read: records what signed records tell.
    /// - Returns: what came of it.
    /// - Throws: if a repository could not be looked at or the file not be written; then the old
    ///   catalog is where it was.
    package func run(
        reading read: RecordReader = { _, _, _ in false }
    ) throws -> Report {
        let new = NewCatalogFile(path: state.catalogPath)
        new.removeLeftovers()
        defer { new.removeLeftovers() }
        var report = Report()
        let catalog = try Catalog(path: new.temporary)
        let names = try setNames()
        let heads = try remembered(names)
        for (set, name) in names.sorted(by: { $0.key < $1.key }) {
            try catalog.record(set: set, named: name)
        }
        var histories: [History] = []
        var chains: [RecordChains.Chain] = []
        for repository in repositories {
            let history = try History(of: repository, trusting: signers)
            histories.append(history)
            try record(history, of: repository, in: catalog, names, &report)
            chains += try RecordChains(of: repository.store, trusting: signers).chains
        }
        try record(chains, in: catalog, read, &report)
        report.snapshots = try catalog.counts().snapshots
        report.unnamed = try catalog.sets().filter { $0.name == nil }.map(\.id)
        try catalog.close()
        let lost = judge(heads, by: histories)
        report.findings += lost.own + lost.old
        if lost.old.isEmpty {
            report.kept = try new.install()
            report.isInstalled = true
        }
        return report
    }

    // MARK: - What was remembered

    /// By set, as the host and as its old catalog remember them.
    private typealias Heads = (own: [SetID: Head], old: [SetID: Head])

    /// Reads what is remembered.
    private func remembered(_ names: [SetID: String]) throws -> Heads {
        var own: [SetID: Head] = [:]
        for (set, name) in names {
            own[set] = try state.head(of: name)
        }
        return (own, try oldHeads())
    }

    /// An old catalog that cannot be read remembers nothing: it is what most rebuilds are for.
    private func oldHeads() throws -> [SetID: Head] {
        guard unsafe access(state.catalogPath, F_OK) == 0 else {
            return [:]
        }
        var heads: [SetID: Head] = [:]
        do {
            let old = try Catalog(path: state.catalogPath)
            for set in try old.sets() {
                heads[set.id] = try old.head(of: set.id)
            }
            try old.close()
        } catch CatalogError.damaged {
            return [:]
        }
        return heads
    }

    /// What is remembered and in none of the repositories; what both remember is told once.
    private func judge(
        _ heads: Heads,
        by histories: [History]
    ) -> (own: [Finding], old: [Finding]) {
        var manifests: [SetID: [StoredManifest]] = [:]
        var unread: [SetID: [Head]] = [:]
        for history in histories {
            manifests.merge(history.manifests) { $0 + $1 }
            unread.merge(history.unread) { $0 + $1 }
        }
        func judge(_ set: SetID, _ head: Head) -> [Finding] {
            Chain.freshness(
                of: set,
                manifests[set] ?? [],
                unread: unread[set] ?? [],
                heads: [head]
            )
        }
        return (
            heads.own.filter { heads.old[$0.key] != $0.value }.sorted { $0.key < $1.key }
                .flatMap { judge($0.key, $0.value) },
            heads.old.sorted { $0.key < $1.key }.flatMap { judge($0.key, $0.value) }
        )
    }

    /// A set whose id file cannot be read stays without a name: that is told, and no obstacle.
    private func setNames() throws -> [SetID: String] {
        var names: [SetID: String] = [:]
        for name in try state.setNames() {
            do {
                if let id = try state.id(of: name) {
                    names[id] = name
                }
            } catch HostStateError.damaged {
                continue
            }
        }
        return names
    }

    private func record(
        _ history: History,
        of repository: Repository,
        in catalog: Catalog,
        _ names: [SetID: String],
        _ report: inout Report
    ) throws {
        report.findings += history.findings
        let recorder = SnapshotRecorder(catalog, repository)
        for set in history.manifests.keys.sorted() {
            for stored in history.manifests[set] ?? [] where stored.isTrusted {
                report.findings += try recorder.record(
                    stored.manifest,
                    name: stored.name,
                    setName: names[set],
                    contents: nil
                )
            }
        }
    }

    private func record(
        _ chains: [RecordChains.Chain],
        in catalog: Catalog,
        _ read: RecordReader,
        _ report: inout Report
    ) throws {
        var ordered: [(kind: RecordKind, record: RecordChains.Record)] = []
        for chain in chains {
            let believed = chain.records.filter(\.isTrusted)
            let others = chain.records.count - believed.count
            if others > 0 {
                report.unreadRecords[chain.kind, default: 0] += others
            }
            if chain.kind != .hold {
                ordered += believed.map { (kind: chain.kind, record: $0) }
            }
        }
        // Who released what another held is told by no chain alone.
        let holds = RecordChains.byTime(chains.filter { $0.kind == .hold })
        ordered += holds.map { (kind: .hold, record: $0.record) }
        // One that was copied is read once: what came after it must not be undone by it.
        var known: Set<String> = []
        for (kind, record) in ordered where !known.contains(record.stored.key) {
            if try read(kind, record.stored, catalog) {
                known.insert(record.stored.key)
                report.records += 1
            } else {
                report.unreadRecords[kind, default: 0] += 1
            }
        }
    }
}

extension History {
    /// The manifests of `repository` that were made for it.
    init(
        of repository: Repository,
        trusting signers: TrustedSigners
    ) throws(RepositoryError) {
        try self.init(of: repository.store, trusting: signers)
        keepOnly(
            repository: repository.descriptor.repository,
            descriptor: repository.descriptorDigest
        )
    }
}
