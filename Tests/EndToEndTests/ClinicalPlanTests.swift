import Clinical
import Drills
import Model
import Testing

/// What joins the sets of a group.
@Suite struct ClinicalPlanTests {
    private func store(_ set: String, _ format: ClinicalFormat, _ keys: [Relation: [UInt64]])
        -> JudgedStore
    {
        JudgedStore(
            set: set,
            store: StoreJudge.Store(root: [], format: format, waived: [], localOffset: 0),
            judged: StoreJudge.Judged(
                profile: StoreProfile(format),
                findings: [],
                keys: keys
            )
        )
    }

    private func findings(
        images: [UInt64],
        charts: [UInt64],
        unknownMax: Int = 0
    ) -> [Finding] {
        let stores = [
            store("pacs", .dicom, [.patientMentioned: images]),
            store("charts", .ssmix2, [.patient: charts, .patientMentioned: charts]),
        ]
        let join = ClinicalJoin(
            key: .patients,
            inner: .store(set: "pacs", .dicom),
            outer: .store(set: "charts", .ssmix2),
            unknownMax: unknownMax
        )
        return JoinJudge([], stores).judge(join)
    }

    @Test func `patients who are all known are no finding`() {
        #expect(findings(images: [1, 2, 2], charts: [1, 2, 3]).isEmpty)
    }

    @Test func `patients whom nobody knows are, unless that has always been so`() {
        let found = findings(images: [1, 7, 8], charts: [1, 2])
        #expect(found.map(\.code) == [.patientUnknown])
        #expect(found.first?.evidence == ["of": "3", "unknown": "2", "unknownMax": "0"])
        #expect(findings(images: [1, 7, 8], charts: [1, 2], unknownMax: 2).isEmpty)
    }

    @Test(
        arguments: [
            (.patients, .fhir, "F7"), (.studies, .fhir, "F7a"), (.patients, .uke, "U6"),
            (.patients, .dicom, nil),
        ] as [(ClinicalJoin.Key, ClinicalFormat, String?)]
    )
    func `a join that breaks a rule of a format names it`(
        key: ClinicalJoin.Key,
        format: ClinicalFormat,
        rule: String?
    ) {
        let stores = [
            store("one", format, [.patientMentioned: [1, 2], .studyMentioned: [1, 2]]),
            store("all", .ssmix2, [.patient: [1], .study: [1]]),
        ]
        let join = ClinicalJoin(
            key: key,
            inner: .store(set: "one", format),
            outer: .store(set: "all", .ssmix2),
            unknownMax: 0
        )
        let found = JoinJudge([], stores).judge(join)
        #expect(found.map(\.evidence["rule"]) == [rule])
        #expect(rule == nil || ClinicalRule.byID[rule ?? ""]?.code == found.first?.code)
    }

    @Test func `a join of nothing proves nothing`() {
        let found = findings(images: [], charts: [1])
        #expect(found.map(\.code) == [.partSkipped])
        #expect(Verdict(found) == .notProven)
    }

    @Test func `a side that was not judged proves nothing`() {
        let join = ClinicalJoin(
            key: .studies,
            inner: .store(set: "fhir", .fhir),
            outer: .store(set: "pacs", .dicom),
            unknownMax: 0
        )
        #expect(JoinJudge([], []).judge(join).map(\.code) == [.partSkipped])
    }

    @Test func `studies that are referred to must be there`() {
        let stores = [
            store("fhir", .fhir, [.studyMentioned: [1, 2]]), store("pacs", .dicom, [.study: [1]]),
        ]
        let join = ClinicalJoin(
            key: .studies,
            inner: .store(set: "fhir", .fhir),
            outer: .store(set: "pacs", .dicom),
            unknownMax: 0
        )
        #expect(JoinJudge([], stores).judge(join).map(\.code) == [.studyUnknown])
    }
}
