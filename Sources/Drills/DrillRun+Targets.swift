import Model

/// What is judged of a drill as a whole: its targets, its circumstances, its depth.
extension DrillRun {
    /// What was lost, as far as it is known.
    var recoveryPoint: RecoveryPoint {
        RecoveryPoint(
            newest: context.newestClinical,
            until: request.lossUntil ?? parts.compactMap(\.cut).max(),
            atMost: request.recoveryPointMax
        )
    }

    /// Targets of the plan that were missed, or of which nothing is known.
    func targets() -> [Finding] {
        var findings = recoveryPoint.judge()
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
        }
        // A query that gave no record is told even where the plan has no target.
        let isAsked = request.recoveryTimeMax != nil || context.firstRecordRead == false
        if isAsked, context.firstRecordRead != true {
            findings.append(Finding(.firstRecordUnknown, .named("first patient record")))
        }
        return findings
    }

    /// What is worth knowing of how it was drilled.
    func circumstances() -> [Finding] {
        var findings: [Finding] = []
        let possible = reachedLevel([], heldSentinels: true)
        if possible < request.level {
            findings.append(
                Finding(
                    .partSkipped,
                    .named("level"),
                    evidence: ["asked": "\(request.level)", "possible": "\(possible)"]
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

    /// The deepest level that any whole part reached; that of the sentinels, if all that were asked
    /// for hold.
    func reachedLevel(_ broken: Set<String>, heldSentinels: Bool) -> Int {
        if heldSentinels, !request.sentinels.isEmpty {
            return Sentinel.level
        }
        return parts.filter { !broken.contains($0.set) }.map(\.level).max() ?? 0
    }
}
