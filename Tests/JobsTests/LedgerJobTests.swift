import Catalog
import Configuration
import FileSystem
import Format
import HostState
import LocalStore
import Model
import ObjectStore
import Primitives
import TestSupport
import Testing
import Workers

@testable import Jobs

/// What is due is read, and what was read is written down.
@Suite struct LedgerJobTests {
    /// 2026-11-23T12:00:00+09:00.
    private static let noon = Timestamp(seconds: 1_795_402_800)
    private static let day: Int64 = 86_400

    private struct Scene {
        let site: Site
        let store: LocalStore
        let path: String

        /// Reads what is due.
        ///
        /// - Parameters:
        ///   - days: after noon.
        ///   - lasting: for how long.
        ///   - tick: by how much the run's own clock goes on at each look.
        ///   - stop: asked between objects.
        /// - Returns: what the job says.
        /// - Throws: what the job throws.
        func run(
            after days: Double = 0,
            lasting: Duration? = nil,
            tick: Duration = .zero,
            stop: StopFlag = StopFlag()
        ) throws -> LedgerJob.Report {
            let passed = Int64(days * Double(LedgerJobTests.day))
            let now = Timestamp(seconds: LedgerJobTests.noon.seconds + passed)
            let looks = Counter()
            let job = try LedgerJob(
                site,
                lasting: lasting,
                now: { now },
                uptime: { tick * looks.next() },
                stop: stop
            )
            return try job.run(try #require(job.stores.first))
        }
    }

    /// A site whose store has so many packs of 100 bytes, of no set.
    private func withScene(
        packs count: Int = 30,
        store options: String = "",
        _ body: (Scene) throws -> Void
    ) throws {
        try withTemporaryFolder(inMemory: true) { folder in
            let path = "\(folder)/store"
            try FolderTree.make(path, mode: 0o755)
            let text = """
                site: {name: Test, timezone: Asia/Tokyo}
                state: \(folder)/state
                stores: {primary: {path: \(path)\(options)}}

                """
            let site = Site(try Configuration.parse(Array(text.utf8), file: "test"))
            try site.state.prepare()
            let store = try LocalStore(name: "primary", root: path)
            try store.put([1], at: StoreKey.descriptor)
            var random = SeededGenerator(seed: 7)
            for _ in 0..<count {
                let bytes = random.bytes(100)
                try store.put(bytes, at: StoreKey.pack(ObjectName(SHA256.hash(bytes))))
            }
            try body(Scene(site: site, store: store, path: path))
        }
    }

    @Test func `what is new is read at once, and again when half of its time is over`() throws {
        try withScene { scene in
            let first = try scene.run()
            #expect(first.new == 30 && first.objectsRead == 30 && first.bytesRead == 3_000)
            #expect(first.objectsLeft == 0 && first.verdict == .proven && first.findings == [])
            #expect(try scene.run(after: 44).objectsRead == 0)
            #expect(try scene.run(after: 46).objectsRead == 30)
            #expect(try scene.run(after: 46).objectsRead == 0)
        }
    }

    @Test func `a store may ask for more`() throws {
        try withScene(store: ", readWithin: 10d") { scene in
            _ = try scene.run()
            #expect(try scene.run(after: 4).objectsRead == 0)
            #expect(try scene.run(after: 6).objectsRead == 30)
        }
    }

    @Test func `a run that ends early is gone on with`() throws {
        try withScene { scene in
            let first = try scene.run(lasting: .seconds(15), tick: .seconds(1))
            #expect(first.objectsRead > 0 && first.objectsRead < 30)
            #expect(first.objectsLeft == 30 - first.objectsRead)
            let rest = try scene.run()
            #expect(rest.objectsRead == first.objectsLeft && rest.objectsLeft == 0)
            let stop = StopFlag()
            stop.set()
            #expect(try scene.run(after: 46, stop: stop).objectsRead == 0)
        }
    }

    @Test func `damage is told each time until it is gone`() throws {
        try withScene { scene in
            let key = try #require(try scene.store.list(prefix: "packs/").map(\.key).min())
            let whole = try scene.store.get(key, bytesMax: 100)
            try scene.store.heal([1, 2, 3], at: key)
            for _ in 0..<2 {
                let report = try scene.run()
                #expect(report.findings.map(\.code) == [.objectDamaged])
                #expect(report.findings.first?.subject == .object(key))
                #expect(report.verdict == .failed)
            }
            try scene.store.heal(whole, at: key)
            #expect(try scene.run().findings == [])
        }
    }

    @Test func `the status tells of damage until it is gone, and it is not late`() throws {
        try withScene { scene in
            func status(_ days: Int64) throws -> [FindingCode] {
                let now = Timestamp(seconds: Self.noon.seconds + days * Self.day)
                let report = try StatusReport(of: scene.site, now: now)
                return report.readings.flatMap(\.findings).map(\.code)
            }
            let key = try #require(try scene.store.list(prefix: "packs/").map(\.key).min())
            let whole = try scene.store.get(key, bytesMax: 100)
            try scene.store.heal([1, 2, 3], at: key)
            #expect(try scene.run().verdict == .failed)
            #expect(try status(0) == [.objectDamaged])
            #expect(try status(2) == [.objectDamaged])
            #expect(try scene.run(after: 2).findings.map(\.code) == [.objectDamaged])
            try scene.store.heal(whole, at: key)
            #expect(try scene.run(after: 2).findings == [])
            #expect(try status(2) == [])
        }
    }

    @Test func `the empty folder beneath a disk erases nothing`() throws {
        try withScene { scene in
            _ = try scene.run()
            let place = scene.store.place
            let before = try scene.site.catalog().readingStanding(of: place, at: Self.noon)
            removeTree(scene.path)
            try FolderTree.make(scene.path, mode: 0o755)
            let report = try scene.run()
            #expect(report.findings.map(\.code) == [.descriptorMissing])
            #expect(report.gone == 0 && report.verdict == .failed)
            let after = try scene.site.catalog().readingStanding(of: place, at: Self.noon)
            #expect(before != nil && after == before)
        }
    }

    @Test func `what was not read in time is late`() throws {
        try withScene { scene in
            // Nothing is read in no time.
            #expect(try scene.run(lasting: .zero).findings == [])
            #expect(try scene.run(after: 0.9, lasting: .zero).findings == [])
            let late = try scene.run(after: 1.1, lasting: .zero)
            #expect(late.findings.map(\.code) == [.readingLate])
            #expect(late.findings.first?.evidence["objects"] == "30")
            #expect(late.verdict == .notProven)
            #expect(try scene.run(after: 1.1).findings == [])
            #expect(try scene.run(after: 91, lasting: .zero).findings == [])
            let again = try scene.run(after: 91.2, lasting: .zero)
            #expect(again.findings.map(\.code) == [.readingLate])
        }
    }

    @Test func `the status tells what is late`() throws {
        try withScene { scene in
            func late(_ days: Int64) throws -> [FindingCode] {
                let now = Timestamp(seconds: Self.noon.seconds + days * Self.day)
                let report = try StatusReport(of: scene.site, now: now)
                return report.readings.flatMap(\.findings).map(\.code)
            }
            #expect(try late(0) == [], "nothing is known of it")
            _ = try scene.run()
            #expect(try late(89) == [])
            #expect(try late(91) == [.readingLate])
        }
    }

    @Test func `deadlines that cannot be kept at the measured rate are told`() throws {
        try withScene(packs: 200, store: ", readWithin: 1d") { scene in
            // Two seconds a day read a part of what a day asks for.
            let slow = try scene.run(lasting: .seconds(2), tick: .milliseconds(50))
            #expect(slow.findings.map(\.code) == [.readingAtRisk])
            #expect(slow.verdict == .proven)
            let whole = try scene.run(tick: .milliseconds(50))
            #expect(whole.findings == [] && whole.objectsLeft == 0)
        }
    }

    /// What a minute of each day could read in time, and one of each week could not.
    @Test func `a store's own run comes when its schedule says, any other every day`() throws {
        func risks(_ schedule: String, lasting: Duration) throws -> [FindingCode] {
            var codes: [FindingCode] = []
            let options = ", readWithin: 1d, readAt: \"\(schedule)\", readFor: 1m"
            try withScene(store: options) { scene in
                let report = try scene.run(lasting: lasting, tick: .milliseconds(500))
                #expect(report.objectsRead == 30)
                codes = report.findings.map(\.code)
            }
            return codes
        }
        #expect(try risks("0 1 * * *", lasting: .seconds(60)) == [])
        #expect(try risks("0 1 * * 0", lasting: .seconds(60)) == [.readingAtRisk])
        #expect(try risks("0 1 * * 0", lasting: .seconds(61)) == [])
    }

    @Test func `what is gone and nothing needs is forgotten`() throws {
        try withScene { scene in
            _ = try scene.run()
            let key = try #require(try scene.store.list(prefix: "packs/").map(\.key).min())
            removeTree("\(scene.path)/\(key)")
            let report = try scene.run()
            #expect(report.gone == 1 && report.new == 0 && report.findings == [])
        }
    }
}
