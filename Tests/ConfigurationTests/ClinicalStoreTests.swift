import Clinical
import Configuration
import Testing

/// Clinical stores of sets, and what joins the sets of a group.
@Suite struct ClinicalStoreTests {
    private static let stores = """
            clinical:
              stores:
                - ssmix2: /srv/ehr/standard_root
                  waive: {S7: "LF"}
                - dicom: /srv/ehr/pacs

        """

    @Test func `reads a set's stores and what they are waived`() throws {
        let set = try #require(try parse(headAndSet + Self.stores).sets.first)
        let stores = try #require(set.clinical?.stores)
        #expect(stores.map(\.format) == [.ssmix2, .dicom])
        #expect(stores.map(\.path) == ["/srv/ehr/standard_root", "/srv/ehr/pacs"])
        #expect(stores.map(\.waived) == [["S7": "LF"], [:]])
    }

    @Test(arguments: [
        ("- dicom: /srv/other", "dicom", "is not in the set"),
        ("- dicom: /srv/ehr2", "dicom", "is not in the set"),
    ])
    func `a store lies in its set`(item: String, key: String, rule: String) {
        expectRuleBroken(
            headAndSet + "    clinical:\n      stores:\n        \(item)\n",
            line: 10,
            key: "sets.ehr.clinical.stores[0].\(key)",
            rule
        )
    }

    @Test func `stores do not overlap`() {
        expectRuleBroken(
            headAndSet + "    clinical: {stores: [{dicom: /srv/ehr}, {fhir: /srv/ehr/f}]}\n",
            line: 8,
            key: "sets.ehr.clinical.stores[1]",
            "overlaps with /srv/ehr"
        )
    }

    @Test func `a rule that is compared anyway is not waived, nor one that is none`() throws {
        let text = "    clinical: {stores: [{dicom: /srv/ehr, waive: {"
        expectRuleBroken(
            headAndSet + text + "S11: x}}]}\n",
            line: 8,
            key: "sets.ehr.clinical.stores[0].waive.S11",
            "is a rule that is compared with the backup anyway"
        )
        let error = try refusal(of: headAndSet + text + "Q1: x}}]}\n")
        #expect(error.description.contains("waive.Q1"))
    }

    // MARK: - Joins

    private static let group = """
        groups:
          all:
            sets: [ehr]
            lag: 1h
            joins:
              - patients:
                  of: {set: ehr, format: dicom}
                  in: {set: ehr, format: ssmix2}
                  unknown: 3

        """

    @Test func `reads what joins the sets of a group`() throws {
        let configuration = try parse(headAndSet + Self.stores + Self.group)
        let join = try #require(configuration.groups.first?.joins.first)
        #expect(join.key == .patients)
        #expect(join.inner == .store(set: "ehr", .dicom))
        #expect(join.outer == .store(set: "ehr", .ssmix2))
        #expect(join.unknownMax == 3)
    }

    @Test func `a side is of a format that has such keys`() throws {
        expectRuleBroken(
            headAndSet + Self.stores + Self.group.replacing("- patients:", with: "- visits:"),
            line: 19,
            key: "groups.all.joins[0].visits.of.format",
            "is a format that has no visits"
        )
        let orders = Self.group.replacing("- patients:", with: "- orders:")
        let configuration = try parse(headAndSet + Self.stores + orders)
        #expect(configuration.groups.first?.joins.map(\.key) == [.orders])
    }

    @Test func `a side is a store that the set has`() {
        expectRuleBroken(
            headAndSet + Self.stores + Self.group.replacing("format: ssmix2", with: "format: fhir"),
            line: 20,
            key: "groups.all.joins[0].patients.in.format",
            "is not a store of ehr"
        )
        expectRuleBroken(
            headAndSet + Self.stores
                + Self.group.replacing("format: ssmix2", with: "query: select 1"),
            line: 20,
            key: "groups.all.joins[0].patients.in.query",
            "needs a set with a postgresql source"
        )
    }
}
