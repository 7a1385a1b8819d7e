package import Model

/// What a finding says to the person who keeps the backups: one plain sentence on what is wrong,
/// and one on what to do.
///
/// The words are chosen in FINDINGS.md, "用語", and its table is checked against the codes.
package enum FindingText {
    /// What is the matter, as one sentence.
    package static func title(_ code: FindingCode, _ language: Language) -> String {
        wording(code, language)?.title ?? code.rawValue
    }

    /// What to do about it, as one or two sentences.
    ///
    /// - Returns: the sentence; for a code that has none yet, where to look.
    package static func action(_ code: FindingCode, _ language: Language) -> String {
        if let action = wording(code, language)?.action {
            return action
        }
        return switch language {
        case .japanese: "FINDINGS.md の \(code.rawValue) を見てください。"
        case .english: "See \(code.rawValue) in FINDINGS.md."
        }
    }

    /// Whether the code has words of its own; a test demands it of all.
    static func hasWords(_ code: FindingCode) -> Bool {
        words[code] != nil
    }

    private static func wording(_ code: FindingCode, _ language: Language) -> Wording? {
        switch language {
        case .japanese: words[code]?.japanese
        case .english: words[code]?.english
        }
    }

    /// All of them; a code that stood in two of the parts would be a mistake, which a test finds.
    static let parts = [
        repository, chain, taking, opening, restored, drillRun, clinical, ssmix2, dicom, fhir, uke,
        copies, attacks, media, policy,
    ]

    private static let words: [FindingCode: Words] = parts.reduce(into: [:]) { all, part in
        all.merge(part) { first, _ in first }
    }
}

extension FindingText {
    /// What is said of one code, in one language.
    typealias Wording = (title: String, action: String)

    /// What is said of one code, in every language.
    struct Words: Sendable {
        let japanese: Wording
        let english: Wording

        init(ja japanese: Wording, en english: Wording) {
            self.japanese = japanese
            self.english = english
        }
    }
}
