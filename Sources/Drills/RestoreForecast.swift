/// How long it would take to restore everything, reckoned from how fast a drill restored its part
/// of it. A forecast, and never called measured: people, media and networks are not in it.
package enum RestoreForecast: Hashable, Sendable {
    /// Why there is none.
    package enum Reason: Hashable, Sendable {
        /// The drill restored nothing that could be measured.
        case nothingMeasured
        /// The sizes of these sets are not known here.
        case sizesUnknown([String])
    }

    /// All sets together.
    case known(Duration, bytes: UInt64)
    /// It cannot be told.
    case unknown(Reason)

    /// Longest forecast: beyond all reason, and short of what a duration cannot hold.
    private static let secondsMax = 1e12

    /// Reckons.
    ///
    /// - Parameters:
    ///   - restored: what a drill restored.
    ///   - sizes: the content of each set's newest snapshot in bytes; nil where it is not known.
    package init(from restored: [RestoredPart], of sizes: [(set: String, bytes: UInt64?)]) {
        let unknown = sizes.filter { $0.bytes == nil }.map(\.set)
        guard unknown.isEmpty else {
            self = .unknown(.sizesUnknown(unknown))
            return
        }
        let measured = restored.reduce(0.0) { $0 + Double($1.bytes) }
        let seconds = restored.reduce(0.0) { $0 + $1.time.inSeconds }
        guard measured > 0, seconds > 0 else {
            self = .unknown(.nothingMeasured)
            return
        }
        let bytes = sizes.reduce(0.0) { $0 + Double($1.bytes ?? 0) }
        let time = (bytes / measured * seconds).rounded(.up)
        self = .known(
            .seconds(Int64(min(time, Self.secondsMax))),
            bytes: UInt64(min(bytes, 0x1p63))
        )
    }

    /// How long; nil if it cannot be told.
    package var time: Duration? {
        if case .known(let time, _) = self { time } else { nil }
    }

    /// What all sets hold together; nil if it cannot be told.
    package var bytes: UInt64? {
        if case .known(_, let bytes) = self { bytes } else { nil }
    }
}

extension Duration {
    /// In seconds, as far as a floating point number is exact.
    package var inSeconds: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }
}
