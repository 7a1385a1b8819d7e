import Drills
import Format
import Model
import Testing

/// Two lines, never one: which of them a drill has shown.
@Suite struct DrillClaimsTests {
    private func claims(
        _ data: Verdict = .proven,
        isRecordRead: Bool = true,
        level: Int = 3,
        isUsed: Bool = true,
        isOfSample: Bool = false
    ) -> DrillClaims {
        DrillClaims(
            data: data,
            isRecordRead: isRecordRead,
            level: level,
            isUsed: isUsed,
            isOfSample: isOfSample
        )
    }

    @Test func `all that was shown is proven`() {
        #expect(claims().referenceChart.verdict == .proven)
        #expect(claims().workingEHR.verdict == .proven)
        #expect(claims().referenceChart.lacks == [])
    }

    @Test func `data that came back wrong fail both lines, whatever else was shown`() {
        for isRecordRead in [true, false] {
            for isUsed in [true, false] {
                let claims = claims(.failed, isRecordRead: isRecordRead, isUsed: isUsed)
                #expect(claims.referenceChart.verdict == .failed)
                #expect(claims.workingEHR.verdict == .failed)
            }
        }
    }

    @Test func `data that were not shown to be right prove neither line`() {
        let claims = claims(.notProven)
        #expect(claims.referenceChart.verdict == .notProven)
        #expect(claims.workingEHR.verdict == .notProven)
        #expect(claims.workingEHR.lacks == [.dataNotProven])
    }

    @Test func `a chart is for reference only if a record was read`() {
        let claims = claims(isRecordRead: false)
        #expect(claims.referenceChart.verdict == .notProven)
        #expect(claims.referenceChart.lacks == [.recordNotRead])
        #expect(claims.workingEHR.verdict == .proven)
    }

    @Test(arguments: [(0, false), (1, false), (2, false), (3, true), (4, true)])
    func `an EHR works only where applications ran`(level: Int, ran: Bool) {
        let claims = claims(level: level)
        #expect(claims.referenceChart.verdict == .proven)
        #expect(claims.workingEHR.verdict == (ran ? .proven : .notProven))
        #expect(claims.workingEHR.lacks == (ran ? [] : [.applicationsNotRun]))
    }

    @Test func `an EHR works only by a person's word, which may come later`() {
        let before = claims(isUsed: false)
        #expect(before.referenceChart.verdict == .proven)
        #expect(before.workingEHR.verdict == .notProven)
        #expect(before.workingEHR.lacks == [.usableNotNoted])
        #expect(before.onceUsed == claims())
        #expect(claims(.failed, isUsed: false).onceUsed.workingEHR.verdict == .failed)
    }

    @Test func `judges that cannot be relied upon prove nothing, and excuse no failure`() {
        #expect(claims().inDoubt == claims(.notProven))
        #expect(claims(.notProven).inDoubt == claims(.notProven))
        #expect(claims(.failed).inDoubt == claims(.failed))
    }

    @Test func `what is claimed of a sample is never claimed without that word`() {
        let sampled = claims(isUsed: false, isOfSample: true)
        #expect(sampled.referenceChart.verdict == .proven)
        #expect(sampled.isOfSample && sampled.inDoubt.isOfSample && sampled.onceUsed.isOfSample)
        #expect(sampled != claims(isUsed: false))
    }

    @Test func `a record from before there were samples is of everything`() {
        guard case .object(var members) = claims().json else {
            Issue.record("claims are an object")
            return
        }
        members["ofSample"] = nil
        #expect(DrillClaims(.object(members)) == claims())
    }

    @Test func `records give back what they were given, and nothing that they do not know`() {
        for claims in [
            claims(), claims(.failed), claims(.notProven, isRecordRead: false, level: 0),
            claims(isUsed: false), claims(isOfSample: true),
        ] {
            #expect(DrillClaims(claims.json) == claims)
        }
        let unknown = JSONValue.object([
            "lacks": .object([
                "referenceChart": .array([]), "workingEHR": .array([.string("moonlight")]),
            ])
        ])
        #expect(DrillClaims(unknown) == nil)
        #expect(DrillClaims(.null) == nil)
    }
}
