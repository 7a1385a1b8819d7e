package import Model

/// What a drill came to.
package struct DrillResult: Sendable {
    /// What is wrong, or worth knowing. Paths and tables by their names: for the operator's eyes.
    package let findings: [Finding]
    /// The sabotages.
    package let controls: [DrillControl]
    /// The clinical stores that were judged.
    package let stores: [JudgedStore]
    /// How deep it got.
    package let level: Int
    /// The newest clinical time that came back.
    package let newestClinical: Timestamp?
    /// The cut minus that.
    package let recoveryPoint: Duration?

    /// The verdict. A control that was missed voids any other: nothing the judges said counts.
    package var verdict: Verdict { Verdict(findings) }
}
