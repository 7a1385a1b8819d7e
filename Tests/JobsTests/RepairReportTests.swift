import Model
import Testing

@testable import Jobs

@Suite struct RepairReportTests {
    @Test func `what is only in doubt is neither whole nor failed`() {
        var report = RepairJob.Report(place: "vault")
        #expect(report.isWhole && report.verdict == .proven)
        report.findings = [Finding(.objectUnreadable, .repository)]
        #expect(!report.isWhole && report.verdict == .notProven)
        report.findings = [Finding(.objectMissing, .repository)]
        #expect(!report.isWhole && report.verdict == .failed)
    }
}
