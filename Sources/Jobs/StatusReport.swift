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
        /// Last attempts of the daemon that did not end as they should.
        package let troubledRuns: [RunRow]
        /// What is wrong with it, or in doubt.
        package let findings: [Finding]

        /// The weakest that the policy demands.
        package var verdict: Verdict { Verdict(findings) }
    }

    /// A recovery key counts as unproven when it was last opened longer ago than this.
    private static let keyCheckAgeMax: Duration = .seconds(365 * 86_400)
    /// Policies that demand no more: a drill every quarter, and every byte read in 90 days.
    private static let drillAgeMax: Duration = .seconds(100 * 86_400)
    private static let verificationAgeMax: Duration = .seconds(90 * 86_400)
    /// How long after its moment work may end before its schedule counts as missed.
    static let grace = (backup: Int64(6), verification: Int64(72), drill: Int64(24))
    /// Clocks differ; a time this far ahead is not yet a sign.
    private static let skewMax: Duration = .seconds(300)

    /// Each configured set.
    package let sets: [SetStatus]
    /// What concerns the whole site: the recovery keys, the drill identity, what drills let expect.
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
    /// - Throws: ``CatalogError``; ``HostStateError``.
    package init(of site: Site, now: Timestamp) throws {
        let catalog = try site.catalog()
        var sets: [SetStatus] = []
        for set in site.configuration.sets {
            sets.append(try StatusReport.judge(set, site, catalog, now))
        }
        self.sets = sets
        self.site =
            try StatusReport.judgeSite(site, catalog, now)
            + StatusReport.risks(site, catalog, now)
    }

    // MARK: - One set

    private static func judge(
        _ set: Configuration.BackupSet,
        _ site: Site,
        _ catalog: Catalog,
        _ now: Timestamp
    ) throws -> SetStatus {
        let subject = Subject.named(set.name)
        let troubled = try [JobKind.backup, .verify].compactMap { kind in
            try catalog.lastRun(of: set.name, kind: kind)
        }.filter { $0.end.map { $0.outcome != .done } ?? false }
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
        return SetStatus(
            name: set.name,
            snapshot: snapshot,
            verification: verification,
            drill: drill,
            troubledRuns: troubled,
            findings: findings
        )
    }

    private static func judgeVerification(
        _ verification: VerificationRow?,
        of set: Configuration.BackupSet,
        _ clock: Clock
    ) -> [Finding] {
        guard let verification else {
            return [Finding(.neverVerified, clock.set)]
        }
        let late = clock.age(
            of: verification.finished,
            begun: verification.started,
            atMost: verificationAgeMax,
            by: [set.verification?.schedule],
            graceHours: grace.verification,
            else: .verificationLate
        )
        switch verification.verdict {
        case .proven: return late
        case .notProven: return [Finding(.verificationNotProven, clock.set)] + late
        case .failed: return [Finding(.verificationFailed, clock.set)] + late
        }
    }

    private static func judgeDrill(
        _ drill: DrillRow?,
        late plans: [Finding],
        _ clock: Clock
    ) -> [Finding] {
        guard let drill else {
            return [Finding(.neverDrilled, clock.set)]
        }
        let old = clock.age(
            of: drill.finished ?? drill.started,
            begun: drill.started,
            atMost: drillAgeMax,
            by: [],
            graceHours: grace.drill,
            else: .drillLate
        )
        // That it is late is told once.
        let late = old.filter { plans.isEmpty || $0.code != .drillLate } + plans
        switch drill.verdict {
        case .proven: return late
        case .notProven: return [Finding(.drillNotProven, clock.set)] + late
        case .failed: return [Finding(.drillFailed, clock.set)] + late
        }
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
