import Model
import Reporting
import Testing

struct VerdictTextTests {
    @Test(arguments: Language.allCases)
    func `no two verdicts and no two severities share a word`(language: Language) {
        let words = Verdict.allCases.map { VerdictText.word($0, language) }
        #expect(Set(words).count == 3)
        let severities = [Severity.failure, .doubt, .notice].map { VerdictText.word($0, language) }
        #expect(Set(severities).count == 3)
    }

    @Test
    func `only what is proven sounds proven`() {
        #expect(VerdictText.word(.proven, .japanese) == "証明済み")
        #expect(VerdictText.word(.notProven, .japanese) == "未証明")
        #expect(VerdictText.word(.failed, .japanese) == "異常あり")
    }
}
