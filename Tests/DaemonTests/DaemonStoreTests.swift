import Catalog
import FileSystem
import Glibc
import HostState
import Jobs
import LocalStore
import Model
import ObjectStore
import Processes
import TestSupport
import Testing

@testable import Daemon

/// The program reads and attacks stores when they say so.
@Suite(.timeLimit(.minutes(15))) struct DaemonStoreTests {
    private static let readAt = ", readAt: \"0 1 * * *\", readFor: 4h"
    private static let attackAt = ", class: O4, attackAt: \"0 3 1 * *\""

    private func withSite(
        _ rest: String = "",
        store options: String,
        _ body: (TestSite) throws -> Void
    ) throws {
        try withTemporaryFolder(inMemory: true) { folder in
            try body(try TestSite(in: folder, rest, store: options))
        }
    }

    private func lastRun(_ kind: JobKind, _ site: TestSite) throws -> RunRow? {
        try Catalog(path: site.state.catalogPath).lastRun(of: "primary", kind: kind)
    }

    /// How far the store is read; nil before it was listed.
    private func standing(_ site: TestSite) throws -> ReadingStanding? {
        let standing = try Catalog(path: site.state.catalogPath)
            .readingStanding(of: try site.store().place, at: WallClock.now())
        return standing?.listed == nil ? nil : standing
    }

    @Test func `what is due in a store is read, then it is attacked, and neither again`() throws {
        try withSite(store: Self.readAt + Self.attackAt) { site in
            try site.addPacks(5, of: 100)
            try site.withDaemon { process in
                let read = try site.wait(
                    for: 1,
                    "read done",
                    "store=primary",
                    "verdict=proven",
                    "objects=5 ",
                    "bytes=500 ",
                    "left=0 ",
                    "new=5 ",
                    "gone=0 ",
                    "findings=none",
                    atMost: 60
                )
                #expect(read)
                let attacked = try site.wait(
                    for: 1,
                    "attack done",
                    "store=primary",
                    "verdict=failed",
                    "attempts=harmed:2,not-applicable:",
                    "findings=attack-succeeded:2",
                    atMost: 60
                )
                #expect(attacked)
                #expect(terminate(process) != nil)
            }
            try site.withDaemon { process in
                usleep(1_500_000)
                #expect(terminate(process) != nil)
            }
            #expect(try site.lines("read is due").count == 1, "once in two lives")
            #expect(try site.lines("attack is due").count == 1, "once in two lives")
            #expect(try lastRun(.read, site)?.end?.outcome == .done)
            #expect(try lastRun(.attack, site)?.end?.outcome == .failed)
            let records = try site.store().list(prefix: "records/attack/")
            #expect(records.count == 1)
        }
    }

    @Test func `damage is told by its code`() throws {
        try withSite(store: Self.readAt) { site in
            let key = try #require(try site.addPacks(5, of: 100).first)
            try site.store().heal([1, 2, 3], at: key)
            try site.withDaemon { process in
                let read = try site.wait(
                    for: 1,
                    "read done",
                    "verdict=failed",
                    "findings=object-damaged:1",
                    atMost: 60
                )
                #expect(read)
                #expect(terminate(process) != nil)
            }
            #expect(try lastRun(.read, site)?.end?.outcome == .failed)
        }
    }

    @Test func `a reading that is stopped in its midst is made up for`() throws {
        // Twenty seconds at this rate.
        let slow = "verify: {schedule: \"0 12 * * *\", limitRate: 64K}"
        try withSite(slow, store: Self.readAt) { site in
            try site.addPacks(20, of: 65_536)
            try site.withDaemon { process in
                while try standing(site) == nil {
                    usleep(50_000)
                }
                #expect(terminate(process) != nil)
            }
            #expect(try site.lines("read stopped").count == 1)
            #expect(try site.lines("read done").isEmpty)
            #expect(try lastRun(.read, site).map { $0.end == nil } == true)
            #expect(try standing(site)?.unread ?? 0 > 0)
            let bytes = try #require(try SmallFile.read(site.config, bytesMax: 65_536))
            let text = String(decoding: bytes, as: UTF8.self)
            let quick = text.replacing(", limitRate: 64K", with: "")
            try SmallFile.write(Array(quick.utf8), to: site.config)
            try site.withDaemon { process in
                let read = try site.wait(for: 1, "read done", "left=0 ", atMost: 60)
                #expect(read)
                #expect(terminate(process) != nil)
            }
            #expect(try site.lines("read is due").count == 2)
            #expect(try standing(site)?.unread == 0)
        }
    }

    @Test func `--check lists what is done to stores`() throws {
        try withSite(store: Self.readAt + Self.attackAt) { site in
            let output = try Command(
                try Tool.built("torided"),
                ["--config", site.config, "--check"]
            ).run(timeout: .seconds(60))
            #expect(output.status.isSuccess)
            let lines = output.text.split(separator: "\n")
            #expect(lines.count == 2)
            #expect(lines.first?.hasPrefix("read    primary  0 1 * * *  ") == true)
            #expect(lines.first?.hasSuffix("T01:00:00+09:00") == true)
            #expect(lines.last?.hasPrefix("attack  primary  0 3 1 * *  ") == true)
            #expect(lines.last?.hasSuffix("T03:00:00+09:00") == true)
        }
    }
}
