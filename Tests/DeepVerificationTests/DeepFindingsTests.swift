import Model
import Testing

@testable import DeepVerification

/// A ruined repository makes no millions of findings, and hides none.
@Suite struct DeepFindingsTests {
    private let set: SetID

    init() throws {
        set = SetID(try #require(RandomID(Array(repeating: 7, count: 16))))
    }

    private func ref(_ sequence: UInt64) -> SnapshotRef {
        SnapshotRef(set: set, sequence: sequence)
    }

    @Test func `what is beyond the most of a code is counted, with what it breaks`() {
        let findings = DeepFindings()
        for number in 0..<DeepFindings.keptMax + 7 {
            let sequence = number < DeepFindings.keptMax ? 1 : UInt64(number)
            let kept = findings.add(
                .fileDigestDiffers,
                .path([UInt8(number & 0x7f)]),
                breaks: [ref(sequence)]
            )
            #expect((kept != nil) == (number < DeepFindings.keptMax))
        }
        findings.add(.chunkMissing, .repository, breaks: [])
        let all = findings.all
        #expect(all.count == DeepFindings.keptMax + 2)
        let last = all.last
        #expect(last?.code == .fileDigestDiffers && last?.evidence == ["more": "7"])
        #expect(last?.breaks.count == 7)
    }

    @Test func `a snapshot is added once to what a finding breaks`() throws {
        let findings = DeepFindings()
        let number = try #require(findings.add(.chunkDamaged, .repository, breaks: [ref(1)]))
        findings.add(ref(2), toBreaksOf: number)
        findings.add(ref(2), toBreaksOf: number)
        #expect(findings.all.map(\.breaks) == [[ref(1), ref(2)]])
    }

    @Test func `the newest epoch that is false is remembered of each set`() {
        let findings = DeepFindings()
        for epoch in [2, 3, 1] as [UInt64] {
            findings.distrust(SetEpoch(set: set, epoch: epoch))
        }
        #expect(findings.falseEpochs == [set: 3])
    }
}
