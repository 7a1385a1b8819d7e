package import Clinical
package import Model
import Format
import Primitives
import Recovery
import Repository

/// One drill: restores every part, judges it, sabotages copies to see whether the judges see, and
/// comes to a verdict.
package struct DrillRun {
    /// What the plan asks.
    package struct Request: Sendable {
        /// How deep it must prove.
        package var level: Int
        /// The longest time until all is checked (RTO); nil if the plan has no target.
        package var recoveryTimeMax: Duration?
        /// The most that may be lost before the cut (RPO); nil if the plan has no target.
        package var recoveryPointMax: Duration?
        /// Whether this host could open its past by the drill's identity.
        package var identityIsOnBackupHost: Bool
        /// Whether deleting the scratch folder wipes it.
        package var scratchIsMemory: Bool
        /// What is wrong before anything is restored: newer snapshots that are gone or unreadable,
        /// sets that do not fit together.
        package var findings: [Finding]
        /// What must hold between the sets.
        package var joins: [ClinicalJoin] = []

        /// States what a plan asks and what this host is.
        package init(
            level: Int,
            recoveryTimeMax: Duration?,
            recoveryPointMax: Duration?,
            identityIsOnBackupHost: Bool,
            scratchIsMemory: Bool,
            findings: [Finding] = []
        ) {
            self.level = level
            self.recoveryTimeMax = recoveryTimeMax
            self.recoveryPointMax = recoveryPointMax
            self.identityIsOnBackupHost = identityIsOnBackupHost
            self.scratchIsMemory = scratchIsMemory
            self.findings = findings
        }
    }

    /// Fewest sabotages that a drill must have caught.
    private static let controlsMin = 3

    private let request: Request
    private let parts: [any DrillPart]
    private let context: DrillContext

    /// Prepares a drill.
    package init(_ request: Request, parts: [any DrillPart], context: DrillContext) {
        precondition(!parts.isEmpty, "a drill has at least one part")
        self.request = request
        self.parts = parts
        self.context = context
    }

    /// Runs it.
    ///
    /// A part that cannot be restored or judged at all is a finding, not a throw: the drill goes on
    /// with the others. It fails, unless the part was never tried: then nothing was shown.
    package func run() throws -> DrillResult {
        var findings = request.findings + parts.flatMap { incomplete($0) }
        var broken: Set<String> = []
        var controls: [DrillControl] = []
        equip(parts[...], &broken, &findings) { broken, findings in
            self.restore(&broken, &findings)
            self.judge(&broken, &findings)
            self.judgeJoins(broken, &findings)
            if Verdict(findings) == .proven {
                self.context.timeline.reach(.usable)
            }
            controls = self.runControls(broken, &findings)
        }
        findings += targets()
        findings += circumstances()
        return DrillResult(
            findings: findings,
            controls: controls,
            stores: context.stores,
            level: reachedLevel(broken),
            newestClinical: context.newestClinical,
            recoveryPoint: recoveryPoint()
        )
    }

    /// Brings up what each part needs, one within the other, and runs `body` innermost.
    private func equip(
        _ parts: ArraySlice<any DrillPart>,
        _ broken: inout Set<String>,
        _ findings: inout [Finding],
        _ body: (inout Set<String>, inout [Finding]) -> Void
    ) {
        guard let part = parts.first else {
            return body(&broken, &findings)
        }
        var hasRun = false
        do {
            try part.with(context) {
                hasRun = true
                equip(parts.dropFirst(), &broken, &findings, body)
            }
        } catch {
            broken.insert(part.set)
            findings.append(failure(part, "equip", error))
            if !hasRun {
                equip(parts.dropFirst(), &broken, &findings, body)
            }
        }
    }

    private func restore(_ broken: inout Set<String>, _ findings: inout [Finding]) {
        for part in parts where !broken.contains(part.set) {
            findings += attempt(part, "restore", &broken) { try part.restore(context) }
        }
        context.timeline.reach(.allData)
    }

    private func judge(_ broken: inout Set<String>, _ findings: inout [Finding]) {
        for part in parts where !broken.contains(part.set) {
            context.progress("\(part.set): comparing")
            findings += attempt(part, "judge", &broken) {
                try context.inject(.beforeJudging, part)
                return try part.judge(context)
            }
        }
    }

    private func judgeJoins(_ broken: Set<String>, _ findings: inout [Finding]) {
        let whole = parts.filter { !broken.contains($0.set) }
        let judge = JoinJudge(whole, context.stores)
        for join in request.joins {
            findings += judge.judge(join)
        }
        context.timeline.reach(.checked)
    }

    // MARK: - Phases

    private func incomplete(_ part: any DrillPart) -> [Finding] {
        let manifest = part.snapshot.stored.manifest
        return manifest.complete ? [] : [Finding(.snapshotIncomplete, .snapshot(manifest.ref))]
    }

    private func attempt(
        _ part: any DrillPart,
        _ phase: String,
        _ broken: inout Set<String>,
        _ body: () throws -> [Finding]
    ) -> [Finding] {
        do {
            return try body()
        } catch {
            broken.insert(part.set)
            return [failure(part, phase, error)]
        }
    }

    private func failure(
        _ part: any DrillPart,
        _ phase: String,
        _ error: any Error
    ) -> Finding {
        let told = error as? any ToldError
        let reason = told?.description ?? "\(error)"
        // A server that did not start and a drill that was stopped say nothing about the data.
        let isUntried = phase == "equip" ? told?.exitCode != .failed : told?.exitCode == .notProven
        return Finding(
            isUntried ? .partSkipped : part.failureCode,
            .named(part.set),
            evidence: ["phase": phase, "reason": reason]
        )
    }

    private func runControls(
        _ broken: Set<String>,
        _ findings: inout [Finding]
    ) -> [DrillControl] {
        var controls: [DrillControl] = []
        for part in parts where !broken.contains(part.set) {
            context.progress("\(part.set): negative controls")
            do {
                controls += try part.controls(context)
            } catch {
                findings.append(
                    Finding(
                        .controlsNotRun,
                        .named(part.set),
                        evidence: ["reason": "\(error)"]
                    )
                )
            }
        }
        for control in controls where control.foundAs == nil {
            findings.append(
                Finding(.controlMissed, .named("\(control.set): \(control.sabotage)"))
            )
        }
        if controls.count < Self.controlsMin {
            findings.append(
                Finding(
                    .controlsNotRun,
                    .named("drill"),
                    evidence: ["run": "\(controls.count)"]
                )
            )
        }
        return controls
    }

    // MARK: - Judging the whole

    private func recoveryPoint() -> Duration? {
        guard let newest = context.newestClinical,
            let cut = parts.map(\.snapshot.root.cut).max()
        else {
            return nil
        }
        return max(.zero, cut.since(newest))
    }

    private func targets() -> [Finding] {
        var findings: [Finding] = []
        if let max = request.recoveryPointMax {
            if let point = recoveryPoint() {
                if point > max {
                    findings.append(
                        Finding(
                            .recoveryPointExceeded,
                            .named("recovery point"),
                            evidence: [
                                "measuredSeconds": "\(point.components.seconds)",
                                "maxSeconds": "\(max.components.seconds)",
                            ]
                        )
                    )
                }
            } else {
                findings.append(Finding(.recoveryPointUnknown, .named("recovery point")))
            }
        }
        if let max = request.recoveryTimeMax {
            if let time = context.timeline.reached[.checked], time > max {
                findings.append(
                    Finding(
                        .recoveryTimeExceeded,
                        .named("recovery time"),
                        evidence: [
                            "measuredSeconds": "\(time.components.seconds)",
                            "maxSeconds": "\(max.components.seconds)",
                        ]
                    )
                )
            }
            if context.firstRecordRead != true {
                findings.append(Finding(.firstRecordUnknown, .named("first patient record")))
            }
        }
        return findings
    }

    private func circumstances() -> [Finding] {
        var findings: [Finding] = []
        if reachedLevel([]) < request.level {
            findings.append(
                Finding(
                    .partSkipped,
                    .named("level"),
                    evidence: [
                        "asked": "\(request.level)", "possible": "\(reachedLevel([]))",
                    ]
                )
            )
        }
        if request.identityIsOnBackupHost {
            findings.append(Finding(.hostCanOpenPast, .named("drill identity")))
        }
        if !request.scratchIsMemory {
            findings.append(Finding(.deletedNotWiped, .named("scratch folder")))
        }
        return findings
    }

    /// The deepest level that any whole part reached.
    private func reachedLevel(_ broken: Set<String>) -> Int {
        parts.filter { !broken.contains($0.set) }.map(\.level).max() ?? 0
    }
}
