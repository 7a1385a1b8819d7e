package import Model

/// When something is to run: five cron fields, read in the time zone of the site.
///
/// Days: if both day fields are restricted, a day fits that fits either; if one of them starts with
/// `*`, it must fit both (Vixie cron, crontab(5), DOM_STAR and DOW_STAR in its entry.c).
///
/// Clock changes: a local time that does not exist runs at the first moment after the gap, together
/// with whatever else falls there; one that occurs twice runs at its first occurrence only. A
/// schedule of every hour therefore pauses for the repeated hour.
package struct CronSchedule: Hashable, Sendable, CustomStringConvertible {
    /// What stands for five fields.
    package static let shorthands = ["@hourly", "@daily", "@weekly", "@monthly"]
    /// The calendar repeats after 400 years, weekdays included (146,097 days are 20,871 weeks): a
    /// day that fits and is not found in that time does not exist.
    private static let searchDaysMax: Int64 = 146_097
    /// A last run further than this in the future was stamped by a wrong clock and does not count.
    private static let clockErrorSecondsMax: Int64 = 86_400

    /// As it was written, blanks made single.
    package let text: String
    /// The minutes of a day at which it runs, in order: 0 ..< 1,440.
    private let minutesOfDay: [Int64]
    private let daysOfMonth: CronFieldSet
    private let months: CronFieldSet
    private let daysOfWeek: CronFieldSet

    /// Reads five fields separated by blanks, or a shorthand.
    ///
    /// - Throws: ``ScheduleError/fieldCount(_:)``, ``ScheduleError/shorthand(_:)`` or
    ///   ``ScheduleError/field(_:part:_:)``.
    package init(parsing text: String) throws(ScheduleError) {
        let written = text.split(whereSeparator: { $0 == " " || $0 == "\t" })
        self.text = written.joined(separator: " ")
        let fields = try CronSchedule.fields(of: written)
        guard fields.count == 5 else {
            throw .fieldCount(fields.count)
        }
        let minutes = try CronFieldSet(parsing: fields[0], as: .minute)
        let hours = try CronFieldSet(parsing: fields[1], as: .hour)
        daysOfMonth = try CronFieldSet(parsing: fields[2], as: .dayOfMonth)
        months = try CronFieldSet(parsing: fields[3], as: .month)
        daysOfWeek = try CronFieldSet(parsing: fields[4], as: .dayOfWeek)
        minutesOfDay = (0..<1_440).filter {
            hours.contains($0 / 60) && minutes.contains($0 % 60)
        }.map(Int64.init)
    }

    package var description: String { text }

    private static func fields(of written: [Substring]) throws(ScheduleError) -> [Substring] {
        guard let word = written.first, word.hasPrefix("@") else {
            return written
        }
        guard written.count == 1 else {
            throw .shorthand(written.joined(separator: " "))
        }
        switch word {
        case "@hourly": return ["0", "*", "*", "*", "*"]
        case "@daily": return ["0", "0", "*", "*", "*"]
        case "@weekly": return ["0", "0", "*", "*", "0"]
        case "@monthly": return ["0", "0", "1", "*", "*"]
        default: throw .shorthand(String(word))
        }
    }
}

// MARK: - Moments

extension CronSchedule {
    /// The first moment after `moment`, itself excluded, at which this runs.
    ///
    /// - Returns: nil if it never does (30 February), or if `moment` lies outside the years 1 to
    ///   9999.
    /// - Complexity: one step a day up to the next day that fits, at most 400 years of them.
    package func next(after moment: Timestamp, in zone: SiteTimeZone) -> Timestamp? {
        guard SiteTimeZone.moments.contains(moment.seconds) else {
            return nil
        }
        // Local time runs on in all but a repeated hour, whose second pass holds no runs: what
        // runs later than `moment` has a later local time, too.
        let start = zone.localMinute(at: moment) + 1
        let firstDay = start.flooredQuotient(1_440)
        for day in firstDay...(firstDay + CronSchedule.searchDaysMax) where fits(day: day) {
            for minute in minutesOfDay {
                let local = day * 1_440 + minute
                if local >= start {
                    let run = zone.moment(ofLocalMinute: local)
                    if run > moment {
                        return run
                    }
                }
            }
        }
        return nil
    }

    /// The last moment up to and including `moment` at which this was to run.
    ///
    /// - Returns: nil if it never was, or if `moment` lies outside the years 1 to 9999.
    package func latestDue(at moment: Timestamp, in zone: SiteTimeZone) -> Timestamp? {
        guard SiteTimeZone.moments.contains(moment.seconds) else {
            return nil
        }
        let end = zone.latestLocalMinute(upTo: moment)
        let lastDay = end.flooredQuotient(1_440)
        for daysBack in 0...CronSchedule.searchDaysMax where fits(day: lastDay - daysBack) {
            for minute in minutesOfDay.reversed() {
                let local = (lastDay - daysBack) * 1_440 + minute
                if local <= end {
                    let run = zone.moment(ofLocalMinute: local)
                    if run <= moment {
                        return run
                    }
                }
            }
        }
        return nil
    }

    /// Whether a run is due: a moment of this schedule has come since the last run began. However
    /// many were missed while the host was down, one run makes up for all.
    ///
    /// - Parameters:
    ///   - lastRun: when the last run began; nil if there was none, which is always due. One more
    ///     than a day after `now` was stamped by a wrong clock and counts as none: else a clock
    ///     that once stood in 2099 would stop all backups in silence.
    ///   - now: the present.
    ///   - zone: the site's.
    /// - Returns: false, too, for a schedule that never runs.
    package func isDue(since lastRun: Timestamp?, now: Timestamp, in zone: SiteTimeZone) -> Bool {
        guard let due = latestDue(at: now, in: zone) else {
            return false
        }
        guard let lastRun, lastRun.since(now) <= .seconds(CronSchedule.clockErrorSecondsMax) else {
            return true
        }
        return lastRun < due
    }

    /// Whether any day of the calendar fits: false for 30 February.
    package var everRuns: Bool {
        (0..<CronSchedule.searchDaysMax).contains { fits(day: $0) }
    }

    /// Whether it runs more than once on a day on which it runs at all.
    package var runsSeveralTimesADay: Bool { minutesOfDay.count > 1 }

    /// Whether this runs on a day, counted from 1970-01-01.
    private func fits(day: Int64) -> Bool {
        let date = CivilDate(daysSinceEpoch: day)
        guard months.contains(Int(date.month)) else {
            return false
        }
        // 1970-01-01 was a Thursday.
        let weekday = day + 4 - (day + 4).flooredQuotient(7) * 7
        let fitsMonth = daysOfMonth.contains(Int(date.day))
        let fitsWeek = daysOfWeek.contains(Int(weekday))
        if daysOfMonth.startsWithStar || daysOfWeek.startsWithStar {
            return fitsMonth && fitsWeek
        }
        return fitsMonth || fitsWeek
    }
}

extension Int64 {
    /// The quotient rounded towards negative infinity; `divisor` is positive.
    func flooredQuotient(_ divisor: Int64) -> Int64 {
        self >= 0 ? self / divisor : -((-self + divisor - 1) / divisor)
    }
}
