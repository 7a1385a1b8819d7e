import Model
import Testing

@Suite struct VerdictTests {
    @Test func `the weakest finding decides`() {
        let notice = Finding(.objectUnreferenced, .repository)
        let doubt = Finding(.freshnessUnknown, .repository)
        let failure = Finding(.objectDamaged, .repository)
        #expect(Verdict([]) == .proven)
        #expect(Verdict([notice]) == .proven)
        #expect(Verdict([notice, doubt]) == .notProven)
        #expect(Verdict([failure, doubt, notice]) == .failed)
    }

    @Test func `only proven ends a program with zero`() {
        for verdict in Verdict.allCases {
            #expect((ExitCode(verdict) == .done) == (verdict == .proven))
        }
    }

    @Test func `codes are spelled as FINDINGS has them`() {
        for code in FindingCode.allCases {
            let isPlain = code.rawValue.allSatisfy { $0.isLowercase || $0.isNumber || $0 == "-" }
            #expect(isPlain, "\(code)")
        }
    }
}
