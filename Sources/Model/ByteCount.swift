/// A number of bytes, shown as people read it.
package struct ByteCount: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The number.
    package let bytes: UInt64

    /// Counts `bytes`; a negative number, which no size is, counts as none.
    package init(_ bytes: some BinaryInteger) {
        self.bytes = UInt64(clamping: bytes)
    }

    package static func < (one: ByteCount, other: ByteCount) -> Bool {
        one.bytes < other.bytes
    }

    /// Three significant digits in binary units: `0 B`, `1.50 KiB`, `12.3 GiB`.
    package var description: String {
        let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
        var value = Double(bytes)
        var unit = 0
        while value >= 1_024, unit < units.count - 1 {
            value /= 1_024
            unit += 1
        }
        if unit == 0 {
            return "\(bytes) B"
        }
        let decimals = value < 10 ? 2 : value < 100 ? 1 : 0
        return "\(rounded(value, decimals)) \(units[unit])"
    }

    private func rounded(_ value: Double, _ decimals: Int) -> String {
        let scale = [1.0, 10.0, 100.0][decimals]
        let scaled = Int((value * scale).rounded())
        guard decimals > 0 else {
            return "\(scaled)"
        }
        let fraction = String(scaled % Int(scale))
        let zeros = String(repeating: "0", count: decimals - fraction.utf8.count)
        return "\(scaled / Int(scale)).\(zeros)\(fraction)"
    }
}
