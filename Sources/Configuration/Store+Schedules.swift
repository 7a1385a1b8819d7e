import Scheduling

extension Configuration.Store {
    /// How soon every object is read again where the file does not say: once a quarter
    /// (docs/decisions/0018).
    package static let readWithinUsual: Duration = .seconds(90 * 86_400)

    /// For how long a store is read where the file does not say: a night's work, after which the
    /// lane is free for other stores.
    package static let readForUsual: Duration = .seconds(4 * 3_600)

    /// No disk reads itself every few hours, and ten years is as good as never.
    private static let readWithinRange: ClosedRange<Duration> =
        Duration.seconds(86_400)...Duration.seconds(3_650 * 86_400)
    /// In less than a minute nothing is read, and in more than a day nothing else.
    private static let readForRange: ClosedRange<Duration> =
        Duration.seconds(60)...Duration.seconds(86_400)

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

    /// Takes when the daemon works on the store, and for how long.
    ///
    /// - Parameter section: of the store.
    /// - Throws: ``ConfigurationError``.
    mutating func takeSchedules(_ section: Section) throws(ConfigurationError) {
        readAt = try section["readAt"]?.schedule()
        if readAt == nil {
            try section.refuse(
                "readFor",
                because: "says for how long, and nothing says when",
                hint: "add readAt: \"0 1 * * *\""
            )
        }
        if let node = section["readFor"] {
            readFor = try Self.readFor(node)
        }
        if !isToResist {
            try section.refuse(
                "attackAt",
                because: "asks for attacks on a store that is to resist none",
                hint: "add what it is (class: O3, O4, O5 or s3: lock:), or remove attackAt"
            )
        }
        if let node = section["attackAt"] {
            attackAt = try Self.attackAt(node)
        }
    }

    private static func readFor(_ node: YAMLNode) throws(ConfigurationError) -> Duration {
        let duration = try node.duration()
        guard readForRange.contains(duration) else {
            throw ConfigurationError(
                node.place,
                .rule("is not from 1m to 24h", hint: "write a number of hours, such as 4h")
            )
        }
        return duration
    }

    private static func attackAt(_ node: YAMLNode) throws(ConfigurationError) -> CronSchedule {
        let schedule = try node.schedule()
        guard !schedule.runsSeveralTimesADay else {
            throw ConfigurationError(
                node.place,
                .rule(
                    "comes more than once a day, and each attack leaves locked objects",
                    hint: "once a month is enough: \"0 3 1 * *\""
                )
            )
        }
        return schedule
    }
}
