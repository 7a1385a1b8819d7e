import Catalog
import Configuration
import Format
import HostState
package import Model
import ObjectStore
import Repository
package import Verification

extension VerifyPlan {
    /// Signs the report, stores it beside what was verified, and writes it into the site's catalog.
    ///
    /// - Returns: that it could not be stored, if so: a medium may be read-only; and the sets whose
    ///   next backup begins an epoch.
    package func remember(
        _ report: VerificationReport,
        of part: Part,
        started: Timestamp,
        finished: Timestamp
    ) throws -> (findings: [Finding], distrusted: [String]) {
        guard let site else {
            return ([], [])
        }
        var findings: [Finding] = []
        var row = VerificationRow(
            report,
            store: part.store.place,
            started: started,
            finished: finished,
            sets: part.request.sets ?? Set(part.request.heads.keys)
        )
        do {
            let repository = try Repository(opening: part.store)
            row.recordKey = try SignedHistory(of: site).append(row, in: repository)
        } catch let error as RepositoryError {
            findings.append(SignedHistory.notStored(.verification, error))
        }
        let catalog = try site.catalog()
        try catalog.record(verification: row)
        try note(report, of: part, from: started, to: finished, catalog)
        let distrusted = try rememberDamage(report, of: part, sets: row.sets, site)
        return (findings, distrusted)
    }

    /// Tells the ledger what was read. It counts from the start: nothing was read before, and what
    /// came since was not listed. A folder without a descriptor is none that makes it forget.
    private func note(
        _ report: VerificationReport,
        of part: Part,
        from started: Timestamp,
        to finished: Timestamp,
        _ catalog: Catalog
    ) throws {
        let place = part.store.place
        let isLost = report.findings.contains { $0.code == .descriptorMissing }
        if part.request.sets == nil, !isLost {
            let listed = report.listed.map { ReadingRow.Object($0) }
            _ = try catalog.note(listing: listed, of: place, at: finished, begun: started)
        }
        let whole = report.whole.map { ReadingRow.Object($0) }
        try catalog.note(read: whole, of: place, at: started)
        let damaged = report.damaged.map { ReadingRow.Object($0) }
        try catalog.note(damaged: damaged, of: place, at: started)
    }

    /// Tells the next backups what they must not stand on. Damage of a copy in another store says
    /// nothing about the one that they add to.
    ///
    /// - Returns: the sets that are not believed any more.
    private func rememberDamage(
        _ report: VerificationReport,
        of part: Part,
        sets: Set<SetID>,
        _ site: Site
    ) throws -> [String] {
        var distrusted: [String] = []
        for set in site.configuration.sets {
            guard let id = try site.setID(named: set.name), sets.contains(id),
                site.place(of: set) == part.store.place
            else {
                continue
            }
            let names = report.damagedObjects(of: id)
            try site.state.remember(damaged: names, of: set.name)
            if let epoch = report.deep?.falseEpochs[id],
                try site.state.distrust(set.name, epoch: epoch)
            {
                distrusted.append(set.name)
            }
        }
        return distrusted
    }
}
