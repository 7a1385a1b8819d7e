import Format
import Model
import Primitives
import Recovery
import Repository

/// Judges whether the canary that is sealed in a snapshot is that of the very run that made the
/// snapshot. Whether it is what came back is for the parts to judge, byte by byte.
struct CanaryJudge {
    /// Why a canary is not the run's.
    enum Reason: String {
        /// It names another set.
        case otherSet = "other set"
        /// Someone else signed it than the snapshot, or nobody.
        case strangeSigner = "strange signer"
        /// It was made at another time, or for a later snapshot, or is none.
        case notOfThisRun = "not of this run"
        /// The message of the test patient is bound to another one.
        case testPatient = "test patient"
    }

    private let snapshot: OpenedSnapshot
    private let signer: VerifyingKey?

    /// Prepares to judge.
    ///
    /// - Parameters:
    ///   - snapshot: in which it is sealed.
    ///   - signer: the key of whoever signed the snapshot; nil if it is not known: then nobody's
    ///     canary is right.
    init(of snapshot: OpenedSnapshot, signedBy signer: VerifyingKey?) {
        self.snapshot = snapshot
        self.signer = signer
    }

    /// Judges a sealed canary.
    ///
    /// - Parameters:
    ///   - sealed: its bytes.
    ///   - subject: what the finding is about.
    /// - Returns: one `canary-differs` that says why, or nothing.
    func judge(_ sealed: [UInt8], _ subject: Subject) -> [Finding] {
        reason(against: sealed).map { [CanaryJudge.differs($0, subject)] } ?? []
    }

    /// What is told of a canary that is not the run's.
    static func differs(_ reason: Reason, _ subject: Subject) -> Finding {
        Finding(.canaryDiffers, subject, evidence: ["why": reason.rawValue])
    }

    private func reason(against sealed: [UInt8]) -> Reason? {
        guard let canary = try? CanaryDocument(decoding: sealed) else {
            return .notOfThisRun
        }
        guard canary.set == snapshot.root.setName else {
            return .otherSet
        }
        guard let signer, canary.isSigned(by: signer) else {
            return .strangeSigner
        }
        let lead = snapshot.root.cut.since(canary.made)
        // A host that forgot how far it had come numbers its canaries too low, and never too high.
        let isNumbered = (canary.sequence ?? 0) <= snapshot.stored.manifest.sequence
        guard lead >= .seconds(-Limits.canarySkewSeconds),
            lead <= .seconds(Limits.canaryLeadSeconds), isNumbered
        else {
            return .notOfThisRun
        }
        return nil
    }
}
