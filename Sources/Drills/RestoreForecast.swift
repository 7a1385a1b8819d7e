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
    ///   - samples: of which sets a sample alone was restored. Always taken are the largest files,
    ///     and time goes with files too: what is longer by them counts.
    package init(
        from restored: [RestoredPart],
        of sizes: [(set: String, bytes: UInt64?)],
        samples: [SampledPart] = []
    ) {
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
        let byBytes = bytes / measured * seconds
        let byFiles = Self.secondsByFiles(restored, sizes, samples).map { $0 * bytes } ?? 0
        let time = max(byBytes, byFiles).rounded(.up)
        self = .known(
            .seconds(Int64(min(time, Self.secondsMax))),
            bytes: UInt64(min(bytes, 0x1p63))
        )
    }

    /// Seconds for a byte of all that the sets have of which something was restored, if every file
    /// takes as long as one of its sample did; nil where there was no sample.
    private static func secondsByFiles(
        _ restored: [RestoredPart],
        _ sizes: [(set: String, bytes: UInt64?)],
        _ samples: [SampledPart]
    ) -> Double? {
        let shares = Dictionary(
            samples.map { ($0.set, Double($0.sample.files) / Double($0.sample.paths.count)) },
            uniquingKeysWith: { first, _ in first }
        )
        let sets = Set(restored.map(\.set))
        let bytes = sizes.filter { sets.contains($0.set) }
            .reduce(0.0) { $0 + Double($1.bytes ?? 0) }
        guard !shares.isEmpty, bytes > 0 else {
            return nil
        }
        return restored.reduce(0.0) { $0 + $1.time.inSeconds * (shares[$1.set] ?? 1) } / bytes
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
