import Catalog
import Configuration
package import Model

extension ClassStanding {
    /// Asks the catalog of every store that is declared to be something, and looks what is mounted
    /// and what is connected.
    ///
    /// - Parameters:
    ///   - site: its configuration and state.
    ///   - now: by the host's clock.
    ///   - devices: of this machine.
    /// - Returns: in the configuration's order.
    /// - Throws: ``CatalogError``; ``HostStateError``.
    package static func all(
        of site: Site,
        now: Timestamp,
        devices: ConnectedDevices = ConnectedDevices()
    ) throws -> [ClassStanding] {
        let catalog = try site.catalog()
        let media = try MediaStanding(site, catalog, now: now).media
        let facts = Facts(
            configuration: site.configuration,
            catalog: catalog,
            devices: devices,
            now: now
        )
        return try site.configuration.stores.compactMap { store in
            try store.copyClass.map { declared in
                let own = media.filter { $0.row.store == store.name }
                return try facts.standing(of: store, declared, own)
            }
        }
    }

    /// What is known, and by when it is judged.
    private struct Facts {
        let configuration: Configuration
        let catalog: Catalog
        let devices: ConnectedDevices
        let now: Timestamp

        func standing(
            of store: Configuration.Store,
            _ declared: Configuration.CopyClass,
            _ media: [MediaStanding.Medium]
        ) throws -> ClassStanding {
            if let lack = store.classLack(in: configuration) {
                return unproven(store, declared, lack.code)
            }
            switch declared {
            case .detachedMedium, .attachedForTransfer:
                return carried(store, declared, media)
            case .separateArea, .writeOnce, .segmentedNetwork:
                return try attacked(store, declared, media)
            }
        }

        private func unproven(
            _ store: Configuration.Store,
            _ declared: Configuration.CopyClass,
            _ code: FindingCode
        ) -> ClassStanding {
            ClassStanding(
                store: store,
                copyClass: declared,
                evidence: nil,
                verdict: .notProven,
                codes: [code]
            )
        }

        // MARK: - By what was tried

        /// By the last attack on each place of a store. What was tried before the store was
        /// declared to be of its class says nothing of that.
        private func attacked(
            _ store: Configuration.Store,
            _ declared: Configuration.CopyClass,
            _ media: [MediaStanding.Medium]
        ) throws -> ClassStanding {
            // Each medium has a place of its own, and is attacked by itself.
            let places =
                store.media == nil
                ? [Site.place(of: store)]
                : media.map { Site.place(ofMedium: $0.row.label, in: store) }
            let trials = store.trials(in: configuration)
            var findings = media.compactMap(\.doubt)
            var attacks: [AttackRow] = []
            for place in places {
                let attack = try catalog.newestAttack(of: place)
                findings += StatusReport.judgeAttack(attack, on: place, asked: trials, now)
                if let attack {
                    attacks.append(attack)
                }
            }
            guard let oldest = attacks.map(\.finished).min() else {
                return unproven(store, declared, .attackNever)
            }
            let isWhole = !findings.contains { $0.code == .attackNever }
            return ClassStanding(
                store: store,
                copyClass: declared,
                evidence: isWhole ? .attack(oldest) : nil,
                verdict: attacks.reduce(Verdict(findings)) { $0.weaker($1.verdict) },
                codes: findings.eachCodeOnce
            )
        }

        // MARK: - By media that come and go

        /// By where the media of a store are, and were. That a medium lies detached is shown by one
        /// that does; that media are here for transfers only, by times that were all short enough.
        private func carried(
            _ store: Configuration.Store,
            _ declared: Configuration.CopyClass,
            _ media: [MediaStanding.Medium]
        ) -> ClassStanding {
            guard !media.isEmpty else {
                return unproven(store, declared, .classNotProven)
            }
            let policy = store.media ?? .standard
            let start = now.adding(.seconds(-ClassStanding.onlineDays * 86_400))
            let stays = media.map { Stay($0, in: store, since: start, devices, now) }
            let counted = stays.filter { !$0.isDoubted }
            var findings = media.compactMap(\.doubt)
            findings += media.compactMap { $0.stay(by: policy, now) }
            let isSeen: Bool
            if declared == .detachedMedium {
                isSeen = counted.contains { $0.away != nil }
                if !isSeen, stays.contains(where: { $0.isConnected || $0.isUntold }) {
                    findings.append(Finding(.classNotProven, .named(Site.place(of: store))))
                }
            } else {
                // Of one that is mounted and was not attached nobody counts the time.
                isSeen =
                    counted.contains { $0.seen != nil }
                    && media.allSatisfy { $0.isHere || !$0.row.isMounted(in: store) }
                findings += media.filter { $0.overstayed(policy.onlineMax, after: start, now) }
                    .map { Finding(.mediumOnline, .named($0.row.label)) }
            }
            return ClassStanding(
                store: store,
                copyClass: declared,
                evidence: .media(stays),
                verdict: Verdict(findings).weaker(isSeen ? .proven : .notProven),
                codes: findings.eachCodeOnce
            )
        }
    }
}

extension ClassStanding.Stay {
    fileprivate init(
        _ medium: MediaStanding.Medium,
        in store: Configuration.Store,
        since start: Timestamp,
        _ devices: ConnectedDevices,
        _ now: Timestamp
    ) {
        let isHere = medium.isHere || medium.row.isMounted(in: store)
        let isConnected = isHere ? nil : devices.have(medium.row)
        let isAway = isConnected == false
        let left = medium.presences.last?.detached
        label = medium.row.label
        away = isAway ? left : nil
        due = isAway ? medium.row.due : nil
        seen = isHere ? now : left
        online = medium.presences.map { presence in
            max(.zero, (presence.detached ?? now).since(max(presence.attached, start)))
        }.reduce(.zero, +)
        self.isConnected = isConnected == true
        isUntold = !isHere && isConnected == nil && left != nil
        isDoubted = medium.row.doubted != nil
    }
}

extension MediaStanding.Medium {
    /// Whether a time that reached past `start` was longer than it might be.
    fileprivate func overstayed(_ max: Duration, after start: Timestamp, _ now: Timestamp) -> Bool {
        presences.contains { presence in
            let end = presence.detached ?? now
            return end > start && end.since(presence.attached) > max
        }
    }
}

extension [Finding] {
    fileprivate var eachCodeOnce: [FindingCode] {
        Set(map(\.code)).sorted { $0.rawValue < $1.rawValue }
    }
}
