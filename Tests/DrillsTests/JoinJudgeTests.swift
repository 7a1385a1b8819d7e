import Clinical
import Model
import Testing

@testable import Drills

/// What a join between stores comes to where keys are unknown, or a side has none.
@Suite struct JoinJudgeTests {
    private func store(_ format: ClinicalFormat, _ keys: [Relation: [UInt64]]) -> JudgedStore {
        JudgedStore(
            set: "files",
            store: StoreJudge.Store(root: [], format: format, waived: [], localOffset: 0),
            judged: StoreJudge.Judged(profile: StoreProfile(format), findings: [], keys: keys)
        )
    }

    private func codes(
        of spoken: [UInt64],
        in held: [UInt64],
        unknownMax: Int
    ) -> [FindingCode] {
        let join = ClinicalJoin(
            key: .studies,
            inner: .store(set: "files", .fhir),
            outer: .store(set: "files", .dicom),
            unknownMax: unknownMax
        )
        let stores = [store(.fhir, [.studyMentioned: spoken]), store(.dicom, [.study: held])]
        return JoinJudge([], stores).judge(join).map(\.code)
    }

    @Test func `what is unknown counts beyond what always was`() {
        #expect(codes(of: [1, 2], in: [1, 2, 3], unknownMax: 0) == [])
        #expect(codes(of: [1, 2], in: [1], unknownMax: 1) == [])
        #expect(codes(of: [1, 2], in: [1], unknownMax: 0) == [.studyUnknown])
    }

    @Test func `where a side has nothing, the join shows nothing, and never that all is well`() {
        #expect(codes(of: [], in: [1], unknownMax: 0) == [.partSkipped])
        #expect(codes(of: [], in: [], unknownMax: 0) == [.partSkipped])
        // All of it was unknown before, or so it was configured.
        #expect(codes(of: [1, 2], in: [], unknownMax: 2) == [.partSkipped])
        #expect(codes(of: [1, 2], in: [], unknownMax: 1) == [.studyUnknown])
    }
}
