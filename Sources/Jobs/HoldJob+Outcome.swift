package import Copying
import Format
package import Model

extension HoldJob {
    /// What came of it.
    package struct Outcome: Sendable {
        /// What was done.
        package let action: Action
        /// The snapshot.
        package let snapshot: SnapshotRef
        /// The store's name and place.
        package let place: String
        /// Why, as the operator said.
        package let reason: String
        /// When it began, by the host's clock.
        package let started: Timestamp
        /// When it ended; of a release, after the hold was placed, whatever the clock says.
        package let finished: Timestamp
        /// What was held, or released.
        package let report: HoldReport
        /// What is wrong with the snapshot's hold, and with the record.
        package internal(set) var findings: [Finding]
        /// Where the signed record lies, the last if the store was known by several names; nil if
        /// none could be stored, or nothing could be done.
        package internal(set) var recordKey: String?

        /// The gravest of what was found.
        package var verdict: Verdict { Verdict(findings) }

        /// Whether a manifest or a list is gone, so that what it alone named stays held though it
        /// was released.
        package var leavesHeld: Bool {
            action == .release
                && findings.contains { finding in
                    guard finding.code == .objectMissing, case .object(let key) = finding.subject
                    else {
                        return false
                    }
                    switch StoredKind(key: key) {
                    case .manifest, .list: return true
                    default: return false
                    }
                }
        }
    }
}
