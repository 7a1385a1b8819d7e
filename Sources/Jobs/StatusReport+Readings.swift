package import Catalog
import Configuration
package import Model

extension StatusReport {
    /// How far one store is read.
    package struct StoreReading: Sendable {
        /// Its name in the configuration.
        package let store: String
        /// How far it is; nil if nothing of it was ever listed or read.
        package let standing: ReadingStanding?
        /// That something waits for longer than it may.
        package let findings: [Finding]
    }

    /// How far each store is read. Media are judged one by one, as media.
    ///
    /// - Parameters:
    ///   - site: whose stores.
    ///   - catalog: the host's.
    ///   - now: by the host's clock.
    /// - Returns: one for each store that stays where it is.
    /// - Throws: ``CatalogError``.
    static func readings(
        _ site: Site,
        _ catalog: Catalog,
        _ now: Timestamp
    ) throws -> [StoreReading] {
        var readings: [StoreReading] = []
        for store in site.configuration.stores where store.media == nil {
            let place = Site.place(of: store)
            let deadline = ReadingDeadline(within: store.readWithin, now: now)
            let standing = try catalog.readingStanding(of: place, at: deadline.ahead)
            var findings: [Finding] = []
            if let damaged = standing?.damaged, damaged > 0 {
                let evidence = ["objects": "\(damaged)"]
                findings.append(Finding(.objectDamaged, .named(place), evidence: evidence))
            }
            if let late = try lateReading(of: place, deadline, catalog) {
                findings.append(late)
            } else if try isUnread(standing, store, deadline, site, catalog) {
                findings.append(Finding(.readingLate, .named(place), evidence: ["oldest": "never"]))
            }
            readings.append(
                StoreReading(store: store.name, standing: standing, findings: findings)
            )
        }
        return readings
    }

    /// Whether a store holds snapshots of more than a day, and nothing of it was ever read. Of a
    /// set's first store that was never verified that is told already.
    private static func isUnread(
        _ standing: ReadingStanding?,
        _ store: Configuration.Store,
        _ deadline: ReadingDeadline,
        _ site: Site,
        _ catalog: Catalog
    ) throws -> Bool {
        // A verification of one set alone lists nothing, and reads all the same.
        let isRead = standing.map { $0.listed != nil || $0.objects > 0 } ?? false
        guard !isRead, site.configuration.role == .backup else {
            return false
        }
        let place = Site.place(of: store)
        return try site.configuration.sets.contains { set in
            guard set.stores.contains(store.name), let id = try site.setID(named: set.name),
                let oldest = try catalog.snapshots(of: id).first,
                oldest.finished < deadline.freshLate
            else {
                return false
            }
            if set.stores.first == store.name {
                return try catalog.newestVerification(of: id, store: place) != nil
            }
            return try catalog.copiedHead(of: id, in: place) != nil
        }
    }

    /// That objects of a store were not read in time.
    ///
    /// - Parameters:
    ///   - place: the store's name and place.
    ///   - deadline: when it is too late.
    ///   - catalog: the host's.
    /// - Returns: one finding for all of them; nil if there are none.
    /// - Throws: ``CatalogError``.
    static func lateReading(
        of place: String,
        _ deadline: ReadingDeadline,
        _ catalog: Catalog
    ) throws -> Finding? {
        let late = try catalog.readings(
            of: place,
            arrivedBefore: deadline.freshLate,
            readBefore: deadline.late,
            at: deadline.ahead,
            countsDamaged: false
        )
        guard late.objects > 0,
            let standing = try catalog.readingStanding(of: place, at: deadline.ahead)
        else {
            return nil
        }
        let oldest = [standing.oldestArrival, standing.oldestRead].compactMap(\.self).min()
        var evidence = [
            "bytes": "\(late.bytes)", "objects": "\(late.objects)",
            "within": "\(deadline.within.components.seconds / 86_400)d",
        ]
        evidence["oldest"] = oldest?.rfc3339
        return Finding(.readingLate, .named(place), evidence: evidence)
    }
}
