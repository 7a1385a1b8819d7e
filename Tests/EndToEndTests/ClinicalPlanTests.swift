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
            (.patients, .dicom, nil), (.orders, .ssmix2, "X3"), (.orders, .dicom, "X3"),
            (.visits, .ssmix2, "X2"), (.visits, .uke, "X2"),
        ] as [(ClinicalJoin.Key, ClinicalFormat, String?)]
    )
    func `a join that breaks a rule of a format names it`(
        key: ClinicalJoin.Key,
        format: ClinicalFormat,
        rule: String?
    ) {
        let stores = [
            store(
                "one",
                format,
                [
                    .patientMentioned: [1, 2], .studyMentioned: [1, 2], .imaging: [1, 2],
                    .visit: [1, 2],
                ]
            ),
            store("all", .ssmix2, [.patient: [1], .study: [1], .imaging: [1], .visit: [1]]),
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

    private func findings(
        _ key: ClinicalJoin.Key,
        _ inner: (format: ClinicalFormat, keys: [Relation: [UInt64]]),
        in outer: (format: ClinicalFormat, keys: [Relation: [UInt64]]),
        unknownMax: Int = 0
    ) -> [Finding] {
        let stores = [
            store("one", inner.format, inner.keys), store("other", outer.format, outer.keys),
        ]
        let join = ClinicalJoin(
            key: key,
            inner: .store(set: "one", inner.format),
            outer: .store(set: "other", outer.format),
            unknownMax: unknownMax
        )
        return JoinJudge([], stores).judge(join)
    }

    @Test func `examinations that were done have images, and images a record`() {
        let done: [Relation: [UInt64]] = [.imaging: [1, 2], .imagingOther: [3, 4]]
        // An endoscopy need not have images; where it has some they are no strangers.
        #expect(findings(.orders, (.ssmix2, done), in: (.dicom, [.imaging: [1, 2]])).isEmpty)
        #expect(findings(.orders, (.dicom, [.imaging: [1, 3]]), in: (.ssmix2, done)).isEmpty)
        let lost = findings(.orders, (.ssmix2, done), in: (.dicom, [.imaging: [1]]))
        #expect(lost.map(\.code) == [.orderUnknown])
        let strange = findings(.orders, (.dicom, [.imaging: [1, 5]]), in: (.ssmix2, done))
        #expect(strange.map(\.code) == [.orderUnknown])
    }

    @Test func `visits are known to both, but for as many as never were`() {
        let claims: (ClinicalFormat, [Relation: [UInt64]]) = (.uke, [.visit: [1, 2, 3]])
        let charts: (ClinicalFormat, [Relation: [UInt64]]) = (.ssmix2, [.visit: [1, 2]])
        #expect(findings(.visits, charts, in: claims).isEmpty)
        let found = findings(.visits, claims, in: charts)
        #expect(found.map(\.code) == [.visitUnknown])
        #expect(found.first?.evidence["unknown"] == "1")
        #expect(findings(.visits, claims, in: charts, unknownMax: 1).isEmpty)
    }
}
