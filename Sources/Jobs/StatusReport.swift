package import Catalog
import Configuration
import Format
import HostState
package import Model
import Repository
import Scheduling

/// How each set stands against its policy: the weakest of what is demanded.
package struct StatusReport: Sendable {
    /// One set.
    package struct SetStatus: Sendable {
        /// Its name in the configuration.
        package let name: String
        /// Its newest complete snapshot.
        package let snapshot: SnapshotRow?
        /// The last verification of the store where it lies.
        package let verification: VerificationRow?
        /// Its newest drill.
        package let drill: DrillRow?
        /// How far each copy of it is.
        package let copies: [CopyStanding.Copy]
        /// How far its copies are as 3-2-1-1-0 asks; nil before it was counted.
        package internal(set) var score: CopyScore?
        /// Last attempts of the daemon that did not end as they should.
        package let troubledRuns: [RunRow]
        /// What is wrong with it, or in doubt.
        package let findings: [Finding]

        /// The weakest that the policy demands.
        package var verdict: Verdict { Verdict(findings) }
    }

    /// A recovery key counts as unproven when it was last opened longer ago than this.
    private static let keyCheckAgeMax: Duration = .seconds(365 * 86_400)
    /// How long a snapshot may take to be in every further store.
    private static let copyAgeMax: Duration = .seconds(86_400)
    /// How long after its moment work may end before its schedule counts as missed.
    static let grace = (backup: Int64(6), verification: Int64(72), drill: Int64(24))
    /// Clocks differ; a time this far ahead is not yet a sign.
    static let skewMax: Duration = .seconds(300)

    /// Each configured set.
    package let sets: [SetStatus]
    /// How far each store is read.
    package let readings: [StoreReading]
    /// Last attempts of the daemon to read or attack a store that did not end as they should.
    package let troubledRuns: [RunRow]
    /// What concerns the whole site: the recovery keys, the drill identity, what drills let expect,
    /// its media, what an attacker could do to its stores, and what of them was not read in time.
    package let site: [Finding]

    /// The weakest of all.
    package var verdict: Verdict {
        sets.map(\.verdict).reduce(Verdict(site)) { $0.weaker($1) }
    }

    /// Judges a site.
    ///
    /// - Parameters:
    ///   - site: its configuration and state.
    ///   - now: by the host's clock.
    ///   - devices: of this machine.
    /// - Throws: ``CatalogError``; ``HostStateError``.
    package init(
        of site: Site,
        now: Timestamp,
        devices: ConnectedDevices = ConnectedDevices()
    ) throws {
        let catalog = try site.catalog()
        var sets: [SetStatus] = []
        for set in site.configuration.sets {
            var status = try StatusReport.judge(set, site, catalog, now)
            status.score = try CopyScore(of: set, site, status.copies, catalog, devices, now: now)
            sets.append(status)
        }
        let readings = try StatusReport.readings(site, catalog, now)
        self.sets = sets
        self.readings = readings
        troubledRuns = try site.configuration.stores.flatMap { store in
            try catalog.troubledRuns(of: store.name, [.read, .attack])
        }
        self.site =
            try StatusReport.judgeSite(site, catalog, now)
            + StatusReport.risks(site, catalog, now)
            + MediaStanding(site, catalog, now: now).findings
            + StatusReport.judgeAttacks(site, catalog, now)
            + readings.flatMap(\.findings)
    }

    // MARK: - One set

    private static func judge(
        _ set: Configuration.BackupSet,
        _ site: Site,
        _ catalog: Catalog,
        _ now: Timestamp
    ) throws -> SetStatus {
        let subject = Subject.named(set.name)
        let troubled = try catalog.troubledRuns(of: set.name, [.backup, .verify])
        let clock = Clock(now: now, zone: site.configuration.site.timeZone, set: subject)
        let id = try site.setID(named: set.name)
        let snapshot = try id.flatMap { try catalog.newestSnapshot(of: $0, complete: true) }
        let verification = try site.lastVerification(of: set)
        let drill = try id.flatMap { try catalog.newestDrill(of: $0) }
        var findings: [Finding] = []
        // A drill host makes no backups; how old they are is the backup host's to say.
        if site.configuration.role == .backup {
            guard let snapshot else {
                return SetStatus(
                    name: set.name,
                    snapshot: nil,
                    verification: nil,
                    drill: nil,
                    copies: [],
                    troubledRuns: troubled,
                    findings: [Finding(.neverBackedUp, subject)]
                )
            }
            findings += clock.age(
                of: snapshot.finished,
                begun: snapshot.started,
                atMost: set.rpo,
                by: [set.schedule],
                graceHours: grace.backup,
                else: .backupLate
            )
        }
        findings += judgeVerification(verification, of: set, clock)
        // What a deep verification showed stands until a backup builds on nothing of it: one
        // without keys, which comes after it, cannot see it.
        if verification?.verdict != .failed, try site.state.distrusted(of: set.name) != nil {
            findings.append(Finding(.verificationFailed, subject))
        }
        findings += try judgeDrill(drill, late: latePlans(of: set, site, catalog, clock), clock)
        let copies = try CopyStanding(site, sets: [set])
        // What was backed up just now may still be on its way.
        if let snapshot, now.since(snapshot.finished) > copyAgeMax {
            findings += copies.behind
        }
        findings += copies.wrong
        return SetStatus(
            name: set.name,
            snapshot: snapshot,
            verification: verification,
            drill: drill,
            copies: copies.copies,
            troubledRuns: troubled,
            findings: findings
        )
    }

    /// Judges ages of one set.
    struct Clock {
        let now: Timestamp
        let zone: SiteTimeZone
        let set: Subject

        /// What is wrong with when something was done.
        ///
        /// - Parameters:
        ///   - finished: when it ended.
        ///   - begun: when it began, which is what answers a moment of a schedule.
        ///   - max: how old it may be; nil for any age.
        ///   - schedules: those that ask for it.
        ///   - hours: how long after its moment it may end.
        ///   - late: the finding.
        /// - Returns: one finding, or none if it is as it should be.
        func age(
            of finished: Timestamp,
            begun: Timestamp,
            atMost max: Duration?,
            by schedules: [CronSchedule?],
            graceHours hours: Int64,
            else late: FindingCode
        ) -> [Finding] {
            let age = now.since(finished)
            if age < .zero - skewMax {
                return [Finding(.datedInTheFuture, set, evidence: ["finished": finished.rfc3339])]
            }
            var evidence: [String: String] = [:]
            if let max, age > max {
                evidence["maxSeconds"] = "\(max.components.seconds)"
            }
            let before = Timestamp(seconds: now.seconds - hours * 3_600)
            let due = schedules.compactMap { $0?.latestDue(at: before, in: zone) }.max()
            if let due, begun < due {
                evidence["due"] = zone.text(due)
            }
            guard !evidence.isEmpty else {
                return []
            }
            evidence["ageSeconds"] = "\(age.components.seconds)"
            return [Finding(late, set, evidence: evidence)]
        }
    }

    // MARK: - The site

    private static func judgeSite(
        _ site: Site,
        _ catalog: Catalog,
        _ now: Timestamp
    ) throws -> [Finding] {
        var findings: [Finding] = []
        if site.configuration.sets.isEmpty {
            // Nothing was asked for: that is not the same as all being well.
            findings.append(Finding(.neverBackedUp, .named(site.configuration.site.name)))
        }
        if site.configuration.drill.identityOnThisHost {
            findings.append(Finding(.hostCanOpenPast, .named("drill identity")))
        }
        guard
            let recovery = site.configuration.recipient(named: Configuration.recoveryName),
            site.configuration.role == .backup
        else {
            return findings
        }
        let subject = Subject.named("recipient \(recovery.name)")
        guard let check = try catalog.newestKeyCheck(recipient: recovery.text),
            check.verdict == .proven
        else {
            return findings + [Finding(.recoveryKeyNeverChecked, subject)]
        }
        let age = now.since(check.time)
        if age < .zero - skewMax {
            findings.append(
                Finding(.datedInTheFuture, subject, evidence: ["finished": check.time.rfc3339])
            )
        } else if age > keyCheckAgeMax {
            findings.append(
                Finding(
                    .recoveryKeyCheckLate,
                    subject,
                    evidence: ["ageSeconds": "\(age.components.seconds)"]
                )
            )
        }
        return findings
    }
}

extension Catalog {
    /// The last attempt of each kind at a set or store, if it ended, and not as it should.
    fileprivate func troubledRuns(of name: String, _ kinds: [JobKind]) throws -> [RunRow] {
        try kinds.compactMap { try lastRun(of: name, kind: $0) }
            .filter { $0.end.map { $0.outcome != .done } ?? false }
    }
}
