import Configuration
import Catalog
import FileSystem
import Glibc
import Jobs
import Model
import Processes
import TestSupport
import Testing
import Verification

/// A medium that is really mounted, carried away and brought back.
@Suite(
    .enabled(if: LoopMedium.canMount, "NOT TESTED: media on loop devices need root"),
    .timeLimit(.minutes(10))
)
struct MediaStoryTests {
    /// A site at whose mount point a new cartridge is.
    private func withMedium(_ body: (MediaSite, LoopMedium) throws -> Void) throws {
        try withTemporaryFolder { folder in
            let site = try MediaSite(in: folder)
            let medium = try LoopMedium(at: "\(folder)/cartridge")
            try medium.mount(at: site.point)
            defer { LoopMedium.release(site.point) }
            try body(site, medium)
        }
    }

    private func takeAway(_ site: MediaSite) throws {
        var departure = MediaJob.Departure()
        departure.isUnmounted = true
        _ = try site.media(allowsFolder: false).detach(departure)
        #expect(try contents(of: site.point).isEmpty)
    }

    @Test func `one that is late is told; one swapped for its own past is found`() throws {
        try withMedium { site, medium in
            let made = try site.make(allowsFolder: false)
            #expect(made.row.filesystem?.split(separator: "-").count == 5)
            try site.backUp("one")
            try site.copy()
            #expect(try site.verify().verdict == .proven)
            try takeAway(site)
            try LoopMedium.run("cp", [medium.image, "\(medium.image).old"])
            #expect(try site.codes() == [])

            site.clock.advance(days: 30)
            #expect(try site.codes() == [.mediumOverdue])

            try medium.mount(at: site.point)
            let seen = try site.media(allowsFolder: false).attach()
            #expect(seen.findings == [] && seen.row?.id == made.row.id)
            #expect(try site.codes() == [])
            try site.backUp("two")
            try site.copy()
            #expect(try site.verify().verdict == .proven)
            try takeAway(site)

            try LoopMedium.run("mv", ["\(medium.image).old", medium.image])
            try medium.mount(at: site.point)
            let old = try site.media(allowsFolder: false).attach()
            #expect(old.findings.map(\.code) == [.headBehind])
            #expect(try site.codes() == [.mediumWrong])
            let report = try site.verify()
            #expect(report.verdict == .failed)
            #expect(report.findings.map(\.code).contains(.headBehind))
        }
    }

    @Test func `one whose files were copied to another file system is told`() throws {
        try withMedium { site, medium in
            let made = try site.make(allowsFolder: false)
            let clone = "\(site.folder)/clone"
            try LoopMedium.run("cp", ["-a", site.point, clone])
            try takeAway(site)
            let other = try LoopMedium(at: "\(site.folder)/other")
            try other.mount(at: site.point)
            try LoopMedium.run("cp", ["-a", "\(clone)/.", site.point])
            let seen = try site.media(allowsFolder: false).attach()
            #expect(seen.findings.map(\.code) == [.mediumWrong])
            #expect(seen.findings.first?.evidence["expected"] == made.row.filesystem)
            #expect(seen.findings.first?.evidence["filesystem"] != nil)
            #expect(seen.row?.filesystem == made.row.filesystem)
            #expect(throws: MediaError.wrong("2026-A")) { try visit(site) }
            try takeAway(site)
            #expect(try site.codes() == [.mediumWrong])
            try medium.mount(at: site.point)
            #expect(try site.media(allowsFolder: false).attach().findings == [])
            try takeAway(site)
            try other.mount(at: site.point)
            let taken = try site.media(allowsFolder: false).attach(acceptsDevice: true)
            #expect(taken.findings == [] && taken.row?.filesystem != made.row.filesystem)
            #expect(try site.media(allowsFolder: false).attach().findings == [])
            try visit(site)
            try takeAway(site)
            try LoopMedium.run("cp", ["-a", "\(clone)/.", site.point])
            #expect(throws: MediaError.wrong("2026-A")) { try visit(site) }
        }
    }

    /// Begins work with what is mounted, and ends it.
    private func visit(_ site: MediaSite) throws {
        let stores = site.site.configuration.stores
        try MediaVisit(site.site, stores: stores, now: site.clock.now).end()
    }

    @Test func `one that is unmounted is away when its device is gone too`() throws {
        try withMedium { site, medium in
            try site.make(allowsFolder: false)
            try takeAway(site)
            let away = try stay(site)
            #expect(away.away != nil && !away.isConnected && !away.isUntold)
            let command = Command("losetup", ["-f", "--show", medium.image])
            let device = try command.run(timeout: .seconds(60)).text.filter { !$0.isWhitespace }
            defer { _ = try? LoopMedium.run("losetup", ["-d", device]) }
            let near = try stay(site)
            #expect(near.away == nil && near.isConnected)
        }
    }

    /// Where the medium is, by a look on all devices: udev has its own time.
    private func stay(_ site: MediaSite) throws -> ClassStanding.Stay {
        let devices = ConnectedDevices(root: "/nowhere", search: ConnectedDevices.askBlkid)
        let now = site.clock.now()
        let all = try ClassStanding.all(of: site.site, now: now, devices: devices)
        guard case .media(let stays)? = all.first?.evidence, let stay = stays.first else {
            throw MediaError.notMounted(site.point)
        }
        return stay
    }

    @Test func `what somebody uses is not unmounted, and counts as here`() throws {
        try withMedium { site, _ in
            try site.make(allowsFolder: false)
            let file = try FileHandle.open(site.document, O_RDONLY)
            var departure = MediaJob.Departure()
            departure.isUnmounted = true
            let error = #expect(throws: MediaError.self) {
                try site.media(allowsFolder: false).detach(departure)
            }
            guard case .busy(site.point, _) = error else {
                Issue.record("got \(String(describing: error))")
                return
            }
            #expect(try site.standing().media.first?.isHere == true)
            try file.synchronize()
        }
    }

    @Test func `where the medium went the folder beneath is none`() throws {
        try withMedium { site, _ in
            try site.make(allowsFolder: false)
            try takeAway(site)
            #expect(throws: MediaError.notMounted(site.point)) {
                try site.media(allowsFolder: false).attach()
            }
            #expect(throws: MediaError.notMounted(site.point)) {
                try site.make(allowsFolder: false)
            }
        }
    }
}
