import Catalog
import Configuration
import Format
import Model

extension LedgerJob {
    /// Whether a store of which the ledger knows objects has no descriptor any more: nothing that
    /// such a listing lacks is to be forgotten.
    ///
    /// - Parameters:
    ///   - listed: all keys that lie there.
    ///   - place: its name and place.
    ///   - catalog: the host's.
    /// - Returns: whether it is.
    /// - Throws: ``CatalogError``.
    func isLost(_ listed: Set<String>, at place: String, _ catalog: Catalog) throws -> Bool {
        guard !listed.contains(StoreKey.descriptor) else {
            return false
        }
        return try (catalog.readingStanding(of: place, at: now())?.objects ?? 0) > 0
    }

    /// Tells the ledger what is missing or could not be read: nobody is to take it for well until
    /// it was read.
    ///
    /// - Parameters:
    ///   - objects: what the store listed.
    ///   - catalog: the host's.
    ///   - report: of the run.
    /// - Throws: ``CatalogError``.
    func noteLost(
        _ objects: [ReadingRow.Object],
        _ catalog: Catalog,
        _ report: Report
    ) throws {
        var lost: Set<String> = []
        for finding in report.findings {
            if case .object(let key) = finding.subject, StoredKind(key: key).name != nil,
                finding.code == .objectMissing || finding.code == .objectUnreadable
            {
                lost.insert(key)
            }
        }
        guard !lost.isEmpty else {
            return
        }
        // Of what is there size and mark stay, or the next listing took it for another object.
        let known = objects.filter { lost.contains($0.key) }
        let gone = lost.subtracting(known.map(\.key)).sorted()
            .map { ReadingRow.Object(key: $0, size: 0, mark: nil) }
        try catalog.note(damaged: known + gone, of: report.place, at: now())
    }

    /// What the snapshots that this host remembers need in a store, and a listing of it lacks. In a
    /// set's first store that is all of them, in a copy those that were ever whole there. Where the
    /// store's descriptor is gone, all of it may be: that and the manifests are told then.
    ///
    /// - Parameters:
    ///   - listed: all keys that lie there.
    ///   - store: which store.
    ///   - place: its name and place.
    ///   - catalog: the host's.
    /// - Returns: a finding for each.
    /// - Throws: ``CatalogError``; ``HostStateError``.
    func missing(
        from listed: Set<String>,
        of store: Configuration.Store,
        at place: String,
        _ catalog: Catalog
    ) throws -> [Finding] {
        var findings: [Finding] = []
        var isExpected = false
        let hasDescriptor = listed.contains(StoreKey.descriptor)
        for set in site.configuration.sets where set.stores.contains(store.name) {
            guard let id = try site.setID(named: set.name) else {
                continue
            }
            let copied = try catalog.copiedHead(of: id, in: place)?.sequence ?? 0
            let reach = set.stores.first == store.name ? UInt64.max : copied
            guard reach > 0 else {
                continue  // Nothing was ever whole there.
            }
            let manifests = try catalog.snapshots(of: id).filter { $0.ref.sequence <= reach }
            isExpected = isExpected || !manifests.isEmpty
            for snapshot in manifests {
                let key = StoreKey.manifest(
                    set: id,
                    sequence: snapshot.ref.sequence,
                    name: snapshot.name
                )
                if !listed.contains(key) {
                    findings.append(
                        Finding(.objectMissing, .object(key), breaks: [snapshot.ref])
                    )
                }
            }
            if hasDescriptor {
                findings += try missingObjects(from: listed, of: id, upTo: reach, catalog)
            }
        }
        if isExpected, !hasDescriptor {
            findings.append(Finding(.descriptorMissing, .object(StoreKey.descriptor)))
        }
        return findings
    }

    private func missingObjects(
        from listed: Set<String>,
        of set: SetID,
        upTo reach: UInt64,
        _ catalog: Catalog
    ) throws -> [Finding] {
        var absent: [String: ObjectName] = [:]
        try catalog.forEachObject(of: set) { object in
            if !listed.contains(object.storeKey) {
                absent[object.storeKey] = object.name
            }
        }
        return try absent.sorted { $0.key < $1.key }.compactMap { key, name in
            let refs = try catalog.snapshots(needing: name)
                .filter { $0.set == set && $0.sequence <= reach }
            return refs.isEmpty ? nil : Finding(.objectMissing, .object(key), breaks: refs)
        }
    }
}
