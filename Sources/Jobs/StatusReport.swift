package import Catalog
import Configuration
import Format
import HostState
package import Model
import Repository

/// How each set stands against its policy: the weakest of what is demanded.
package struct StatusReport: Sendable {
    /// One set.
    package struct SetStatus: Sendable {
        package let name: String
        package let snapshot: SnapshotRow?
        package let verification: VerificationRow?
        package let drill: DrillRow?
        package let findings: [Finding]

        /// The weakest that the policy demands.
        package var verdict: Verdict { Verdict(findings) }
    }

    /// A recovery key counts as unproven when it was last opened longer ago than this.
    private static let keyCheckAgeMax: Duration = .seconds(365 * 86_400)
    /// A drill older than this proves nothing of today; where a plan has a schedule, that counts.
    private static let drillAgeMax: Duration = .seconds(100 * 86_400)
    /// Clocks differ; a time this far ahead is not yet a sign.
    private static let skewMax: Duration = .seconds(300)

    package let sets: [SetStatus]
    /// What concerns the whole site: the recovery keys, the drill identity.
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
    package init(of site: Site, now: Timestamp) throws {
        let catalog = try site.catalog()
        var sets: [SetStatus] = []
        for set in site.configuration.sets {
            sets.append(try StatusReport.judge(set, site, catalog, now))
        }
        self.sets = sets
        self.site = try StatusReport.judgeSite(site, catalog, now)
    }

    // MARK: - One set

    private static func judge(
        _ set: Configuration.BackupSet,
        _ site: Site,
        _ catalog: Catalog,
        _ now: Timestamp
    ) throws -> SetStatus {
        let subject = Subject.named(set.name)
        guard let id = try site.state.id(of: set.name),
            let snapshot = try catalog.newestSnapshot(of: id, complete: true)
        else {
            return SetStatus(
                name: set.name,
                snapshot: nil,
                verification: nil,
                drill: nil,
                findings: [Finding(.neverBackedUp, subject)]
            )
        }
        let verification = try catalog.newestVerification(of: id)
        let drill = try catalog.newestDrill(of: id)
        var findings = judgeBackup(set, snapshot, now)
        findings += judgeVerification(verification, subject)
        findings += judgeDrill(drill, subject, now)
        return SetStatus(
            name: set.name,
            snapshot: snapshot,
            verification: verification,
            drill: drill,
            findings: findings
        )
    }

    private static func judgeBackup(
        _ set: Configuration.BackupSet,
        _ snapshot: SnapshotRow,
        _ now: Timestamp
    ) -> [Finding] {
        let age = now.since(snapshot.finished)
        if age < .zero - skewMax {
            return [
                Finding(
                    .datedInTheFuture,
                    .named(set.name),
                    evidence: ["finished": snapshot.finished.rfc3339]
                )
            ]
        }
        guard let max = set.rpo, age > max else {
            return []
        }
        return [
            Finding(
                .backupLate,
                .named(set.name),
                evidence: [
                    "ageSeconds": "\(age.components.seconds)",
                    "maxSeconds": "\(max.components.seconds)",
                ]
            )
        ]
    }

    private static func judgeVerification(
        _ verification: VerificationRow?,
        _ subject: Subject
    ) -> [Finding] {
        guard let verification else {
            return [Finding(.neverVerified, subject)]
        }
        switch verification.verdict {
        case .proven: return []
        case .notProven: return [Finding(.verificationNotProven, subject)]
        case .failed: return [Finding(.verificationFailed, subject)]
        }
    }

    private static func judgeDrill(
        _ drill: DrillRow?,
        _ subject: Subject,
        _ now: Timestamp
    ) -> [Finding] {
        guard let drill else {
            return [Finding(.neverDrilled, subject)]
        }
        var findings: [Finding] = []
        switch drill.verdict {
        case .proven: break
        case .notProven: findings.append(Finding(.drillNotProven, subject))
        case .failed: findings.append(Finding(.drillFailed, subject))
        }
        let age = now.since(drill.finished ?? drill.started)
        if age > drillAgeMax {
            findings.append(
                Finding(
                    .drillLate,
                    subject,
                    evidence: ["ageSeconds": "\(age.components.seconds)"]
                )
            )
        }
        return findings
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
            let recovery = site.configuration.recipient(named: Configuration.recoveryName)
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
        if age > keyCheckAgeMax {
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
