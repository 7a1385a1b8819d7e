package import Model

/// What a keyless verification read and found.
package struct VerificationReport: Sendable {
    /// What is wrong, or worth knowing.
    package var findings: [Finding] = []
    /// How many snapshots were judged.
    package var snapshots = 0
    /// How many objects were read to the end.
    package var objectsRead = 0
    /// How many bytes these were.
    package var bytesRead: UInt64 = 0
    /// The newest manifest of each set.
    package var heads: [SetID: Head] = [:]
    /// When the newest snapshot of each set was finished, as its host claims.
    package var finished: [SetID: Timestamp] = [:]

    /// Nothing read yet.
    package init() {}

    /// The verdict on the claim that was asked.
    package var verdict: Verdict { Verdict(findings) }
}
