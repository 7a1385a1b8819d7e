import Catalog
import Configuration
package import Copying
import Format
import HostState
package import Model
import ObjectStore
import Repository
package import Workers

/// Brings the sets of a site to their further stores.
package struct CopyJob {
    /// One store that is to become, or to stay, a copy of some sets; or in which something is held.
    package struct Part {
        /// Its name in the configuration.
        package let store: String
        /// Which sets, by id and by name.
        package let sets: [SetID: String]
        /// Where they are taken from, in order, by name; none if only holds are looked at.
        package let sources: [String]

        /// Whether nothing is brought, and only what is held there is looked at.
        package var isLook: Bool { sources.isEmpty }
    }

    private let site: Site
    private let limit: RateLimit?
    private let now: @Sendable () -> Timestamp
    private let stop: StopFlag
    /// What is to be brought where; and then, unless a store was named, what is held where nothing
    /// is. Sets that were never backed up are in none.
    package let parts: [Part]

    /// Plans.
    ///
    /// - Parameters:
    ///   - site: whose sets and stores.
    ///   - sets: names; all if empty.
    ///   - target: this store alone, which must be one of the sets' further stores; nil for all.
    ///   - source: taken from this store; nil for each set's first, helped by its others.
    ///   - limit: on what is read of the sources; nil for none.
    ///   - now: by which locks are reckoned.
    ///   - stop: asked between objects.
    /// - Throws: ``SiteError``; ``HostStateError`` or ``CatalogError`` if ids cannot be read.
    package init(
        _ site: Site,
        sets: [String] = [],
        to target: String? = nil,
        from source: String? = nil,
        limit: RateLimit? = nil,
        now: @escaping @Sendable () -> Timestamp,
        stop: StopFlag
    ) throws {
        self.site = site
        self.limit = limit
        self.now = now
        self.stop = stop
        // A name that is wrong is told before anything is done.
        for name in [target, source] {
            _ = try site.stores(named: name)
        }
        var planned = try CopyJob.parts(site, try site.sets(named: sets), target, source)
        if target == nil, source == nil {
            planned += try CopyJob.looks(site, sets, besides: planned)
        }
        parts = planned
    }

    /// Copies one part, looks whether what is to be held there is, and writes into the catalog how
    /// far each set is whole; of one in which something is only held it does the second alone.
    ///
    /// - Parameters:
    ///   - part: one of ``parts``.
    ///   - progress: told how far it is.
    /// - Returns: what was sent, and what could not be.
    /// - Throws: ``StoreError``, ``RepositoryError`` or ``CopyError`` if the first source or the
    ///   target cannot be looked at or written; ``MediaError`` if the target is a medium that is
    ///   none of the catalog's; ``Stopped``.
    package func run(
        _ part: Part,
        progress: @escaping CopyRun.Progress = { _ in }
    ) throws -> CopyReport {
        let visit = try MediaVisit(site, stores: try site.stores(named: part.store), now: now)
        if let label = visit.unknown.first {
            throw MediaError.unknown(label)
        }
        let report: CopyReport
        do {
            report = try copy(part, progress)
        } catch {
            // What ended the copy is told; a medium that then seems to be here still is too.
            try? visit.end()
            throw error
        }
        try visit.end()
        return report
    }

    private func copy(
        _ part: Part,
        _ progress: @escaping CopyRun.Progress
    ) throws -> CopyReport {
        let started = now()
        let target = try open(part.store)
        guard !part.isLook else {
            var report = CopyReport()
            report.add(try holdFindings(of: Set(part.sets.keys), in: target))
            return report
        }
        let catalog = try site.catalog()
        try checkIsMounted(target, part, catalog)
        var request = CopyRun.Request(
            from: try sources(of: part),
            to: target,
            sets: Set(part.sets.keys),
            signers: try site.signers()
        )
        let state = site.state
        let place = target.place
        request.holdingRecords = { try state.holdRecords(of: place, $0) }
        var report = try CopyRun(request, clock: now, stop: stop).run(progress: progress)
        report.add(try holdFindings(of: request.sets, in: target))
        for set in part.sets.keys.sorted() {
            try catalog.record(
                copy: CopyRow(
                    set: set,
                    store: target.place,
                    started: started,
                    finished: now(),
                    verdict: report.verdict(of: set),
                    head: report.heads[set]
                )
            )
        }
        return report
    }

    /// Looks whether what is to be held is.
    ///
    /// - Parameters:
    ///   - sets: of these sets.
    ///   - target: where.
    /// - Returns: what is not; a doubt if that cannot be told, for what was copied is there
    ///   nonetheless.
    /// - Throws: ``CatalogError``, ``HostStateError``; ``Stopped``.
    func holdFindings(
        of sets: Set<SetID>,
        in target: any ObjectStore
    ) throws -> [Finding] {
        let reason: String
        do {
            return try HeldSnapshots.check(of: sets, in: target, site, stop: stop)
        } catch let error as StoreError {
            reason = error.description
        } catch let error as RepositoryError {
            reason = error.description
        }
        let evidence = ["reason": "its legal holds: \(reason)"]
        return [Finding(.objectUnreadable, .named(target.place), evidence: evidence)]
    }

    /// The empty folder beneath a disk that is not mounted must not become a copy on another one.
    private func checkIsMounted(
        _ target: any ObjectStore,
        _ part: Part,
        _ catalog: Catalog
    ) throws {
        let held = try part.sets.keys.contains {
            try catalog.copiedHead(of: $0, in: target.place) != nil
        }
        guard try held && target.size(of: StoreKey.descriptor) == nil else {
            return
        }
        throw StoreError.unavailable(
            place: target.place,
            reason: "it held copies, and is empty now",
            hint: "mount it; if it was emptied on purpose, run `toride init` first"
        )
    }

    /// The first must be there; one that only helps may be out of reach.
    private func sources(of part: Part) throws -> [any ObjectStore] {
        var sources: [any ObjectStore] = []
        for name in part.sources {
            do {
                let store = try open(name)
                sources.append(limit.map { RateLimitedStore(store, $0) } ?? store)
            } catch {
                guard !sources.isEmpty else {
                    throw error
                }
            }
        }
        return sources
    }

    private func open(_ name: String) throws -> any ObjectStore {
        guard let store = site.configuration.store(named: name) else {
            preconditionFailure("\(name) is a store of a set")
        }
        return try site.open(store)
    }
}
