import Clinical
import Configuration
import Testing

/// A canary that is clinical: a message of a patient who is nobody.
@Suite struct TestPatientTests {
    private static let stores = """
            clinical:
              stores:
                - ssmix2: /srv/ehr/standard_root
                - dicom: /srv/ehr/pacs

        """
    private static let volumes =
        "    clinical: {stores: [{ssmix2: /srv/ehr/1}, {ssmix2: /srv/ehr/2}]}\n"

    private func set(_ lines: String) throws -> Configuration.BackupSet {
        try #require(try parse(headAndSet + lines).sets.first)
    }

    @Test(arguments: ["", ", store: ssmix2", ", store: /srv/ehr/standard_root"])
    func `a clinical canary has a patient and a store`(store: String) throws {
        let set = try set(
            Self.stores + "    canary: {clinical: true, patient: \"0999900001\"\(store)}\n"
        )
        #expect(set.canary)
        #expect(set.testPatient?.patient.id == "0999900001")
        #expect(set.testPatient?.store == "/srv/ehr/standard_root")
    }

    @Test(arguments: [("true", true), ("false", false), ("{clinical: false}", true)])
    func `another canary has none`(text: String, isAsked: Bool) throws {
        let set = try set(Self.stores + "    canary: \(text)\n")
        #expect(set.canary == isAsked)
        #expect(set.testPatient == nil)
    }

    @Test func `of several stores one is named by its folder`() throws {
        let canary = "    canary: {clinical: true, patient: \"9999900001\""
        let named = try set(Self.volumes + canary + ", store: /srv/ehr/2}\n")
        #expect(named.testPatient?.store == "/srv/ehr/2")
        expectRuleBroken(
            headAndSet + Self.volumes + canary + "}\n",
            line: 9,
            key: "sets.ehr.canary.store",
            "is missing, and the set has several stores of ssmix2"
        )
        for name in ["ssmix2", "/srv/ehr/3"] {
            expectRuleBroken(
                headAndSet + Self.volumes + canary + ", store: \(name)}\n",
                line: 9,
                key: "sets.ehr.canary.store",
                "names no single store of ssmix2"
            )
        }
    }

    @Test(arguments: ["", "    clinical: {stores: [{fhir: /srv/ehr}]}\n"])
    func `a set without a store of SS-MIX2 takes none`(clinical: String) {
        expectRuleBroken(
            headAndSet + clinical + "    canary: {clinical: true, patient: \"9999900001\"}\n",
            line: clinical.isEmpty ? 8 : 9,
            key: "sets.ehr.canary.clinical",
            "needs a files source with a clinical store of ssmix2"
        )
    }

    @Test func `a database takes none, and the hint says who else can write one`() throws {
        let error = try refusal(
            of: head + "sets: {a: {source: {postgresql: {connection: service=a, database: a}}, "
                + "canary: {clinical: true, patient: \"9999900001\"}}}\n"
        )
        #expect(error.keyPath == "sets.a.canary.clinical")
        #expect(error.hint.contains("before:") && error.hint.contains("sentinel"))
    }

    @Test(arguments: ["\"123456\"", "\"1234567890123456\"", "1234_567", "砦の患者です番号"])
    func `a patient's number is one`(number: String) {
        expectRuleBroken(
            headAndSet + Self.stores + "    canary: {clinical: true, patient: \(number)}\n",
            line: 12,
            key: "sets.ehr.canary.patient",
            "is not a patient's number"
        )
    }

    @Test func `a clinical canary without a number, and a number without one, are refused`() {
        expectRefused(
            headAndSet + Self.stores + "    canary: {clinical: true}\n",
            line: 12,
            key: "sets.ehr.canary.patient",
            .missingKey
        )
        expectRefused(
            headAndSet + Self.stores + "    canary: {patient: \"9999900001\"}\n",
            line: 12,
            key: "sets.ehr.canary.clinical",
            .missingKey
        )
        expectRuleBroken(
            headAndSet + Self.stores + "    canary: {clinical: false, patient: \"9999900001\"}\n",
            line: 12,
            key: "sets.ehr.canary.patient",
            "needs clinical: true"
        )
    }
}
