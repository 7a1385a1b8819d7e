package import Backup
package import Catalog
package import Configuration
import Format
import Glibc
import HostState
package import Model
package import Repository
import Verification

extension Site {
    /// Opens the host's catalog, or makes it where the state folder is.
    ///
    /// - Throws: ``HostStateError/missing(_:hint:)`` before `toride init`: a state that is not
    ///   mounted must not look like a new one.
    package func catalog() throws -> Catalog {
        guard unsafe access(state.path, F_OK) == 0 || errno != ENOENT else {
            throw HostStateError.missing(
                "the state folder \(state.path)",
                hint: "mount it; on a new site, run `toride init`"
            )
        }
        return try Catalog(path: state.catalogPath)
    }

    /// The id of a set: as this host gave it, or learnt it from a snapshot that it opened. Nil
    /// before the first backup, or on a drill host before the first drill.
    package func setID(named name: String) throws -> SetID? {
        try state.id(of: name) ?? knownCatalog()?.setID(named: name)
    }

    /// The catalog, if there is one: what only looks for a name makes none.
    private func knownCatalog() throws -> Catalog? {
        guard unsafe access(state.catalogPath, F_OK) == 0 || errno != ENOENT else {
            return nil
        }
        return try catalog()
    }

    /// Which sets this host knows by name.
    package func setNames() throws -> [SetID: String] {
        var names: [SetID: String] = [:]
        for set in try knownCatalog()?.sets() ?? [] {
            names[set.id] = set.name
        }
        for name in try state.setNames() {
            if let id = try state.id(of: name) {
                names[id] = name
            }
        }
        return names
    }
}

extension Site {
    /// The newest snapshots of each set that this host remembers: by its catalog, and by what it
    /// kept of its own last backup. A set of which nothing is remembered is not among them.
    package func heads() throws -> [SetID: [Head]] {
        let names = try setNames()
        return try remembered().filter { names[$0.key] != nil }
    }

    /// The newest snapshots of one set that this host remembers; none, one, or two that differ.
    package func heads(of set: SetID) throws -> [Head] {
        try remembered()[set] ?? []
    }

    /// Of every set, one that has no name here too.
    private func remembered() throws -> [SetID: [Head]] {
        var heads: [SetID: Set<Head>] = [:]
        if let catalog = try knownCatalog() {
            for set in try catalog.sets() {
                heads[set.id] = try catalog.head(of: set.id).map { [$0] }
            }
        }
        for name in try state.setNames() {
            if let set = try state.id(of: name), let own = try state.head(of: name) {
                heads[set, default: []].insert(own)
            }
        }
        return heads.mapValues { $0.sorted { $0.sequence < $1.sequence } }
    }

    /// What is held in stores, of a catalog that is there.
    func openHolds() throws -> [HoldRow] {
        try knownCatalog()?.openHolds() ?? []
    }

    /// What was recorded last of a set's copy at one of its further places; nil if nothing was.
    func lastCopy(of set: Configuration.BackupSet, at place: String) throws -> CopyRow? {
        guard let id = try setID(named: set.name) else {
            return nil
        }
        return try catalog().newestCopy(of: id, in: place)
    }

    /// The last verification of a set in the store where it lies by the configuration: what was
    /// read in another store says nothing about this one.
    package func lastVerification(
        of set: Configuration.BackupSet
    ) throws -> VerificationRow? {
        guard let place = place(of: set), let id = try setID(named: set.name) else {
            return nil
        }
        return try catalog().newestVerification(of: id, store: place)
    }

    /// The store that the backups of a set go to, as records call it.
    func place(of set: Configuration.BackupSet) -> String? {
        configuration.stores(of: set).first.map(Site.place)
    }
}

extension Catalog {
    /// Records what a backup made.
    ///
    /// - Parameters:
    ///   - result: of the run; its manifest is durable.
    ///   - set: the set's name.
    ///   - repository: where the manifest's list pages are read that the catalog does not know.
    /// - Throws: ``CatalogError``; ``RepositoryError`` if a page cannot be read.
    package func record(
        _ result: BackupRun.Result,
        set: String,
        from repository: Repository
    ) throws {
        let manifest = result.manifest
        let contents = try unknownPages(of: manifest.pages, in: result.set).map {
            PageRow(name: $0, page: try repository.page($0))
        }
        try record(
            snapshot: SnapshotRow(
                manifest,
                name: result.name,
                contents: SnapshotRow.Contents(
                    files: result.files,
                    contentBytes: result.contentBytes,
                    cut: result.cut
                )
            ),
            setName: set,
            pages: manifest.pages,
            contents: contents
        )
    }
}

extension VerificationRow {
    /// States what a verification read and found.
    ///
    /// - Parameters:
    ///   - report: what was read and found.
    ///   - store: the store's name in the configuration.
    ///   - started: when it began, by the host's clock.
    ///   - finished: when it ended, by the host's clock.
    ///   - sets: those that were judged, and no others: a verdict about one set is none about
    ///     another.
    init(
        _ report: VerificationReport,
        store: String,
        started: Timestamp,
        finished: Timestamp,
        sets: Set<SetID>
    ) {
        let isAsked = !report.findings.contains { $0.code == .freshnessNotAsked }
        var claim: [String: JSONValue] = ["freshnessAsked": .bool(isAsked), "whole": .bool(true)]
        if let deep = report.deep {
            claim["deep"] = .object([
                "chunks": .integer(Int64(clamping: deep.chunks)),
                "snapshots": .integer(Int64(deep.snapshots)),
            ])
        }
        self.init(
            store: store,
            started: started,
            finished: finished,
            verdict: report.verdict,
            claim: String(decoding: JSONValue.object(claim).canonical, as: UTF8.self),
            objects: UInt64(report.objectsRead),
            bytes: report.bytesRead,
            findings: String(decoding: report.findings.countsByCode.canonical, as: UTF8.self),
            sets: sets,
            heads: report.heads,
            recordKey: nil
        )
    }
}
