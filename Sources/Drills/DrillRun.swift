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
        /// The most that may be lost (RPO); nil if the plan has no target.
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
        /// What must have come back as the hospital knows it.
        package var sentinels: [Sentinel] = []
        /// The moment before which all that did not come back is lost; nil for the newest cut of
        /// what is drilled.
        package var lossUntil: Timestamp?

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

    let request: Request
    let parts: [any DrillPart]
    let context: DrillContext

    /// Prepares a drill.
    ///
    /// - Parameters:
    ///   - request: what the plan asks.
    ///   - parts: the sets; none where what is wrong before anything is restored left none.
    ///   - context: what they share.
    package init(_ request: Request, parts: [any DrillPart], context: DrillContext) {
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
        var held: [Sentinel] = []
        equip(parts[...], &broken, &findings) { broken, findings in
            self.restore(&broken, &findings)
            self.judge(&broken, &findings)
            self.judgeJoins(broken, &findings)
            held = self.judgeSentinels(broken, &findings)
            self.judgeUse(broken, &findings)
            self.reachChecked(findings)
            controls = self.runControls(broken, held, &findings)
        }
        // Before the targets: data that came back late came back.
        let data = Verdict(findings)
        findings += targets()
        findings += circumstances()
        let heldAll = held.count == request.sentinels.count
        return DrillResult(
            findings: findings,
            controls: controls,
            stores: context.stores,
            orthancs: context.orthancs,
            level: reachedLevel(broken, heldSentinels: heldAll),
            newestClinical: context.newestClinical,
            recoveryPoint: recoveryPoint.measured,
            restored: context.restored,
            samples: context.samples,
            claims: DrillClaims(
                data: data,
                isRecordRead: isRecordRead(held),
                // Sentinels are no applications: an EHR works where something ran.
                level: reachedLevel(broken, heldSentinels: false),
                isUsed: false,
                isOfSample: !context.samples.isEmpty
            )
        )
    }

    /// Whether a record was read of what came back: by the hospital's query where there is one,
    /// else as a sentinel that holds or a file of a clinical store. Claims of fees are no records.
    private func isRecordRead(_ held: [Sentinel]) -> Bool {
        context.firstRecordRead
            ?? (!held.isEmpty
                || context.stores.contains { store in
                    let profile = store.judged.profile
                    return profile.format != .uke && profile.outcomes[.judged, default: 0] > 0
                })
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
            findings += attempt(part, "restore", &broken) { try bringBack(part) }
        }
        // Of a sample some came back, however much it tells of the rest.
        if parts.contains(where: \.restores), context.samples.isEmpty {
            context.timeline.reach(.allData)
        }
    }

    /// Restores one part, and measures how much of it came back in what time.
    private func bringBack(_ part: any DrillPart) throws -> [Finding] {
        let (begun, before) = (context.timeline.elapsed, context.bytesRestored)
        let findings = try part.restore(context)
        if part.restores {
            context.note(
                RestoredPart(
                    set: part.set,
                    id: part.stored.manifest.set,
                    bytes: context.bytesRestored - before,
                    time: context.timeline.elapsed - begun
                )
            )
        }
        return findings
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
    }

    /// The sentinels that hold.
    private func judgeSentinels(
        _ broken: Set<String>,
        _ findings: inout [Finding]
    ) -> [Sentinel] {
        let judge = SentinelJudge(parts.filter { !broken.contains($0.set) }, context)
        var held: [Sentinel] = []
        for sentinel in request.sentinels {
            if let finding = judge.judge(sentinel) {
                findings.append(finding)
            } else {
                held.append(sentinel)
            }
        }
        return held
    }

    /// What could not be asked shows nothing, neither good nor bad.
    private func judgeUse(_ broken: Set<String>, _ findings: inout [Finding]) {
        for part in parts where !broken.contains(part.set) {
            do {
                findings += try part.judgeUse(context)
            } catch {
                findings.append(
                    Finding(
                        .partSkipped,
                        .named(part.set),
                        error: error,
                        evidence: ["phase": "application"]
                    )
                )
            }
        }
    }

    private func reachChecked(_ findings: [Finding]) {
        if !parts.isEmpty {
            context.timeline.reach(.checked)
        }
        if Verdict(findings) == .proven, parts.contains(where: \.restores),
            context.samples.isEmpty
        {
            context.timeline.reach(.proven)
        }
    }

    // MARK: - Phases

    private func incomplete(_ part: any DrillPart) -> [Finding] {
        let manifest = part.stored.manifest
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
        let code = (error as? any ToldError)?.exitCode
        // A server that did not start and a drill that was stopped say nothing about the data.
        let isUntried = phase == "equip" ? code != .failed : code == .notProven
        return Finding(
            isUntried ? .partSkipped : part.failureCode,
            .named(part.set),
            error: error,
            evidence: ["phase": phase]
        )
    }

    private func runControls(
        _ broken: Set<String>,
        _ held: [Sentinel],
        _ findings: inout [Finding]
    ) -> [DrillControl] {
        var controls = sentinelControls(held)
        for part in parts where !broken.contains(part.set) {
            context.progress("\(part.set): negative controls")
            do {
                controls += try part.controls(context)
            } catch {
                findings.append(Finding(.controlsNotRun, .named(part.set), error: error))
            }
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
        // One of the judge of a target, which says nothing of the judges of data.
        if let clock = parts.first.flatMap({ recoveryPoint.control(of: $0.set) }) {
            controls.append(clock)
        }
        findings += controls.missed
        return controls
    }

    /// One of the sentinels that hold, chosen by the seed; all of them in a self-test.
    private func sentinelControls(_ held: [Sentinel]) -> [DrillControl] {
        let asked =
            context.controls == .all ? held : Array(held.rotated(by: context.seed).prefix(1))
        let judge = SentinelJudge(parts, context)
        return asked.map { judge.control($0) }
    }
}
