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

    /// One sentence that says what the word means, for whoever reads it the first time.
    package static func explanation(_ verdict: Verdict, _ language: Language) -> String {
        switch (verdict, language) {
        case (.proven, .japanese): "調べた範囲で、正しいことが証拠により示されました。"
        case (.failed, .japanese): "正しくないことが証拠により示されました。対応が必要です。"
        case (.notProven, .japanese): "正しいとも正しくないとも示されていません。安心はできません。"
        case (.proven, .english): "Within what was looked at, evidence shows that it is so."
        case (.failed, .english): "Evidence shows that it is not so; something must be done."
        case (.notProven, .english): "Nothing shows that it is so; do not rely on it."
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
