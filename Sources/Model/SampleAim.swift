import Glibc

/// How sure a drill of a sample of files must be: with what confidence it finds that how large a
/// share of all files is bad.
package struct SampleAim: Hashable, Sendable {
    /// Confidences that may be asked for: less says little, and more is had by restoring
    /// everything.
    package static let confidences = Percentage(hundredths: 9_000)...Percentage(hundredths: 9_999)
    /// Shares of bad files that may be asked for.
    package static let defectShares = Percentage(hundredths: 1)...Percentage(hundredths: 2_000)

    /// With what probability a sample has a bad file in it, if the share of them is ``defects``.
    package let confidence: Percentage
    /// The share of bad files from which on that holds.
    package let defects: Percentage

    /// States an aim; both shares lie in their ranges.
    package init(confidence: Percentage, defects: Percentage) {
        precondition(Self.confidences.contains(confidence), "a confidence of \(confidence)")
        precondition(Self.defectShares.contains(defects), "defects of \(defects)")
        self.confidence = confidence
        self.defects = defects
    }

    /// How many files must be drawn, whatever number there is: n = ⌈ln(1 − C) / ln(1 − p)⌉.
    ///
    /// Of N files of which pN or more are bad, n that are drawn without putting back are all good
    /// with a probability (hypergeometric) of at most (1 − p)ⁿ (binomial), which is then at most
    /// 1 − C: DOMAIN §4.3. From 11 to 92,099.
    package var filesMin: Int {
        let overlooked = Double(Percentage.whole - confidence.hundredths) / Double(Percentage.whole)
        return Int((log(overlooked) / log1p(-defects.fraction)).rounded(.up))
    }
}
