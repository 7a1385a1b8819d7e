package import Model

/// The three verdicts, in words. The codes `proven`, `failed` and `not-proven` stay as they are
/// wherever a program reads them.
package enum VerdictText {
    /// One word.
    package static func word(_ verdict: Verdict, _ language: Language) -> String {
        switch (verdict, language) {
        case (.proven, .japanese): "証明済み"
        case (.failed, .japanese): "異常あり"
        case (.notProven, .japanese): "未証明"
        case (.proven, .english): "proven"
        case (.failed, .english): "failed"
        case (.notProven, .english): "not proven"
        }
    }

    /// How much a finding weighs, in one word.
    package static func word(_ severity: Severity, _ language: Language) -> String {
        switch (severity, language) {
        case (.failure, .japanese): "異常"
        case (.doubt, .japanese): "未確認"
        case (.notice, .japanese): "通知"
        case (.failure, .english): "failure"
        case (.doubt, .english): "doubt"
        case (.notice, .english): "notice"
        }
    }
}
