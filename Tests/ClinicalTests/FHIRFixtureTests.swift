import Clinical
import Model
import TestSupport
import Testing

/// The export of the invented hospital, and what other programs wrote.
@Suite struct FHIRFixtureTests {
    private static func files(_ root: String) -> [String: [UInt8]] {
        ((try? contents(of: root)) ?? [:]).compactMapValues { $0 }
    }

    private static let hospital = files(Tool.fixture("fhir"))

    /// What clinosim and Synthea made, which lies beside the package; absent elsewhere.
    private static let others: [String: [UInt8]] = {
        let all = files("\(Tool.root)/../shared/data/fhir")
        if all.isEmpty {
            print("SKIPPED: FHIR of other programs: none in ../shared/data/fhir")
        }
        return all
    }()

    private static let exported = others.filter { $0.key.hasSuffix(".ndjson") }
    private static let bundles = others.filter { $0.key.hasSuffix(".json") }

    @Test func `the hospital breaks no rule, and is what its makers say`() throws {
        let profile = try FHIRSample.profile(Self.hospital)
        #expect(profile.broken == [:])
        #expect(profile.outcomes == [.judged: 7])
        #expect(
            profile.counts == [
                "Condition": 52, "Encounter": 199, "MedicationRequest": 207, "Observation": 475,
                "Organization": 9, "Patient": 300, "Practitioner": 24,
            ]
        )
        #expect(profile.newest?.rfc3339 == "2026-06-30T07:18:18Z")
        #expect(profile.days.keys.max() == 20_260_630)
    }

    @Test func `the hospital's patients are those of its charts`() throws {
        let lines = String(decoding: Self.hospital["Patient.ndjson"] ?? [], as: UTF8.self)
        let facts = try FHIRSample.facts(lines)
        #expect(Set(facts.entries(of: "patient").map(\.key)).count == 300)
    }

    /// Without its Observations and orders, on purpose: each that is referred to is missing.
    @Test(.enabled(if: !exported.isEmpty))
    func `an export that leaves types out breaks F3 alone`() throws {
        let profile = try FHIRSample.profile(Self.exported)
        #expect(profile.broken.mapValues(\.count) == ["F3": 3_809])
        #expect(profile.outcomes == [.judged: 13])
        #expect(profile.counts.values.reduce(0, +) == 6_713)
        #expect(profile.newest?.rfc3339 == "2026-06-30T02:00:00Z")
    }

    @Test(.enabled(if: !bundles.isEmpty))
    func `the transactions of another program break no rule`() throws {
        let profile = try FHIRSample.profile(Self.bundles)
        #expect(profile.broken == [:])
        #expect(profile.counts["Bundle"] == 8)
        #expect(profile.counts.values.reduce(0, +) == 1_762)
    }

    @Test func `a type that is lost from an export is told by what refers to it`() throws {
        var files = Self.hospital
        files["Practitioner.ndjson"] = nil
        #expect(try FHIRSample.profile(files).broken.keys.sorted() == ["F3"])
    }
}
