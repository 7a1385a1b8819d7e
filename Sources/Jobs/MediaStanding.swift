package import Catalog
import Configuration
package import Model

/// How each medium of a site stands, as the catalog remembers it: where it is, what it has, when it
/// was read; and whether what is mounted now is one of them.
package struct MediaStanding: Sendable {
    /// A medium that counts.
    package struct Medium: Sendable {
        /// Who keeps it, where, and until when.
        package let row: MediumRow
        /// Each time in which it was here, the oldest first.
        package let presences: [MediumPresence]
        /// Whether it is here.
        package let isHere: Bool
        /// The newest snapshot that was ever whole on it, by the set's name.
        package let heads: [String: Head]
        /// When all of it was last read and proven; nil if it never was.
        package let lastRead: Timestamp?
        /// How many of its objects were found damaged, and not whole since.
        let damaged: UInt64

        /// How long it was here in all, until `now`.
        package func online(until now: Timestamp) -> Duration {
            presences.map { max(.zero, ($0.detached ?? now).since($0.attached)) }
                .reduce(.zero, +)
        }
    }

    /// Every medium that counts, in the order in which they were made.
    package let media: [Medium]
    /// What is wrong with them, or with what is mounted.
    package let findings: [Finding]

    /// Asks the catalog, and looks what is mounted.
    ///
    /// - Parameters:
    ///   - site: its configuration and state.
    ///   - catalog: the site's.
    ///   - now: by the host's clock.
    /// - Throws: ``CatalogError``; ``HostStateError``.
    package init(_ site: Site, _ catalog: Catalog, now: Timestamp) throws {
        let rows = try catalog.media()
        let mounted = site.configuration.stores.flatMap { MediaStanding.judge($0, site, rows) }
        var media: [Medium] = []
        var findings: [Finding] = []
        for row in rows where row.counts {
            let medium = try Medium(row, site, catalog, now)
            let store = site.configuration.store(named: row.store)
            findings += medium.findings(
                by: store?.media ?? .standard,
                readWithin: store?.readWithin ?? Configuration.Store.readWithinUsual,
                now
            )
            // What is seen of it now says more than that it was in doubt.
            let isTold = mounted.contains {
                $0.code == .mediumWrong && $0.subject == .named(row.label)
            }
            if !isTold, let doubt = medium.doubt {
                findings.append(doubt)
            }
            media.append(medium)
        }
        self.media = media
        self.findings = findings + mounted
    }

    /// When that was read which was read longest ago, where all that was listed was read whole.
    fileprivate static func readToItsEnd(_ standing: ReadingStanding) -> Timestamp? {
        standing.listed != nil && standing.unread == 0 && standing.damaged == 0
            ? standing.oldestRead : nil
    }

    /// What is mounted at a store's folder. What cannot be read is nothing that anyone knows.
    private static func judge(
        _ store: Configuration.Store,
        _ site: Site,
        _ rows: [MediumRow]
    ) -> [Finding] {
        do {
            return try MountedMedium(in: store)?.findings(site, among: rows) ?? []
        } catch {
            return [
                Finding(.mediumUnknown, .named(store.name), evidence: ["reason": error.words])
            ]
        }
    }
}

extension MediaStanding.Medium {
    /// What was read at a time that is yet to come was not.
    fileprivate init(
        _ row: MediumRow,
        _ site: Site,
        _ catalog: Catalog,
        _ now: Timestamp
    ) throws {
        var heads: [String: Head] = [:]
        var readings: [Timestamp?] = []
        var standing: ReadingStanding?
        let ahead = now.adding(StatusReport.skewMax)
        if let store = site.configuration.store(named: row.store) {
            let place = Site.place(ofMedium: row.label, in: store)
            standing = try catalog.readingStanding(of: place, at: ahead)
            for set in site.configuration.sets where set.stores.contains(store.name) {
                guard let id = try site.setID(named: set.name),
                    let head = try catalog.copiedHead(of: id, in: place)
                else {
                    continue
                }
                heads[set.name] = head
                let last = try catalog.newestVerification(of: id, store: place)
                readings.append(
                    last.flatMap {
                        $0.verdict == .proven && $0.finished <= ahead ? $0.finished : nil
                    }
                )
            }
        }
        // All of it: the set that was read longest ago counts, and one that never was.
        let verified = readings.contains(nil) ? nil : readings.compactMap(\.self).min()
        let ledger = standing.flatMap(MediaStanding.readToItsEnd)
        self.init(
            row: row,
            presences: try catalog.presences(of: row.id),
            isHere: try catalog.isHere(row.id),
            heads: heads,
            lastRead: [verified, ledger].compactMap(\.self).max(),
            damaged: standing?.damaged ?? 0
        )
    }

    fileprivate func findings(
        by policy: Configuration.MediaPolicy,
        readWithin: Duration,
        _ now: Timestamp
    ) -> [Finding] {
        [stay(by: policy, now), unread(within: readWithin, now), broken].compactMap(\.self)
    }

    /// That it was not what it ought to be when it was last attached; nil if it was.
    var doubt: Finding? {
        row.doubted.map { since in
            Finding(.mediumWrong, .named(row.label), evidence: ["since": since.rfc3339])
        }
    }

    /// That it is where it is for too long.
    ///
    /// - Parameters:
    ///   - policy: how long it may be away, and how long here.
    ///   - now: by the host's clock.
    /// - Returns: nil if it is not.
    func stay(by policy: Configuration.MediaPolicy, _ now: Timestamp) -> Finding? {
        isHere ? online(since: presences.last?.attached, policy, now) : away(policy, now)
    }

    /// What was seen damaged stays so, wherever it lies.
    private var broken: Finding? {
        damaged == 0
            ? nil
            : Finding(.objectDamaged, .named(row.label), evidence: ["objects": "\(damaged)"])
    }

    /// It is here: for too long?
    private func online(
        since attached: Timestamp?,
        _ policy: Configuration.MediaPolicy,
        _ now: Timestamp
    ) -> Finding? {
        guard let attached, now.since(attached) > policy.onlineMax else {
            return nil
        }
        return Finding(
            .mediumOnline,
            .named(row.label),
            evidence: [
                "ageSeconds": "\(now.since(attached).components.seconds)",
                "attached": attached.rfc3339,
                "maxSeconds": "\(policy.onlineMax.components.seconds)",
            ]
        )
    }

    /// It is not here: is it late, or lost? Lost is what was away for twice the time that it might
    /// have been, or was never here.
    private func away(_ policy: Configuration.MediaPolicy, _ now: Timestamp) -> Finding? {
        let seen = presences.last?.detached
        let start = seen ?? row.added
        let due = row.due ?? start.adding(policy.returnWithin)
        guard now > due else {
            return nil
        }
        let allowed = max(due.since(start), policy.returnWithin)
        let isLost = seen == nil || now.since(start) > allowed * 2
        return Finding(
            isLost ? .mediumMissing : .mediumOverdue,
            .named(row.label),
            evidence: ["due": due.rfc3339, "lastSeen": seen?.rfc3339 ?? "never"]
        )
    }

    /// What nobody brought to it nobody has to read.
    private func unread(within time: Duration, _ now: Timestamp) -> Finding? {
        guard !heads.isEmpty, now.since(lastRead ?? row.added) > time else {
            return nil
        }
        return Finding(
            .mediumUnread,
            .named(row.label),
            evidence: [
                "lastRead": lastRead?.rfc3339 ?? "never",
                "maxSeconds": "\(time.components.seconds)",
            ]
        )
    }
}
