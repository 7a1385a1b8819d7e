package import Reporting

extension Language {
    /// The language that the operator asked for, else that of the locale, else English.
    ///
    /// - Parameter option: `ja` or `en`, as typed.
    package init(option: String?) {
        if let language = option.flatMap({ Language(rawValue: $0) }) {
            self = language
            return
        }
        let locale =
            Environment.value("LC_ALL") ?? Environment.value("LC_MESSAGES")
            ?? Environment.value("LANG") ?? ""
        self = locale.hasPrefix("ja") ? .japanese : .english
    }
}
