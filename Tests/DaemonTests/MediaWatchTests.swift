import Catalog
import FileSystem
import Format
import Glibc
import HostState
import Jobs
import Logging
import Model
import Primitives
import Processes
import Synchronization
import TestSupport
import Testing

@testable import Daemon

/// Media that come and go are seen, and nothing else of them is touched.
@Suite struct MediaWatchTests {
    private static let here = "medium is here medium=2026-A store=rdx"
    private static let gone = "medium is gone medium=2026-A store=rdx"

    private func withScene(_ body: (WatchScene) throws -> Void) throws {
        try withTemporaryFolder(inMemory: true) { folder in
            try body(try WatchScene(in: try RealPath.of(folder)))
        }
    }

    @Test func `one that is mounted is here, and one that is unmounted is gone`() throws {
        try withScene { (scene) throws in
            var watch = scene.watch()
            watch.look()
            #expect(scene.log == [])
            try scene.bring("8:17")
            for _ in 0..<2 {
                watch.look()
                #expect(try scene.presence()?.detached == nil)
                #expect(scene.log == [Self.here])
            }
            scene.advance(hours: 2)
            try scene.takeAway()
            for _ in 0..<2 {
                watch.look()
                #expect(try scene.presence()?.detached == scene.now)
                #expect(try scene.row().due == scene.now.adding(.seconds(20 * 86_400)))
                #expect(scene.log == [Self.here, Self.gone])
            }
            #expect(try scene.site.catalog().presences(of: scene.id).count == 2)
        }
    }

    @Test func `one that was taken away by hand stays away until it is mounted anew`() throws {
        try withScene { (scene) throws in
            var watch = scene.watch()
            try scene.bring("8:17")
            watch.look()
            var departure = MediaJob.Departure()
            departure.due = Timestamp(seconds: 1_900_000_000)
            _ = try scene.media().detach(departure)
            scene.mount("8:17", readOnly: true)
            watch.look()
            #expect(try scene.presence()?.detached == scene.now, "it is mounted still")
            scene.advance(hours: 2)
            try scene.takeAway()
            watch.look()
            #expect(try scene.row().due == departure.due, "whoever took it has said so")
            #expect(scene.log == [Self.here, Self.gone])
            try scene.bring("8:17")
            watch.look()
            #expect(try scene.presence() == MediumPresence(attached: scene.now))
        }
    }

    @Test func `what came and went while nobody watched is seen at the start`() throws {
        try withScene { (scene) throws in
            try scene.bring("8:17")
            var first = scene.watch()
            first.look()
            try scene.takeAway()
            var second = scene.watch()
            second.look()
            #expect(try scene.presence()?.detached == scene.now)
            #expect(scene.log == [Self.here, Self.gone])
        }
    }

    @Test func `a folder that stands for a medium is here with nothing mounted`() throws {
        try withScene { (scene) throws in
            try scene.bring("8:17")
            _ = try scene.media().attach()
            scene.mount(nil)
            var watch = scene.watch()
            watch.look()
            #expect(try scene.presence()?.detached == nil)
            #expect(scene.log == [])
        }
    }

    @Test func `one where another store's media come and go is here until it goes there`() throws {
        try withScene { (scene) throws in
            try scene.bring("8:17", to: scene.dock)
            var first = scene.watch()
            first.look()
            #expect(try scene.presence() == MediumPresence(attached: scene.now))
            scene.advance(hours: 2)
            var second = scene.watch()
            second.look()
            #expect(try scene.presence()?.detached == nil)
            #expect(try scene.site.catalog().presences(of: scene.id).count == 2)
            try scene.takeAway(from: scene.dock)
            second.look()
            #expect(try scene.presence()?.detached == scene.now)
            #expect(try scene.row().due == scene.now.adding(.seconds(20 * 86_400)))
        }
    }

    @Test func `one in the place of another ends its time`() throws {
        try withScene { (scene) throws in
            var watch = scene.watch()
            try scene.bring("8:17")
            watch.look()
            try scene.relabel(as: "2026-B")
            scene.mount("8:33")
            watch.look()
            #expect(try scene.presence()?.detached == scene.now)
            #expect(scene.log.count == 3 && scene.log[1] == Self.gone)
        }
    }

    @Test(
        arguments: [
            ("2026-B", .mediumUnknown), ("2026-A", .mediumWrong), (nil, .mediumUnknown),
        ] as [(String?, FindingCode)]
    )
    func `what is none of ours is told once, and has no time`(
        label: String?,
        code: FindingCode
    ) throws {
        try withScene { (scene) throws in
            try scene.bring("8:17")
            try scene.relabel(as: label)
            var watch = scene.watch()
            for _ in 0..<2 {
                watch.look()
                #expect(scene.log.count == 1)
                #expect(scene.log.first?.contains("finding=\(code.rawValue) ") == true)
            }
            #expect(try scene.presence()?.detached != nil)
        }
    }

    @Test func `what is mounted on demand is not asked for`() throws {
        try withScene { (scene) throws in
            try scene.bring("8:17")
            var watch = scene.watch()
            watch.look()
            // The medium's files would come back at the first look at them.
            scene.mount("0:52", type: "autofs")
            watch.look()
            #expect(try scene.presence()?.detached == scene.now)
            #expect(scene.log == [Self.here, Self.gone])
        }
    }

    @Test func `what could not be written down is looked at again`() throws {
        try withScene { (scene) throws in
            let (state, away) = ("\(scene.files.folder)/state", "\(scene.files.folder)/away")
            var watch = scene.watch()
            try scene.bring("8:17")
            #expect(unsafe rename(state, away) == 0)
            watch.look()
            #expect(scene.log.first?.hasPrefix("media come and go unseen ") == true)
            #expect(unsafe rename(away, state) == 0)
            for _ in 0...30 {
                watch.look()
            }
            #expect(scene.log.last == Self.here && scene.log.count == 2)
        }
    }

    @Test(
        .enabled(if: WatchScene.canMount, "NOT TESTED: mounts need root"),
        .timeLimit(.minutes(15))
    )
    func `the program sees media come and go, and ends in time`() throws {
        try withScene { (scene) throws in
            let cartridge = "\(scene.files.folder)/cartridge"
            try WatchScene.run("cp", "-a", scene.point, cartridge)
            #expect(unsafe rename("\(scene.point).medium", "\(cartridge)/medium") == 0)
            defer { _ = try? WatchScene.run("umount", "-l", scene.point) }
            try scene.files.withDaemon { process in
                try WatchScene.run("mount", "--bind", cartridge, scene.point)
                let came = try scene.files.wait(for: 1, Self.here, atMost: 60)
                #expect(came)
                #expect(try scene.presence()?.detached == nil)
                try WatchScene.run("umount", "-l", scene.point)
                let went = try scene.files.wait(for: 1, Self.gone, atMost: 60)
                #expect(went)
                #expect(try scene.presence()?.detached != nil)
                #expect(terminate(process) != nil)
            }
        }
    }
}

/// A site with the medium 2026-A, which is away, a table of mounts that a test writes, a clock that
/// it sets, and what was logged. The media of a second store come and go at the dock.
final class WatchScene: Sendable {
    let files: TestSite
    let site: Site
    let point: String
    let dock: String
    let id: RandomID
    private let lines = Mutex<[String]>([])
    private let table = Mutex(MountTable(parsing: []))
    private let time = Mutex(Timestamp(seconds: 1_800_000_000))

    /// Makes one in an empty folder.
    init(in folder: String) throws {
        let point = "\(folder)/rdx"
        let dock = "\(folder)/dock"
        let rest = """
              rdx: {path: \(point), media: {returnWithin: 20d}}
              dock: {path: \(dock), media: {}}
            """
        let files = try TestSite(in: folder, rest, store: ", readAt: \"0 1 * * *\"")
        let site = try Site(configPath: files.config)
        for place in [point, dock] {
            try FolderTree.make(place, mode: 0o755)
        }
        let start = Timestamp(seconds: 1_800_000_000)
        let job = try MediaJob(site, in: "rdx", allowsFolder: true) { start }
        id = try job.make("2026-A", custodian: "Sato", location: "bank").row.id
        _ = try job.detach(MediaJob.Departure())
        self.files = files
        self.site = site
        self.point = point
        self.dock = dock
        try takeAway()
    }

    var now: Timestamp { time.withLock { $0 } }
    var log: [String] { lines.withLock { $0 } }

    func advance(hours: Int64) {
        time.withLock { $0 = $0.adding(.seconds(hours * 3_600)) }
    }

    func watch() -> MediaWatch {
        let log = Logger(label: "test") { _ in Recorder(scene: self) }
        return MediaWatch(site, log, now: { self.now }, mountTable: { self.table.withLock { $0 } })
    }

    func media() throws -> MediaJob {
        try MediaJob(site, in: "rdx", allowsFolder: true) { self.now }
    }

    func row() throws -> MediumRow {
        try #require(try site.catalog().media().first { $0.id == id })
    }

    /// The last time in which the medium was here.
    func presence() throws -> MediumPresence? {
        try site.catalog().presences(of: id).last
    }

    func add(_ line: String) {
        lines.withLock { $0.append(line) }
    }

    // MARK: - What is mounted

    /// Writes the table of mounts; nil for nothing.
    func mount(
        _ device: String?,
        at place: String? = nil,
        type: String = "ext4",
        readOnly: Bool = false
    ) {
        let line = device.map {
            "36 25 \($0) / \(place ?? point) \(readOnly ? "ro" : "rw") - \(type) /dev/sdb1 rw\n"
        }
        table.withLock { $0 = MountTable(parsing: Array((line ?? "").utf8)) }
    }

    /// Mounts the medium, in its own store unless another place is named.
    func bring(_ device: String, to place: String? = nil) throws {
        guard unsafe rename("\(point).medium", "\(place ?? point)/medium") == 0 else {
            throw FileSystemError.last("move", point)
        }
        mount(device, at: place)
    }

    /// Unmounts it.
    func takeAway(from place: String? = nil) throws {
        guard unsafe rename("\(place ?? point)/medium", "\(point).medium") == 0 else {
            throw FileSystemError.last("move", point)
        }
        mount(nil)
    }

    /// Makes what is there another medium; nil for one whose name cannot be read.
    func relabel(as label: String?) throws {
        let path = "\(point)/medium/medium.json"
        guard let label else {
            try SmallFile.write(Array("{}\n".utf8), to: path, mode: 0o644)
            return
        }
        let bytes = try #require(try SmallFile.read(path, bytesMax: 4_096))
        let old = try MediumDocument(decoding: bytes)
        let new = try MediumDocument(
            id: try Randomness.id(),
            label: label,
            repository: old.repository,
            made: old.made
        )
        try SmallFile.write(new.encoded, to: path, mode: 0o644)
    }

    // MARK: - Mounting indeed

    /// Runs a program that must end with 0.
    static func run(_ program: String, _ words: String...) throws {
        _ = try Command(program, words).run(
            timeout: .seconds(60),
            orThrow: { FileSystemError(program, $0.errorTail, code: EIO) }
        )
    }

    /// Whether this machine can mount a folder at another.
    static let canMount: Bool = {
        do {
            return try withTemporaryFolder { folder in
                let (from, to) = ("\(folder)/from", "\(folder)/to")
                try FolderTree.make(from, mode: 0o755)
                try FolderTree.make(to, mode: 0o755)
                try run("mount", "--bind", from, to)
                try run("umount", to)
                return true
            }
        } catch {
            print("SKIPPED: mounts: \(error)")
            return false
        }
    }()
}

/// Keeps what is logged as the journal would have it.
private struct Recorder: LogHandler {
    let scene: WatchScene
    var logLevel: Logger.Level = .info
    var metadata: Logger.Metadata = [:]

    init(scene: WatchScene) {
        self.scene = scene
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let facts = metadata.merging(event.metadata ?? [:]) { $1 }
        scene.add(JournalHandler.line("\(event.message)", facts))
    }
}
