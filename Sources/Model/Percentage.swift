/// A share as an operator writes it: a number of percent with two decimals at most, as `95%`,
/// `99.9 %` or `0.01%`.
package struct Percentage: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// All of something, in hundredths of a percent.
    package static let whole = 10_000

    /// How much, in hundredths of a percent: 0 to ``whole``.
    package let hundredths: Int

    /// Reads a share; nil for anything else, and for more than all.
    package init?(_ text: String) {
        guard text.hasSuffix("%") else {
            return nil
        }
        var rest = text.dropLast()
        if rest.hasSuffix(" ") {
            rest = rest.dropLast()
        }
        let parts = rest.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let percent = Self.number(parts[0], digitsMax: 3)
        else {
            return nil
        }
        var hundredths = percent * 100
        if parts.count == 2 {
            guard let decimals = Self.number(parts[1], digitsMax: 2) else {
                return nil
            }
            hundredths += parts[1].utf8.count == 1 ? decimals * 10 : decimals
        }
        guard hundredths <= Self.whole else {
            return nil
        }
        self.hundredths = hundredths
    }

    /// Takes hundredths of a percent, as a rule of our own states them.
    init(hundredths: Int) {
        precondition((0...Self.whole).contains(hundredths), "a share of \(hundredths)")
        self.hundredths = hundredths
    }

    /// The share as a number from 0 to 1.
    package var fraction: Double { Double(hundredths) / Double(Self.whole) }

    package static func < (one: Percentage, other: Percentage) -> Bool {
        one.hundredths < other.hundredths
    }

    /// As it is read, without needless zeros.
    package var description: String {
        let (percent, decimals) = (hundredths / 100, hundredths % 100)
        guard decimals > 0 else {
            return "\(percent)%"
        }
        guard decimals % 10 > 0 else {
            return "\(percent).\(decimals / 10)%"
        }
        return "\(percent).\(decimals / 10)\(decimals % 10)%"
    }

    private static func number(_ digits: Substring, digitsMax: Int) -> Int? {
        guard (1...digitsMax).contains(digits.utf8.count),
            digits.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else {
            return nil
        }
        return Int(digits)
    }
}
