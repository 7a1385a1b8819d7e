import Catalog
import Model
import Scheduling
import Testing

@testable import Daemon

/// What is due, by what is known of the past.
@Suite struct TimetableTests {
    private let timetable: Timetable
    private let nightly: ScheduledJob
    /// 2026-11-23T02:00:00+09:00, a moment of the schedule.
    private let moment = Timestamp(seconds: 1_795_366_800)

    init() throws {
        timetable = Timetable(zone: try SiteTimeZone(identifier: "Asia/Tokyo"))
        nightly = ScheduledJob(
            kind: .backup,
            name: "ehr",
            schedule: try CronSchedule(parsing: "0 2 * * *")
        )
    }

    private func after(_ hours: Int64, _ minutes: Int64 = 0) -> Timestamp {
        Timestamp(seconds: moment.seconds + hours * 3_600 + minutes * 60)
    }

    private func attempt(
        _ started: Timestamp,
        _ outcome: ExitCode? = nil
    ) -> RunRow {
        RunRow(
            name: "ehr",
            kind: .backup,
            due: moment,
            started: started,
            end: outcome.map { RunRow.End(finished: started, outcome: $0) }
        )
    }

    private func decide(
        worked: Timestamp? = nil,
        attempt: RunRow? = nil,
        attempts: Int = 1,
        at now: Timestamp
    ) -> Timetable.Decision {
        let past = Timetable.Past(worked: worked, attempt: attempt, attempts: attempts)
        return timetable.decide(nightly, past, now: now)
    }

    @Test func `the moment is the site's, not UTC's`() {
        #expect(timetable.moment(of: nightly, at: after(5)) == moment)
        #expect(timetable.moment(of: nightly, at: after(-1)) == after(-24))
    }

    @Test func `what never ran is due at once`() {
        #expect(decide(at: after(9)) == .due)
    }

    @Test func `however many were missed, one run makes up for all`() {
        let now = after(7 * 24 + 1)
        #expect(decide(attempt: attempt(moment, .done), attempts: 0, at: now) == .due)
        #expect(decide(attempt: attempt(now, .done), at: after(7 * 24 + 2)) == .settled)
    }

    @Test func `what somebody made by hand counts`() {
        #expect(decide(worked: after(1), at: after(9)) == .settled)
        #expect(decide(worked: after(-1), at: after(9)) == .due)
    }

    @Test func `an attempt whose daemon died is made up for`() {
        #expect(decide(attempt: attempt(moment), at: after(0, 1)) == .due)
        #expect(decide(attempt: attempt(moment), attempts: 3, at: after(0, 1)) == .settled)
    }

    @Test(arguments: [ExitCode.done, .failed, .notProven])
    func `an attempt that ended with an answer is not repeated`(outcome: ExitCode) {
        #expect(decide(attempt: attempt(moment, outcome), at: after(9)) == .settled)
    }

    @Test(arguments: [ExitCode.usage, .couldNotLook, .internalFault])
    func `one that could not look is tried again, thrice in all`(outcome: ExitCode) {
        let first = attempt(moment, outcome)
        #expect(decide(attempt: first, at: after(0, 14)) == .later(after(0, 15)))
        #expect(decide(attempt: first, at: after(0, 15)) == .due)
        #expect(decide(attempt: first, attempts: 2, at: after(0, 15)) == .due)
        #expect(decide(attempt: first, attempts: 3, at: after(0, 15)) == .settled)
        #expect(decide(attempt: first, attempts: 0, at: after(24)) == .due)
    }

    @Test func `times stamped by a clock that was far ahead count for nothing`() {
        let ahead = after(24 * 400)
        #expect(decide(worked: ahead, at: after(9)) == .due)
        #expect(decide(attempt: attempt(ahead, .done), at: after(9)) == .due)
        // Set back by less, nothing runs twice.
        #expect(decide(attempt: attempt(after(12), .done), at: after(9)) == .settled)
    }
}
