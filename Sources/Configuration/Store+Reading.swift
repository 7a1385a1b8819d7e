extension Configuration.Store {
    /// How soon every object is read again where the file does not say: once a quarter
    /// (docs/decisions/0018).
    package static let readWithinUsual: Duration = .seconds(90 * 86_400)

    /// No disk reads itself every few hours, and ten years is as good as never.
    private static let readWithinRange: ClosedRange<Duration> =
        Duration.seconds(86_400)...Duration.seconds(3_650 * 86_400)

    /// Reads how soon every object is to be read again.
    static func readWithin(_ node: YAMLNode) throws(ConfigurationError) -> Duration {
        let duration = try node.duration()
        guard readWithinRange.contains(duration) else {
            throw ConfigurationError(
                node.place,
                .rule("is not from 1d to 3650d", hint: "write a number of days, such as 90d")
            )
        }
        return duration
    }
}
