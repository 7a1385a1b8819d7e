import Catalog
import Configuration
import Jobs
import LocalStore
import Logging
import Model
import ObjectStore
import Scheduling
import TestSupport
import Testing
import Workers

@testable import Daemon

/// What is done to stores on schedules of their own, and when it counts as done.
@Suite struct StoreJobTests {
    /// 2026-11-23T03:00:00+09:00, a moment of both schedules.
    private static let moment = Timestamp(seconds: 1_795_370_400)
    private static let schedules = "readAt: \"0 3 * * *\", attackAt: \"0 3 * * *\""
    private static let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// A site whose store has some packs, and its clock.
    private struct Scene {
        let files: TestSite
        let site: Site
        let reading: ScheduledJob
        let attack: ScheduledJob

        init(in folder: String, store options: String) throws {
            files = try TestSite(
                in: folder,
                store: ", class: O4, \(StoreJobTests.schedules)\(options)"
            )
            try files.addPacks(5, of: 100)
            site = Site(try Configuration.load(path: files.config))
            let schedule = try CronSchedule(parsing: "0 3 * * *")
            reading = ScheduledJob(kind: .read, name: "primary", schedule: schedule)
            attack = ScheduledJob(kind: .attack, name: "primary", schedule: schedule)
        }

        /// Does a job so many minutes after its moment.
        func run(_ job: ScheduledJob, after minutes: Int64 = 0) -> ExitCode? {
            let now = StoreJobTests.time(minutes)
            let starter = DrillStarter(systemctl: nil)
            let runner = JobRunner(site: site, drills: starter, stop: site.stop) { now }
            return runner.run(job, due: StoreJobTests.moment, StoreJobTests.log)
        }

        func past(_ job: ScheduledJob) throws -> Timetable.Past {
            try Timetable.Past(of: job, at: StoreJobTests.moment, in: site)
        }

        func decide(_ job: ScheduledJob, after minutes: Int64) throws -> Timetable.Decision {
            Timetable(zone: site.configuration.site.timeZone)
                .decide(job, try past(job), now: StoreJobTests.time(minutes))
        }

        /// Writes down that the daemon began a job, as it does before.
        func begin(_ job: ScheduledJob, after minutes: Int64) throws -> Int64 {
            try site.catalog().record(
                run: RunRow(
                    name: job.name,
                    kind: job.kind,
                    due: StoreJobTests.moment,
                    started: StoreJobTests.time(minutes)
                )
            )
        }

        func end(_ run: Int64, after minutes: Int64, _ outcome: ExitCode) throws {
            let end = RunRow.End(finished: StoreJobTests.time(minutes), outcome: outcome)
            try site.catalog().finish(run: run, end)
        }
    }

    private static func time(_ minutes: Int64) -> Timestamp {
        Timestamp(seconds: moment.seconds + minutes * 60)
    }

    private func withScene(
        store options: String = "",
        _ body: (Scene) throws -> Void
    ) throws {
        try withTemporaryFolder(inMemory: true) { folder in
            try body(try Scene(in: folder, store: options))
        }
    }

    // MARK: - Which

    @Test(arguments: [
        ("backup", ["backup a", "verify a", "read primary", "attack primary", "drill d"]),
        ("drill", ["verify a", "read primary", "drill d"]),
    ])
    func `a drill host reads its stores, and attacks none`(role: String, jobs: [String]) throws {
        try withTemporaryFolder(inMemory: true) { folder in
            let rest = """
                role: \(role)
                sets:
                  a:
                    source: {files: {paths: [/nowhere]}}
                    schedule: "0 2 * * *"
                    verify: {schedule: "0 2 * * *"}
                drills: {d: {set: a, level: 2, schedule: "0 2 * * *"}}
                """
            let files = try TestSite(in: folder, rest, store: ", class: O4, \(Self.schedules)")
            let all = ScheduledJob.all(of: try Configuration.load(path: files.config))
            #expect(all.map { "\($0.kind.rawValue) \($0.name)" } == jobs)
        }
    }

    // MARK: - How they end

    @Test func `a reading ends as what was read`() throws {
        try withScene { (scene) throws in
            #expect(scene.run(scene.reading) == .done)
            let store = try scene.files.store()
            let key = try #require(try store.list(prefix: "packs/").map(\.key).min())
            try store.heal([1, 2, 3], at: key)
            #expect(scene.run(scene.reading) == .failed)
        }
    }

    @Test func `a store that an attack harms has failed`() throws {
        try withScene { (scene) throws in
            #expect(scene.run(scene.attack) == .failed)
            #expect(try scene.past(scene.attack).worked == Self.moment)
            #expect(try scene.decide(scene.attack, after: 1) == .settled)
        }
    }

    @Test func `a store that is away could not be looked at`() throws {
        try withScene { (scene) throws in
            removeTree("\(scene.files.folder)/store")
            #expect(scene.run(scene.reading) == .couldNotLook)
            #expect(scene.run(scene.attack) == .couldNotLook)
        }
    }

    @Test func `where no medium is mounted nothing is proven, nor known of the past`() throws {
        try withScene(store: ", media: {}") { (scene) throws in
            for job in [scene.reading, scene.attack] {
                #expect(scene.run(job) == .notProven)
                #expect(try scene.past(job).worked == nil)
            }
        }
    }

    @Test func `work that is stopped has no end`() throws {
        try withScene { (scene) throws in
            scene.site.stop.set()
            #expect(scene.run(scene.reading) == nil)
            #expect(scene.run(scene.attack) == nil)
            #expect(try scene.past(scene.attack).worked == nil)
        }
    }

    // MARK: - What counts as done

    @Test func `a reading by hand counts`() throws {
        try withScene { (scene) throws in
            #expect(try scene.decide(scene.reading, after: 1) == .due)
            #expect(scene.run(scene.reading, after: -10) == .done)
            #expect(try scene.decide(scene.reading, after: 1) == .due)
            #expect(scene.run(scene.reading, after: 10) == .done)
            #expect(try scene.past(scene.reading).worked == Self.time(10))
            #expect(try scene.decide(scene.reading, after: 20) == .settled)
        }
    }

    @Test func `a reading that was stopped is made up for, though its listing is known`() throws {
        try withScene { (scene) throws in
            let number = try scene.begin(scene.reading, after: 1)
            #expect(scene.run(scene.reading, after: 1) == .done)
            let place = try scene.files.store().place
            let standing = try scene.site.catalog().readingStanding(of: place, at: Self.time(1))
            #expect(standing?.listed == Self.time(1))
            // As if its daemon had died before it could write the end down.
            #expect(try scene.past(scene.reading).worked == nil)
            #expect(try scene.decide(scene.reading, after: 5) == .due)
            try scene.end(number, after: 5, .done)
            #expect(try scene.decide(scene.reading, after: 6) == .settled)
        }
    }

    @Test func `an attempt that could not begin does not make one that broke off count`() throws {
        try withScene { (scene) throws in
            let first = try scene.begin(scene.reading, after: 1)
            #expect(scene.run(scene.reading, after: 2) == .done)
            try scene.end(first, after: 5, .couldNotLook)
            let second = try scene.begin(scene.reading, after: 20)
            try scene.end(second, after: 20, .couldNotLook)
            #expect(try scene.past(scene.reading).worked == nil)
            #expect(try scene.decide(scene.reading, after: 35) == .due, "the third")
            #expect(scene.run(scene.reading, after: 30) == .done)
            #expect(try scene.decide(scene.reading, after: 35) == .settled, "by hand")
        }
    }

    @Test func `what was done to a medium counts after it was taken away`() throws {
        try withScene(store: ", media: {}") { (scene) throws in
            let catalog = try scene.site.catalog()
            let store = try #require(scene.site.configuration.stores.first)
            for (number, label) in ["A", "B"].enumerated() {
                let id = try #require(RandomID([UInt8](repeating: UInt8(number), count: 16)))
                try catalog.record(
                    medium: MediumRow(
                        id: id,
                        label: label,
                        store: store.name,
                        filesystem: nil,
                        custodian: "Sato",
                        location: "bank",
                        added: Self.moment
                    )
                )
                let (place, time) = (Site.place(ofMedium: label, in: store), Int64(10 * number))
                _ = try catalog.note(listing: [], of: place, at: Self.time(time))
                try catalog.record(
                    attack: AttackRow(
                        store: place,
                        started: Self.time(time),
                        finished: Self.time(time),
                        verdict: .proven,
                        attempts: "[]",
                        recordKey: nil
                    )
                )
            }
            for job in [scene.reading, scene.attack] {
                #expect(try scene.past(job).worked == Self.time(10))
            }
        }
    }

    @Test func `a reading that broke off is tried again, unless somebody read since`() throws {
        try withScene { (scene) throws in
            let number = try scene.begin(scene.reading, after: 1)
            #expect(scene.run(scene.reading, after: 2) == .done)
            try scene.end(number, after: 5, .couldNotLook)
            #expect(try scene.decide(scene.reading, after: 10) == .later(Self.time(20)))
            #expect(try scene.decide(scene.reading, after: 20) == .due)
            #expect(scene.run(scene.reading, after: 12) == .done)
            #expect(try scene.decide(scene.reading, after: 20) == .settled)
        }
    }
}
