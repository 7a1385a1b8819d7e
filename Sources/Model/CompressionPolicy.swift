/// How hard chunks are compressed. What was stored before is read whatever it says.
package enum CompressionPolicy: Hashable, Sendable {
    /// By a level that is chosen for each chunk by a sample of it (docs/BENCHMARKS.md).
    case automatic
    /// Not at all: for sources that are compressed already.
    case none
    /// By one level of zstd for all, out of ``levels``.
    case level(Int)

    /// Levels of zstd that fit into our memory: of level 9 a thread needs 12 MiB, of level 12
    /// 48 MiB, as the library itself estimates.
    package static let levels = 1...9

    /// Reads a word of a configuration: `auto`, `none` or a level.
    ///
    /// - Returns: nil for anything else.
    package init?(_ text: String) {
        switch text {
        case "auto": self = .automatic
        case "none": self = .none
        default:
            let level = CompressionPolicy.levels.first { "\($0)" == text }
            guard let level else {
                return nil
            }
            self = .level(level)
        }
    }

    /// All words that ``init(_:)`` takes.
    package static let words = ["auto", "none"] + levels.map { "\($0)" }
}
