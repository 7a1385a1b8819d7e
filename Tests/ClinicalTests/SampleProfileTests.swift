import Clinical
import Model
import Testing

/// Of a sample each file is judged by itself: nothing is asked that needs the whole store.
@Suite struct SampleProfileTests {
    private static let cut = Timestamp(seconds: 1_800_000_000)

    private func facts(
        _ rule: ClinicalRule? = nil,
        patient: UInt64 = 1
    ) -> FileFacts {
        var facts = FileFacts(.judged)
        facts.counts = ["ADT-00/1": 1]
        facts.violations = rule.map { [Violation($0, at: "PID-3")] } ?? []
        facts.entries = [RelationEntry(.patient, patient)]
        return facts
    }

    /// Of files with their names.
    private func profile(
        _ files: [(String, FileFacts)],
        known: [String: Set<UInt64>] = [:],
        isSample: Bool = false
    ) -> (profile: StoreProfile, offences: [StoreProfiler.Offence]) {
        var profiler = StoreProfiler(
            .ssmix2,
            cut: Self.cut,
            known: known,
            isSample: isSample
        )
        for (name, facts) in files {
            profiler.add(facts, path: Array(name.utf8), bytes: 10)
        }
        return (profiler.finish(), profiler.offences)
    }

    private func findings(
        _ restored: [(String, FileFacts)],
        sealed: StoreProfile,
        isSample: Bool = true
    ) -> [FindingCode] {
        let known = sealed.known(waived: ["S4"])
        let (now, offences) = profile(restored, known: known, isSample: isSample)
        let comparison = ProfileComparison(
            store: "ssmix2",
            sealed: sealed,
            restored: now,
            waived: ["S4"],
            isSample: isSample
        )
        return comparison.findings(offences.map { ProfileComparison.Located($0, path: nil) })
            .map(\.code)
    }

    @Test func `numbers are compared of everything, and not of a sample`() {
        let sealed = profile([("a", facts()), ("b", facts(patient: 2))]).profile
        #expect(findings([("a", facts())], sealed: sealed).isEmpty)
        let all = findings([("a", facts())], sealed: sealed, isSample: false)
        #expect(all.contains(.clinicalCountsDiffer))
    }

    @Test func `rules between files are judged of everything, and not of a sample`() {
        let twice = [("a", facts()), ("b", facts())]
        #expect(!profile(twice).profile.broken.isEmpty)
        #expect(profile(twice, isSample: true).profile.broken.isEmpty)
    }

    @Test func `what was broken in a file is known, and in another file it is new`() {
        let sealed = profile([("a", facts(.ssmix2Timestamp)), ("b", facts(patient: 2))]).profile
        let known = findings([("a", facts(.ssmix2Timestamp))], sealed: sealed)
        #expect(known == [.clinicalKnown])
        let new = findings([("b", facts(.ssmix2Timestamp, patient: 2))], sealed: sealed)
        #expect(new == [.ssmix2TimestampInvalid])
    }

    @Test func `where not every violation had a token, none of a sample is new or known`() {
        var sealed = profile([("a", facts(.ssmix2Timestamp))]).profile
        #expect(sealed.blind(waived: ["S4"]) == [])
        sealed.broken["S4"]?.count = 300_000
        let found = findings([("b", facts(.ssmix2Timestamp))], sealed: sealed)
        #expect(found == [.clinicalTooMuch])
        // What breaks nothing is not in doubt.
        #expect(findings([("b", facts())], sealed: sealed) == [])
        #expect(sealed.blind(waived: ["S4"]) == [.ssmix2Timestamp])
        // Without the waiver it is told whatever was known.
        #expect(sealed.blind(waived: []) == [])
    }

    @Test func `a store of which nothing came back shows nothing`() {
        let sealed = profile([("a", facts())]).profile
        #expect(findings([], sealed: sealed) == [.clinicalWitnessMissing])
    }
}
