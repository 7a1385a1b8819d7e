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

    /// What is known of how new a set's newest manifest is.
    package enum Freshness: String, Hashable, Sendable {
        /// It was compared with every remembered head.
        case compared
        /// Nobody asked.
        case notAsked = "not-asked"
        /// Somebody asked, and there was no remembered head.
        case unknown
    }

    /// What is known of how new a set's newest manifest is.
    package func freshness(of set: SetID) -> Freshness {
        for finding in findings where finding.subject == .set(set) {
            switch finding.code {
            case .freshnessNotAsked: return .notAsked
            case .freshnessUnknown: return .unknown
            default: continue
            }
        }
        return .compared
    }

    /// The verdict on the claim that was asked.
    package var verdict: Verdict { Verdict(findings) }
}
