/// A language that Toride speaks to people. Codes, keys and records are the same in all of them.
package enum Language: String, Sendable, CaseIterable {
    /// 日本語.
    case japanese = "ja"
    /// English.
    case english = "en"
}
