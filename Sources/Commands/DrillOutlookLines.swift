import Console
import Custody
import Drills
import Format
import Jobs
import Model

/// How fast data came back, and what that lets expect, as an operator reads it.
enum DrillOutlookLines {
    /// What was measured, and the forecast that is not.
    static func show(_ result: DrillResult, _ terminal: Terminal) {
        guard !result.restored.isEmpty else {
            return
        }
        let bytes = ByteCount(result.restored.reduce(UInt64(0)) { $0 &+ $1.bytes })
        let time = result.restored.reduce(Duration.zero) { $0 + $1.time }
        var rate = ""
        if time > .zero {
            let perSecond = Double(bytes.bytes) / time.inSeconds
            rate = " (\(ByteCount(UInt64(min(perSecond, 0x1p63))))/s)"
        }
        terminal.say(
            terminal.words("  復元した量              ", "  restored                ")
                + "\(bytes), \(DrillReport.seconds(time))\(rate)"
        )
        switch result.forecast {
        case .known(let time, let bytes): forecast(time, bytes, terminal)
        case .unknown(let reason):
            terminal.say(
                terminal.words("  予測 (全セットの復元)   ", "  forecast, all sets      ")
                    + unknown(reason, terminal)
            )
        }
    }

    /// A forecast, called one.
    static func forecast(_ time: Duration, _ bytes: UInt64, _ terminal: Terminal) {
        terminal.say(
            terminal.words("  予測 (全セットの復元)   ", "  forecast, all sets      ")
                + "\(span(time)), \(ByteCount(bytes))"
                + terminal.words("（計算値。実測ではありません）", " (reckoned, not measured)")
        )
    }

    private static func unknown(
        _ reason: RestoreForecast.Reason,
        _ terminal: Terminal
    ) -> String {
        switch reason {
        case .nothingMeasured:
            terminal.words("不明: 速さを測れるだけの復元がありません", "unknown: nothing could be measured")
        case .sizesUnknown(let sets):
            terminal.words("不明: 大きさの分からないセット ", "unknown: not known here is the size of ")
                + sets.joined(separator: ", ")
        }
    }

    // MARK: - Among earlier drills

    /// The drill at hand beside the earlier ones of its plan; nothing if it did not find all whole.
    static func show(_ trend: DrillTrend, _ terminal: Terminal) {
        if let words = words(trend, terminal) {
            terminal.say("  \(words)")
        }
    }

    /// The same for the end of a line; nil if the drill did not find all whole.
    static func words(_ trend: DrillTrend, _ terminal: Terminal) -> String? {
        guard let time = trend.present?.time else {
            return nil
        }
        let own = terminal.words("検査完了まで ", "checked in ") + DrillReport.seconds(time)
        guard let median = trend.median else {
            return own + terminal.words("、比べる訓練なし", ", no earlier drill to compare with")
        }
        let many = trend.compared
        var words =
            own
            + terminal.words("、直近 \(many) 回の中央値 ", ", median of the last \(many) ")
            + DrillReport.seconds(median)
        if median > .zero {
            let change = ((time - median).inSeconds / median.inSeconds * 100).rounded()
            let bounded = Int(max(-100, min(change, 1e9)))
            words += " (\(bounded < 0 ? "" : "+")\(bounded) %)"
        }
        return words
    }

    // MARK: - For programs

    /// What a drill's answer has beside the rest.
    static func json(_ outcome: DrillJob.Outcome) -> [String: JSONValue] {
        let forecast = outcome.result.forecast
        var members = json(outcome.trend)
        members["claims"] = outcome.result.claims.json
        members["forecastFromBytes"] =
            forecast.bytes.map { .integer(Int64(clamping: $0)) } ?? .null
        members["forecastSeconds"] = forecast.time.map { .integer($0.components.seconds) } ?? .null
        members["notedSteps"] = .array(outcome.timeline.noted.map(\.json))
        members["restored"] = .array(
            outcome.result.restored.map { part in
                .object([
                    "bytes": .integer(Int64(clamping: part.bytes)),
                    "milliseconds": .integer(part.time.milliseconds), "set": .string(part.set),
                ])
            }
        )
        members["stepSources"] = outcome.timeline.sources
        return members
    }

    /// The drill at hand beside the earlier ones of its plan.
    static func json(_ trend: DrillTrend) -> [String: JSONValue] {
        [
            "checkedMilliseconds": trend.present.map { .integer($0.time.milliseconds) } ?? .null,
            "medianMilliseconds": trend.median.map { .integer($0.milliseconds) } ?? .null,
        ]
    }

    /// A long time as people read it; fractions and, of hours, seconds are dropped.
    private static func span(_ time: Duration) -> String {
        let seconds = time.components.seconds
        return switch seconds {
        case ..<120: "\(seconds) s"
        case ..<7_200: "\(seconds / 60) min"
        default: "\(seconds / 3_600) h \(seconds / 60 % 60) min"
        }
    }
}
