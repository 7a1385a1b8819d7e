import Catalog
import Cataloging
import Configuration
import Drills
import FileSystem
import Format
import Glibc
import HostState
import Jobs
import Model
import ObjectStore
import Opening
import Recovery
import Repository

/// Sabotages of the way to the data, as against the data: the store, the catalog, the key, and what
/// a drill leaves that was killed. Each is put before the very code that a drill goes by.
struct WayControls {
    /// A snapshot that was drilled.
    struct Drilled {
        /// The set's name in the configuration.
        let set: String
        /// The snapshot's manifest.
        let stored: StoredManifest
        /// Where it lies.
        let repository: Repository
        /// Whether the drill's identity opened it: what does not open refuses every key.
        let isOpened: Bool
    }

    private let site: Site
    private let plan: Configuration.DrillPlan
    private let folder: String
    private let scope: ControlScope

    /// Prepares them.
    ///
    /// - Parameters:
    ///   - site: whose memory and keys are asked.
    ///   - plan: what a control is told of that is about no set.
    ///   - folder: may be made and written; it is removed after.
    ///   - scope: in a drill what reads whole catalogs and listings is left out.
    init(
        site: Site,
        plan: Configuration.DrillPlan,
        in folder: String,
        _ scope: ControlScope
    ) {
        self.site = site
        self.plan = plan
        self.folder = folder
        self.scope = scope
    }

    /// Makes them.
    ///
    /// - Parameters:
    ///   - drilled: what was drilled.
    ///   - remembersNothing: whether the drill went by nothing that this host remembers: then it
    ///     could not know of a later snapshot.
    ///   - identities: the drill's.
    /// - Returns: a control for each that says something here.
    /// - Throws: what keeps one from being made; what is missed is no throw.
    func run(
        on drilled: [Drilled],
        remembersNothing: Bool,
        with identities: borrowing AgeIdentities
    ) throws -> [DrillControl] {
        try FolderTree.make(folder, mode: 0o700)
        defer { _ = FolderTree.remove(folder) }
        var controls: [DrillControl] = []
        for one in drilled {
            if !remembersNothing, let control = try olderStore(one, with: identities) {
                controls.append(control)
            }
            if scope == .all, !remembersNothing, let control = try olderCatalog(one) {
                controls.append(control)
            }
            if one.isOpened {
                controls.append(try wrongKey(one))
            }
        }
        controls.append(try killedDrill())
        return controls
    }

    private func control(
        _ sabotage: String,
        of set: String,
        foundAs code: FindingCode?
    ) -> DrillControl {
        DrillControl(set: set, sabotage: sabotage, foundAs: code)
    }

    // MARK: - The store

    /// The store is set back to before its newest complete snapshot. The finder must hand out no
    /// older one without telling.
    ///
    /// - Returns: nil where it could not know: this host has never seen the newest.
    private func olderStore(
        _ drilled: Drilled,
        with identities: borrowing AgeIdentities
    ) throws -> DrillControl? {
        let set = drilled.stored.manifest.set
        let signers = try site.signers()
        let store = drilled.repository.store
        let history = try History(of: store, set: set, trusting: signers)
        let newest = history.manifests[set]?.last { $0.isTrusted && $0.manifest.complete }
        guard let end = newest?.manifest.ref else {
            return nil
        }
        let older = Repository(
            store: AlteredStore(store) { Self.isManifest($0, from: end) ? .gone : .asItIs },
            knownAs: drilled.repository.descriptor
        )
        let heads = try site.heads(of: set) + signers.heads(of: set)
        let isKnown = heads.contains { $0.sequence >= end.sequence }
        let code: FindingCode?
        do {
            let found = try SnapshotFinder(site: site, in: older)
                .find("\(drilled.set)@latest", with: identities)
            guard isKnown else {
                return nil
            }
            code = found.outdated.map(\.code).first { $0 == .headBehind }
        } catch {
            guard Self.handsOutNothing(error) else {
                throw error
            }
            code = .nothingToVerify
        }
        return control("old snapshot served as new", of: drilled.set, foundAs: code)
    }

    /// Whether a key is that of the manifest of a snapshot, or of a later one of its set.
    private static func isManifest(_ key: String, from first: SnapshotRef) -> Bool {
        guard case .manifest(let set, let sequence, _) = StoredKind(key: key) else {
            return false
        }
        return set == first.set && sequence >= first.sequence
    }

    /// Whether nothing is left that the finder could hand out: no snapshot of the name, or only
    /// sets of others, whose names this identity does not open.
    private static func handsOutNothing(_ error: any Error) -> Bool {
        if case .noSuchSnapshot? = error as? RecoveryError {
            return true
        }
        if case .noIdentityMatched? = error as? OpeningError {
            return true
        }
        return false
    }

    // MARK: - The catalog

    /// A copy of the host's catalog is set back to before its newest snapshot.
    ///
    /// - Returns: nil where the catalog has no snapshot of the store.
    private func olderCatalog(_ drilled: Drilled) throws -> DrillControl? {
        let set = drilled.stored.manifest.set
        let catalog = try site.catalog()
        let rows = try catalog.snapshots(of: set)
        guard let newest = rows.last, try isStored(newest, in: drilled.repository) else {
            return nil
        }
        let copy = try Catalog(path: "\(folder)/\(set.hex).sqlite")
        for row in rows where row.name != newest.name {
            try self.copy(row, from: catalog, to: copy)
        }
        let findings = try CatalogCheck.run(
            copy,
            drilled.repository,
            try site.signers(),
            sets: [set]
        )
        try copy.close()
        let isFound = findings.contains {
            $0.code == .catalogSnapshotUnknown && $0.subject == .snapshot(newest.ref)
        }
        return control(
            "catalog rolled back",
            of: drilled.set,
            foundAs: isFound ? .catalogSnapshotUnknown : nil
        )
    }

    private func isStored(_ row: SnapshotRow, in repository: Repository) throws -> Bool {
        let ref = row.ref
        let key = StoreKey.manifest(set: ref.set, sequence: ref.sequence, name: row.name)
        return try repository.store.size(of: key) != nil
    }

    private func copy(_ row: SnapshotRow, from catalog: Catalog, to copy: Catalog) throws {
        let pages = try catalog.pages(of: row)
        var contents: [PageRow] = []
        for name in try copy.unknownPages(of: pages, in: row.ref.set) {
            if let page = try catalog.page(name, in: row.ref.set) {
                contents.append(PageRow(name: name, page: page))
            }
        }
        try copy.record(snapshot: row, setName: nil, pages: pages, contents: contents)
    }

    // MARK: - The key

    /// Someone else's identity, drawn for this, must open nothing.
    private func wrongKey(_ drilled: Drilled) throws -> DrillControl {
        let stranger = try AgeIdentities(try AgeIdentity.generate())
        var code: FindingCode?
        do {
            _ = try OpenedSnapshot(drilled.stored, in: drilled.repository, with: stranger)
        } catch let error as OpeningError {
            guard case .noIdentityMatched = error else {
                throw error
            }
            code = .snapshotUnopened
        }
        return control("wrong key", of: drilled.set, foundAs: code)
    }

    // MARK: - The drill itself

    /// What a drill leaves that was killed half-way: plaintext in folders that forbid their owner
    /// to look, and the note that it had begun. The next one must find the note, and nothing else.
    private func killedDrill() throws -> DrillControl {
        let closed = "\(folder)/killed/restored/closed"
        try FolderTree.make(closed, mode: 0o700)
        try SmallFile.write(Array("plaintext".utf8), to: "\(closed)/record")
        guard unsafe chmod(closed, 0) == 0 else {
            throw FileSystemError.last("chmod", closed)
        }
        let path = "\(folder)/killed.begun"
        let begun = BegunDrill(plan, started: Timestamp(seconds: 0), seed: .zero, [])
        try begun.keep(at: path)
        let next = try Scratch(folder, name: "killed")
        let isSwept = try withExtendedLifetime(next) {
            try FileHandle.open(next.path, O_RDONLY | O_DIRECTORY).names().isEmpty
        }
        let isTold = try BegunDrill.left(at: path) == begun
        return control(
            "drill killed half-way",
            of: plan.name,
            foundAs: isSwept && isTold ? .drillAborted : nil
        )
    }
}
