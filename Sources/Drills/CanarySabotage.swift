import Format
import Model
import Primitives
import Recovery
import Repository

/// What is done to a canary that came back, and what its judge must make of it.
enum CanarySabotage: String, CaseIterable {
    /// It is taken away.
    case missing = "canary missing"
    /// Another one takes its place: that of a backup a day before.
    case ofYesterday = "canary of yesterday"

    private static let daySeconds: Int64 = 86_400

    /// What must be found.
    var expected: FindingCode {
        switch self {
        case .missing: .canaryMissing
        case .ofYesterday: .canaryDiffers
        }
    }

    /// Those of one drill: all of them, or the one that the seed takes.
    static func chosen(_ context: DrillContext) -> [CanarySabotage] {
        context.controls == .all ? allCases : Array(allCases.rotated(by: context.seed).prefix(1))
    }

    /// The canary of a backup a day before the snapshot's. A key that nobody knows has signed it:
    /// the host's is not at hand in a drill, and what comes back must be the sealed bytes.
    static func yesterdays(of snapshot: OpenedSnapshot) throws -> [UInt8] {
        let stranger = try SigningKey(seed: try SecretBytes.random(count: 32))
        return try CanaryDocument.make(
            set: snapshot.root.setName,
            sequence: snapshot.stored.manifest.sequence - 1,
            now: Timestamp(seconds: snapshot.root.cut.seconds - daySeconds),
            signedBy: stranger
        )
    }
}
