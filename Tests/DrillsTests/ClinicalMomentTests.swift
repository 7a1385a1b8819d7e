import Model
import Testing

@testable import Drills

/// What the newest value of a database's column says of the recovery point.
@Suite struct ClinicalMomentTests {
    private static let japan: Int64 = 9 * 3_600
    /// 2026-06-15T09:00:00+09:00.
    private static let cut = Timestamp(seconds: 1_781_481_600)

    private func moment(_ text: String, _ type: String) -> Timestamp? {
        DatabasePart.moment(text, type, until: Self.cut, localOffset: Self.japan)
    }

    @Test(arguments: [
        ("2026-06-15 00:32:47.5+00", "timestamp with time zone", "2026-06-15T00:32:47Z"),
        ("20260615093247", "character", "2026-06-15T00:32:47Z"),
        ("20260615093247", "text", "2026-06-15T00:32:47Z"),
        ("20260615", "character varying", "2026-06-14T15:00:00Z"),
    ])
    func `a moment is read, and the hospital's own digits in its time zone`(
        text: String,
        type: String,
        moment: String
    ) {
        #expect(self.moment(text, type)?.rfc3339 == moment)
    }

    @Test(arguments: [
        ("2026-06-15 09:32:47", "timestamp without time zone"), ("2026-06-15", "date"),
        ("20261315", "text"), ("2026061509", "text"), ("20260615996060", "text"), ("", "text"),
        ("２０２６", "text"), ("2026-06-15 09:32:47+09", "timestamp with time zone"),
    ])
    func `what names no moment is none`(text: String, type: String) {
        #expect(moment(text, type) == nil)
    }

    @Test(arguments: [
        ("20260615100000", true), ("20260615100001", false), ("20260616", false),
        ("20260615", true),
    ])
    func `what lies more than an hour after the backup tells nothing of what was lost`(
        text: String,
        isTold: Bool
    ) {
        #expect((moment(text, "text") != nil) == isTold)
    }
}
