import Catalog
package import Configuration
package import Copying
import Format
package import Model
import ObjectStore
import Repository
package import Workers

/// Attacks stores of a site with this host's own credentials, and keeps what came of it.
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

    private let site: Site
    private let now: @Sendable () -> Timestamp
    private let stop: StopFlag
    /// What is to be attacked.
    package let stores: [Configuration.Store]

    /// Plans.
    ///
    /// - Parameters:
    ///   - site: whose stores.
    ///   - store: this one, whether it is to resist or not; nil for all that are.
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
        let named = try site.stores(named: store)
        stores = named.filter { store != nil || $0.isToResist }
    }

    /// Attacks one store, signs what came of it, stores the record there and tells the catalog.
    ///
    /// - Parameter store: one of ``stores``.
    /// - Returns: what came of it.
    /// - Throws: ``StoreError`` if nothing can be stored there; ``Stopped``; ``CatalogError``,
    ///   ``HostStateError`` or ``CryptoError`` if it cannot be kept.
    package func run(_ store: Configuration.Store) throws -> Outcome {
        let started = now()
        let target = try attackable(store)
        let report = try AttackRun(target, clock: now, stop: stop).run()
        var findings = report.findings
        var row = AttackRow(report, store: target.place, started: started, finished: now())
        do {
            let repository = try Repository(opening: target)
            row.recordKey = try SignedHistory(of: site).append(row, about: report, in: repository)
        } catch let error as RepositoryError {
            findings.append(
                Finding(
                    .recordNotStored,
                    .named("attack"),
                    evidence: ["reason": error.description]
                )
            )
        }
        try site.catalog().record(attack: row)
        return Outcome(report: report, findings: findings, recordKey: row.recordKey)
    }

    /// The store itself: what helps readers would stand between an attack and what it did.
    private func attackable(_ store: Configuration.Store) throws -> any AttackableStore {
        let opened = ManyVersions.base(of: try site.open(store))
        guard let target = opened as? any AttackableStore else {
            throw StoreError.unavailable(
                place: opened.place,
                reason: "no attack is known on a store of this kind",
                hint: "attack another with --copy"
            )
        }
        return target
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
