import Catalog
import Configuration
import Model

extension CopyScore {
    /// Counts the copies of a set by what the catalog knows.
    ///
    /// - Parameters:
    ///   - set: which set.
    ///   - site: its stores.
    ///   - copies: how far each of its further stores is.
    ///   - catalog: the host's.
    ///   - devices: of this machine.
    ///   - now: by the host's clock.
    /// - Throws: ``CatalogError``; ``HostStateError``.
    init(
        of set: Configuration.BackupSet,
        _ site: Site,
        _ copies: [CopyStanding.Copy],
        _ catalog: Catalog,
        _ devices: ConnectedDevices,
        now: Timestamp
    ) throws {
        guard let first = site.configuration.stores(of: set).first,
            let id = try site.setID(named: set.name),
            let newest = try catalog.newestSnapshot(of: id)
        else {
            self.init([])
            return
        }
        let facts = Facts(
            set: id,
            configuration: site.configuration,
            catalog: catalog,
            devices: devices,
            now: now
        )
        var places = [
            try facts.place(
                of: first,
                at: Site.place(of: first),
                isNewest: true,
                arrived: newest.finished
            )
        ]
        for copy in copies {
            guard let last = copy.last else {
                continue  // Nothing lies there.
            }
            places.append(
                try facts.place(
                    of: copy.store,
                    at: last.store,
                    isNewest: last.head?.sequence == newest.ref.sequence,
                    arrived: last.finished
                )
            )
        }
        self.init(places)
    }

    /// What the catalog knows of the places of one set.
    private struct Facts {
        let set: SetID
        let configuration: Configuration
        let catalog: Catalog
        let devices: ConnectedDevices
        let now: Timestamp

        func place(
            of store: Configuration.Store,
            at place: String,
            isNewest: Bool,
            arrived: Timestamp
        ) throws -> Place {
            let deadline = ReadingDeadline(within: store.readWithin, now: now)
            let standing = try catalog.readingStanding(of: place, at: deadline.ahead)
            let verified = try catalog.newestVerification(of: set, store: place)
            return Place(
                kind: kind(of: store),
                isNewest: isNewest,
                isRead: isRead(deadline, standing, arrived),
                isAway: store.copyClass == .separateArea || kind(of: store) == .bucket,
                resists: try resists(store, place),
                isDamaged: verified?.verdict == .failed || (standing?.damaged ?? 0) > 0
            )
        }

        private func kind(of store: Configuration.Store) -> Kind {
            store.media != nil ? .medium : store.folder == nil ? .bucket : .folder
        }

        /// What came after the last listing is in no ledger; it has its day. What is dated in the
        /// future shows nothing.
        private func isRead(
            _ deadline: ReadingDeadline,
            _ standing: ReadingStanding?,
            _ arrived: Timestamp
        ) -> Bool {
            guard let standing, let listed = standing.listed, standing.objects > 0,
                listed <= deadline.ahead
            else {
                return false
            }
            let isFresh = arrived >= deadline.freshLate && arrived <= deadline.ahead
            return deadline.isKept(standing) && (arrived <= listed || isFresh)
        }

        private func resists(_ store: Configuration.Store, _ place: String) throws -> Bool {
            if try standsThief(store, place) {
                return true
            }
            return try catalog.media().contains { row in
                // Each medium has a place of its own, and it alone is away.
                try row.store == store.name && row.counts
                    && Site.place(ofMedium: row.label, in: store) == place
                    && isAway(row, from: store)
            }
        }

        /// By its last attack, if that was in time and lacked nothing.
        private func standsThief(
            _ store: Configuration.Store,
            _ place: String
        ) throws -> Bool {
            guard store.isToResistThief, let attack = try catalog.newestAttack(of: place),
                attack.verdict == .proven
            else {
                return false
            }
            let trials = store.trials(in: configuration)
            return StatusReport.judgeAttack(attack, on: place, asked: trials, now).isEmpty
        }

        /// Whether it was here, is nowhere on this machine, and was no other than it ought to be.
        private func isAway(_ row: MediumRow, from store: Configuration.Store) throws -> Bool {
            try catalog.presences(of: row.id).last?.detached != nil && row.doubted == nil
                && !row.isMounted(in: store) && devices.have(row) == false
        }
    }
}
