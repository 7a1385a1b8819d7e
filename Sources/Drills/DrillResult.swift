package import Model

/// What a drill came to.
package struct DrillResult: Sendable {
    /// What is wrong, or worth knowing. Paths and tables by their names: for the operator's eyes.
    package private(set) var findings: [Finding]
    /// The sabotages.
    package private(set) var controls: [DrillControl]
    /// The clinical stores that were judged.
    package let stores: [JudgedStore]
    /// The Orthancs that ran.
    package let orthancs: [JudgedOrthanc]
    /// How deep it got.
    package let level: Int
    /// The newest clinical time that came back.
    package let newestClinical: Timestamp?
    /// How much was lost, as ``RecoveryPoint`` measures it; nil if that is not known.
    package let recoveryPoint: Duration?
    /// How much of each part came back in what time.
    package let restored: [RestoredPart]
    /// The parts of which a sample alone was to come back.
    package let samples: [SampledPart]
    /// What came back, in two lines; nobody has worked with it yet.
    package private(set) var claims: DrillClaims
    /// How long a restore of everything would take. Not measured.
    package private(set) var forecast = RestoreForecast.unknown(.nothingMeasured)

    /// The verdict. A control that was missed voids any other: nothing the judges said counts.
    package var verdict: Verdict { Verdict(findings) }

    /// What came of a drill that did not come to its end: nothing was shown.
    ///
    /// - Parameters:
    ///   - plan: the plan's name.
    ///   - started: when it was started, by the host's clock.
    /// - Returns: a result that is not proven.
    package static func aborted(_ plan: String, started: Timestamp) -> DrillResult {
        DrillResult(
            findings: [
                Finding(
                    .drillAborted,
                    .named(plan),
                    evidence: ["started": started.rfc3339]
                ),
                Finding(
                    .partSkipped,
                    .named(plan),
                    evidence: ["reason": "the drill did not come to its end"]
                ),
            ],
            controls: [],
            stores: [],
            orthancs: [],
            level: 0,
            newestClinical: nil,
            recoveryPoint: nil,
            restored: [],
            samples: [],
            claims: DrillClaims(data: .notProven, isRecordRead: false, level: 0, isUsed: false)
        )
    }

    /// The same, with what was sabotaged beside the data, and what was found beside them.
    ///
    /// - Parameters:
    ///   - controls: those that were missed are told too.
    ///   - findings: what else was found.
    /// - Returns: the result with all of it.
    package func adding(_ controls: [DrillControl], _ findings: [Finding]) -> DrillResult {
        var result = self
        result.controls += controls
        result.findings += controls.missed + findings
        if Verdict(controls.missed + findings) != .proven {
            result.claims = claims.inDoubt
        }
        return result
    }

    /// The same, with what it lets expect.
    ///
    /// - Parameters:
    ///   - forecast: how long a restore of everything would take.
    ///   - risks: targets that may be missed later.
    /// - Returns: the result with both.
    package func expecting(_ forecast: RestoreForecast, _ risks: [Finding]) -> DrillResult {
        var result = self
        result.forecast = forecast
        result.findings += risks
        return result
    }
}
