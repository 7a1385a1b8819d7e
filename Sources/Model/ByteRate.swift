/// So many bytes a second, as an upper bound on what work takes of a disk or a line.
package struct ByteRate: Hashable, Sendable, CustomStringConvertible {
    /// Slower would be an error of typing: a terabyte would take six months.
    package static let slowest = ByteRate(unchecked: 64 << 10)

    /// The number; at least that of ``slowest``.
    package let bytesPerSecond: UInt64

    /// Reads a rate: a whole number and `K`, `M` or `G`, or in full `KiB`, `MiB` or `GiB`, with or
    /// without `/s`: of 1,024, 1,024² or 1,024³ bytes a second.
    ///
    /// - Returns: nil for anything else, and for what is slower than ``slowest``.
    package init?(_ text: String) {
        var rest = text.hasSuffix("/s") ? text.dropLast(2) : text[...]
        if rest.hasSuffix("iB") {
            rest = rest.dropLast(2)
        }
        guard let unit = rest.last, let shift = ["K": 10, "M": 20, "G": 30][unit],
            (1...6).contains(rest.utf8.count - 1),
            rest.dropLast().utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let count = UInt64(rest.dropLast()),
            count << shift >= ByteRate.slowest.bytesPerSecond
        else {
            return nil
        }
        bytesPerSecond = count << shift
    }

    private init(unchecked bytesPerSecond: UInt64) {
        self.bytesPerSecond = bytesPerSecond
    }

    package var description: String { "\(ByteCount(bytesPerSecond))/s" }
}
