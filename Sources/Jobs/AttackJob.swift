import Catalog
package import Configuration
package import Copying
import Format
package import Model
import ObjectStore
import Repository
package import Workers

/// Tries what stores are declared to resist (docs/decisions/0019), and keeps what came of it.
package struct AttackJob {
    /// What an attack on one store came to.
    package struct Outcome: Sendable {
        /// What was tried.
        package let report: AttackReport
        /// What is wrong with the store, and with the record.
        package let findings: [Finding]
        /// Where the signed record lies; nil if it could not be stored.
        package let recordKey: String?

        /// The gravest of what was found.
        package var verdict: Verdict { Verdict(findings) }
    }

    /// Whose stores they are.
    let site: Site
    private let now: @Sendable () -> Timestamp
    /// Asked between two attacks.
    let stop: StopFlag
    /// What is to be attacked.
    package let stores: [Configuration.Store]

    /// Plans.
    ///
    /// - Parameters:
    ///   - site: whose stores.
    ///   - store: this one, whether it is to resist or not; nil for all that are and that are here.
    ///   - now: the host's clock.
    ///   - stop: asked between two attacks.
    /// - Throws: ``SiteError/noSuchStore(_:known:)``.
    package init(
        _ site: Site,
        store: String? = nil,
        now: @escaping @Sendable () -> Timestamp,
        stop: StopFlag
    ) throws(SiteError) {
        self.site = site
        self.now = now
        self.stop = stop
        let named = try site.storesHere(named: store)
        stores = named.filter { store != nil || $0.isToResist }
    }

    /// Attacks one store, signs what came of it, stores the record there and tells the catalog.
    ///
    /// - Parameter store: one of ``stores``.
    /// - Returns: what came of it.
    /// - Throws: ``StoreError`` if nothing can be stored there; ``MediaError`` if a medium is there
    ///   that is none of the catalog's; ``FileSystemError`` if it cannot be seen where it lies;
    ///   ``Stopped``; ``CatalogError``, ``HostStateError`` or ``CryptoError`` if it cannot be kept.
    package func run(_ store: Configuration.Store) throws -> Outcome {
        let visit = try MediaVisit(site, stores: [store], now: now)
        if let label = visit.unknown.first {
            throw MediaError.unknown(label)
        }
        let outcome: Outcome
        do {
            outcome = try attack(store)
        } catch {
            // What ended the attack is told; a medium that then seems to be here still is too.
            try? visit.end()
            throw error
        }
        try visit.end()
        return outcome
    }

    private func attack(_ store: Configuration.Store) throws -> Outcome {
        let started = now()
        // As it is: what helps readers would stand between an attack and what it did.
        let opened = ManyVersions.base(of: try site.open(store))
        var report = AttackReport()
        do {
            try attack(store, opened, &report)
        } catch {
            // Harm that was seen is kept, whatever ended the rest. What was only resisted is not:
            // it would stand in the place of an older attack that was whole.
            if report.verdict == .failed {
                _ = try keep(report, of: opened, since: started)
            }
            throw error
        }
        return try keep(report, of: opened, since: started)
    }

    /// Signs what came of an attack, stores the record beside it and tells the catalog, which has
    /// it also where it could not be signed.
    private func keep(
        _ report: AttackReport,
        of opened: any ObjectStore,
        since started: Timestamp
    ) throws -> Outcome {
        var findings = report.findings
        var row = AttackRow(report, store: opened.place, started: started, finished: now())
        var refusal: (any Error)?
        do {
            let repository = try Repository(opening: opened)
            row.recordKey = try SignedHistory(of: site).append(row, about: report, in: repository)
        } catch let error as RepositoryError {
            findings.append(SignedHistory.notStored(.attack, error))
        } catch {
            refusal = error
        }
        try site.catalog().record(attack: row)
        if let refusal {
            throw refusal
        }
        return Outcome(report: report, findings: findings, recordKey: row.recordKey)
    }

    /// Tries what the store's class asks for; on one that is to resist nothing, what a thief of
    /// this host's credentials would.
    private func attack(
        _ store: Configuration.Store,
        _ opened: any ObjectStore,
        _ report: inout AttackReport
    ) throws {
        if store.isToResistThief || !store.isToResist {
            guard let target = opened as? any AttackableStore else {
                throw StoreError.unavailable(
                    place: opened.place,
                    reason: "no attack is known on a store of this kind",
                    hint: "attack another with --copy"
                )
            }
            try AttackRun(target, clock: now, stop: stop).run(&report)
        }
        if store.copyClass == .separateArea, let area = opened as? any SeparateStore {
            try trespass(area, of: store, &report)
        }
        if let probe = store.probe {
            try ReachRun(probe: probe, store: store, stop: stop).run(&report, at: opened.place)
        }
        if let lack = store.classLack(in: site.configuration) {
            report.add(lack)
        }
    }
}

extension AttackRow {
    /// States what an attack came to, without the place of its record.
    ///
    /// - Parameters:
    ///   - report: what was tried, and what came of it.
    ///   - store: the store's name and place.
    ///   - started: when it began, by the host's clock.
    ///   - finished: when it ended.
    init(_ report: AttackReport, store: String, started: Timestamp, finished: Timestamp) {
        let attempts = JSONValue.array(report.attempts.map(\.json))
        self.init(
            store: store,
            started: started,
            finished: finished,
            verdict: report.verdict,
            attempts: String(decoding: attempts.canonical, as: UTF8.self),
            recordKey: nil
        )
    }
}
