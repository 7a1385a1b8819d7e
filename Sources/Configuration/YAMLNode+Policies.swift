import Model
import Scheduling

extension YAMLNode {
    /// An absolute path, without `.`, doubled and last slashes.
    ///
    /// - Throws: ``ConfigurationError/Problem/path`` if it is relative or has a `..`, which would
    ///   mean another folder wherever a link stands before it.
    func path() throws(ConfigurationError) -> String {
        let text = try line()
        let parts = text.split(separator: "/")
        guard text.hasPrefix("/"), !parts.contains("..") else {
            throw ConfigurationError(place, .path)
        }
        return "/" + parts.filter { $0 != "." }.joined(separator: "/")
    }

    /// A path that lies in one of `paths`, or is it.
    ///
    /// - Throws: as ``path()``, and if it lies elsewhere.
    func path(beneath paths: [String]) throws(ConfigurationError) -> String {
        let path = try path()
        guard paths.contains(where: { path == $0 || path.hasPrefix("\($0)/") }) else {
            throw ConfigurationError(
                place,
                .rule(
                    "is not in the set",
                    hint: "name a folder in \(paths.joined(separator: " or "))"
                )
            )
        }
        return path
    }

    /// A program and its arguments; the program by its absolute path, for `torided` and a terminal
    /// search different folders.
    func program() throws(ConfigurationError) -> [String] {
        let items = try items()
        var words: [String] = []
        for item in items {
            words.append(words.isEmpty ? try item.path() : try item.argument())
        }
        return words
    }

    /// A schedule that runs at some time.
    func schedule() throws(ConfigurationError) -> CronSchedule {
        let text = try line()
        let schedule = try scheduling { () throws(ScheduleError) in
            try CronSchedule(parsing: text)
        }
        guard schedule.everRuns else {
            throw ConfigurationError(place, .neverRuns)
        }
        return schedule
    }

    /// A schedule, and how much may be read in a second.
    func verification() throws(ConfigurationError) -> Configuration.Verification {
        let section = try Section(self, allowed: ["schedule", "limitRate"])
        return Configuration.Verification(
            schedule: try section.required("schedule").schedule(),
            limitRate: try section["limitRate"]?.rate()
        )
    }

    /// An address and a port, in numbers.
    func networkAddress() throws(ConfigurationError) -> NetworkAddress {
        guard let address = NetworkAddress(try line()) else {
            throw ConfigurationError(
                place,
                .rule(
                    "is no address and port in numbers",
                    hint: "write \"192.0.2.10:445\" or \"[2001:db8::1]:445\""
                )
            )
        }
        return address
    }

    /// Bytes a second.
    func rate() throws(ConfigurationError) -> ByteRate {
        guard let rate = ByteRate(try line()) else {
            throw ConfigurationError(
                place,
                .rule(
                    "is no number of bytes a second from \(ByteRate.slowest)",
                    hint: "write a whole number and K, M or G (of 1,024): 40M"
                )
            )
        }
        return rate
    }

    /// A share within bounds.
    func percentage(
        in range: ClosedRange<Percentage>
    ) throws(ConfigurationError) -> Percentage {
        guard let share = Percentage(try line()), range.contains(share) else {
            throw ConfigurationError(
                place,
                .rule(
                    "is no share from \(range.lowerBound) to \(range.upperBound)",
                    hint: "write a number with two decimals at most, and %: 99.5%"
                )
            )
        }
        return share
    }

    /// How hard is compressed.
    func compression() throws(ConfigurationError) -> CompressionPolicy {
        let text = try line()
        guard let policy = CompressionPolicy(text) else {
            // Of a level none is nearer than another.
            let suggestion = Suggestion.nearest(to: text, of: ["auto", "none"])
            throw ConfigurationError(
                place,
                .notOneOf(CompressionPolicy.words, suggestion: suggestion)
            )
        }
        return policy
    }

    /// A duration above zero.
    func duration() throws(ConfigurationError) -> Duration {
        let text = try line()
        return try scheduling { () throws(ScheduleError) in try DurationText.parse(text) }
    }

    /// A time zone.
    func timeZone() throws(ConfigurationError) -> SiteTimeZone {
        let text = try line()
        return try scheduling { () throws(ScheduleError) in try SiteTimeZone(identifier: text) }
    }

    private func scheduling<Value>(
        _ read: () throws(ScheduleError) -> Value
    ) throws(ConfigurationError) -> Value {
        do throws(ScheduleError) {
            return try read()
        } catch {
            throw ConfigurationError(place, .schedule(error))
        }
    }
}
