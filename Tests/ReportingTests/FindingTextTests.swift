import Model
import Testing

@testable import Reporting

struct FindingTextTests {
    @Test(arguments: FindingCode.allCases)
    func `every code has words`(code: FindingCode) {
        #expect(FindingText.hasWords(code))
    }

    @Test
    func `no code has words twice`() {
        #expect(FindingText.parts.map(\.count).reduce(0, +) == FindingCode.allCases.count)
    }

    @Test(arguments: Language.allCases)
    func `no two codes say the same`(language: Language) {
        let titles = FindingCode.allCases.map { FindingText.title($0, language) }
        #expect(Set(titles).count == titles.count)
    }

    @Test(arguments: FindingCode.allCases)
    func `an English title and action are sentences`(code: FindingCode) {
        for text in [FindingText.title(code, .english), FindingText.action(code, .english)] {
            #expect(text.hasSuffix("."))
            #expect(text.first?.isUppercase == true || text.hasPrefix("toride.json"))
            #expect(text.unicodeScalars.allSatisfy { $0.isASCII })
        }
    }

    @Test(arguments: FindingCode.allCases)
    func `a Japanese title and action are polite sentences`(code: FindingCode) {
        let endings = ["ます", "です", "ません", "でした", "ました", "ください"]
        for text in [FindingText.title(code, .japanese), FindingText.action(code, .japanese)] {
            #expect(text.hasSuffix("。"))
            for sentence in text.split(separator: "。") {
                #expect(endings.contains { sentence.hasSuffix($0) }, "\(sentence)")
            }
            #expect(!text.contains("、、") && !text.contains(",") && !text.contains(". "))
        }
    }

    /// FINDINGS.md, "用語": one word a thing.
    @Test(arguments: FindingCode.allCases)
    func `Japanese keeps to the glossary`(code: FindingCode) {
        let text = FindingText.title(code, .japanese) + FindingText.action(code, .japanese)
        for banned in ["リストア", "ドリル", "検証", "スナップショット番号", "マニフェスト", "ストア"] {
            #expect(!text.contains(banned), "\(banned)")
        }
    }

    @Test
    func `both languages speak of the same commands`() {
        for code in FindingCode.allCases {
            let texts = Language.allCases.map { FindingText.action(code, $0) }
            let commands = ["backup", "verify", "catalog rebuild", "drill run", "key check"]
                .map { "toride \($0)" }
            for command in commands {
                #expect(Set(texts.map { $0.contains(command) }).count == 1, "\(code): \(command)")
            }
        }
    }
}
