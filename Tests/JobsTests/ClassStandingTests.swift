import Catalog
import Configuration
import FileSystem
import HostState
import Model
import Primitives
import TestSupport
import Testing

@testable import Jobs

/// What shows that a store is of the class that it is declared to be.
@Suite struct ClassStandingTests {
    private static let start = Timestamp(seconds: 1_800_000_000)
    private static let refused =
        #"[{"answer":"403","attack":"delete","lost":null,"outcome":"refused"}]"#
    private static let harmed =
        #"[{"answer":"done","attack":"delete","lost":"bytes","outcome":"harmed"}]"#
    private static let bucket = #"s3: {endpoint: "http://127.0.0.1:1", bucket: area}"#
    private static let other = #"third: {s3: {endpoint: "http://127.0.0.1:1", bucket: other}}"#
    private static let probe =
        "class: O5, probe: {from: ward, command: [/bin/true], "
        + #"targets: ["192.0.2.10:445", "192.0.2.10:22"], controls: ["192.0.2.80:443"]}"#

    private static func trespass(_ strangers: String..., outcome: String = "refused") -> String {
        let attempts = strangers.map { name in
            #"{"answer":"403","attack":"trespass","by":"\#(name)","#
                + #""lost":null,"outcome":"\#(outcome)"}"#
        }
        return "[\(attempts.joined(separator: ","))]"
    }

    private static func reach(_ targets: String..., from ward: String = "ward") -> String {
        let attempts = targets.map { target in
            #"{"answer":"timed-out","attack":"reach","by":"\#(ward)","lost":null,"#
                + #""outcome":"refused","target":"\#(target)"}"#
        }
        return "[\(attempts.joined(separator: ","))]"
    }

    private static func after(days: Int64 = 0, minutes: Int64 = 0) -> Timestamp {
        Timestamp(seconds: start.seconds + days * 86_400 + minutes * 60)
    }

    /// What is known of the one store of a site that is declared to be something, on a machine to
    /// which these file systems are connected; nil for one that does not tell which are.
    private func judge(
        _ store: String,
        in place: String? = nil,
        besides others: String = "",
        connected uuids: [String]? = [],
        at now: Timestamp,
        _ body: (Catalog, _ place: String) throws -> Void = { _, _ in }
    ) throws -> ClassStanding {
        try withTemporaryFolder(inMemory: true) { folder in
            let text = """
                site: {name: Test, timezone: Asia/Tokyo}
                state: \(folder)/state
                recipients: {recovery: age1\(String(repeating: "q", count: 58))}
                stores:
                  primary: {path: \(folder)/store}
                  second: {\(place ?? "path: \(folder)/second"), \(store)}
                  \(others)
                sets:
                  ehr: {source: {files: {paths: [/nowhere]}}, stores: [primary, second]}

                """
            let site = Site(try Configuration.parse(Array(text.utf8), file: "test"))
            try site.state.prepare()
            let second = try #require(site.configuration.store(named: "second"))
            try body(try site.catalog(), Site.place(of: second))
            for uuid in uuids ?? [] {
                try FolderTree.make("\(folder)/machine/dev/disk/by-uuid/\(uuid)", mode: 0o755)
            }
            if uuids != nil {
                try FolderTree.make("\(folder)/machine/dev/disk/by-uuid", mode: 0o755)
            }
            let devices = ConnectedDevices(root: "\(folder)/machine")
            let all = try ClassStanding.all(of: site, now: now, devices: devices)
            #expect(all.map(\.store.name) == ["second"])
            return try #require(all.first)
        }
    }

    // MARK: - What is tried

    private func attack(
        _ verdict: Verdict,
        _ attempts: String,
        _ store: String = "immutable: true, class: O4",
        in place: String? = nil,
        besides others: String = "",
        daysLater: Int64 = 1
    ) throws -> ClassStanding {
        let now = Self.after(days: daysLater)
        return try judge(store, in: place, besides: others, at: now) { catalog, place in
            try catalog.record(
                attack: AttackRow(
                    store: place,
                    started: Self.start,
                    finished: Self.start,
                    verdict: verdict,
                    attempts: attempts,
                    recordKey: nil
                )
            )
        }
    }

    @Test func `an attack shows it, as long as it is not late`() throws {
        let stood = try attack(.proven, Self.refused)
        #expect(stood.copyClass == .writeOnce && stood.evidence == .attack(Self.start))
        #expect(stood.verdict == .proven && stood.codes == [] && stood.at == Self.start)
        let late = try attack(.proven, Self.refused, daysLater: 101)
        #expect(late.verdict == .notProven && late.codes == [.attackLate])
    }

    @Test func `an attack that got through shows that it is not`() throws {
        let fell = try attack(.failed, Self.harmed)
        #expect(fell.evidence == .attack(Self.start))
        #expect(fell.verdict == .failed && fell.codes == [.attackSucceeded])
    }

    @Test func `what was never tried, or was tried for another class, shows nothing`() throws {
        let never = try judge("immutable: true, class: O4", at: Self.start)
        #expect(never.evidence == nil && never.codes == [.attackNever] && never.at == nil)
        for attempts in ["[]", "{}", Self.trespass("anyone")] {
            let other = try attack(.proven, attempts)
            #expect(other.evidence == nil && other.codes == [.attackNever], "\(attempts)")
            #expect(other.verdict == .notProven)
        }
    }

    @Test func `an area is shown by all others that were kept out, and by one at least`() throws {
        func judge(
            _ attempts: String,
            _ verdict: Verdict = .proven,
            besides others: String = Self.other
        ) throws -> ClassStanding {
            try attack(verdict, attempts, "class: O3", in: Self.bucket, besides: others)
        }
        let whole = try judge(Self.trespass("anyone", "store third"))
        #expect(whole.evidence == .attack(Self.start))
        #expect(whole.verdict == .proven && whole.codes == [])
        let lacking = try judge(Self.trespass("anyone"))
        #expect(lacking.evidence == nil && lacking.codes == [.attackNever])
        let alone = try judge(Self.trespass("anyone"), besides: "")
        #expect(alone.evidence == nil && alone.codes == [.classNotProven])
        let entered = try judge(Self.trespass("anyone", outcome: "harmed"), .failed)
        #expect(entered.verdict == .failed && entered.codes == [.areaNotSeparate, .attackNever])
    }

    @Test func `a network is shown to be apart by each target, as the probe stands now`() throws {
        let both = ["192.0.2.10:445", "192.0.2.10:22"]
        let whole = try attack(.proven, Self.reach(both[0], both[1]), Self.probe)
        #expect(whole.evidence == .attack(Self.start) && whole.verdict == .proven)
        let lacking = try attack(.proven, Self.reach(both[0]), Self.probe)
        #expect(lacking.evidence == nil && lacking.codes == [.attackNever])
        let moved = try attack(.proven, Self.reach(both[0], both[1], from: "hall"), Self.probe)
        #expect(moved.evidence == nil && moved.codes == [.attackNever])
    }

    @Test(arguments: ["O1", "O2", "O3", "O5"])
    func `a plain folder shows nothing but that it can be written`(name: String) throws {
        let standing = try attack(.proven, Self.refused, "class: \(name)")
        #expect(standing.evidence == nil && standing.verdict == .notProven)
        #expect(standing.codes == [.classNotProven])
    }

    // MARK: - Media

    private static let uuid = "1fc36d90-2648-442e-a457-cd17f5332b94"

    /// A store of media with the medium `A`, which was here at these times.
    private func carry(
        _ name: String,
        _ presences: [MediumPresence],
        awayDays: Int64 = 14,
        doubted: Timestamp? = nil,
        connected uuids: [String]? = [],
        at now: Timestamp
    ) throws -> ClassStanding {
        let store = "class: \(name), media: {returnWithin: \(awayDays)d, onlineMax: 4h}"
        return try judge(store, connected: uuids, at: now) { catalog, _ in
            let id = try Randomness.id()
            try catalog.record(
                medium: MediumRow(
                    id: id,
                    label: "A",
                    store: "second",
                    filesystem: Self.uuid,
                    custodian: "Sato",
                    location: "bank",
                    added: Self.start,
                    doubted: doubted
                )
            )
            for presence in presences {
                _ = try catalog.beginPresence(of: id, at: presence.attached)
                if let end = presence.detached {
                    let due = end.adding(.seconds(awayDays * 86_400))
                    try catalog.endPresence(of: id, at: end, due: due)
                }
            }
        }
    }

    private func stay(_ standing: ClassStanding) throws -> ClassStanding.Stay {
        guard case .media(let stays)? = standing.evidence, stays.count == 1 else {
            throw CatalogError.refused(reason: "got \(String(describing: standing.evidence))")
        }
        return try #require(stays.first)
    }

    @Test func `where no medium was ever made nothing shows that one lies detached`() throws {
        let standing = try judge("class: O1, media: {}", at: Self.start)
        #expect(standing.evidence == nil && standing.codes == [.classNotProven])
    }

    @Test func `a medium shows it while it is away in time, and not while it is here`() throws {
        let left = Self.after(minutes: 31)
        let first = MediumPresence(attached: Self.start, detached: left)
        let away = try carry("O1", [first], at: Self.after(days: 3))
        #expect(try stay(away).away == left)
        #expect(try stay(away).due == left.adding(.seconds(14 * 86_400)))
        #expect(away.verdict == .proven && away.codes == [] && away.at == left)
        let late = try carry("O1", [first], at: Self.after(days: 16))
        #expect(late.verdict == .notProven && late.codes == [.mediumOverdue])
        let lost = try carry("O1", [first], at: Self.after(days: 40))
        #expect(lost.verdict == .failed && lost.codes == [.mediumMissing])
        let now = Self.after(days: 3, minutes: 60)
        let second = MediumPresence(attached: Self.after(days: 3))
        let here = try carry("O1", [first, second], at: now)
        #expect(try stay(here).away == nil)
        #expect(here.verdict == .notProven && here.codes == [] && here.at == now)
    }

    @Test func `one that is connected is not away, though it is not mounted`() throws {
        let first = MediumPresence(attached: Self.start, detached: Self.after(minutes: 31))
        let now = Self.after(days: 3)
        let near = try carry("O1", [first], connected: [Self.uuid], at: now)
        let seen = try stay(near)
        #expect(seen.isConnected && seen.away == nil && seen.due == nil)
        #expect(near.verdict == .notProven && near.codes == [.classNotProven])
        let other = "00000000-2648-442e-a457-cd17f5332b94"
        #expect(try carry("O1", [first], connected: [other], at: now).verdict == .proven)
    }

    @Test func `one that may be connected, which nothing tells, is not shown to be away`() throws {
        let first = MediumPresence(attached: Self.start, detached: Self.after(minutes: 31))
        let untold = try carry("O1", [first], connected: nil, at: Self.after(days: 3))
        let seen = try stay(untold)
        #expect(seen.isUntold && !seen.isConnected && seen.away == nil && seen.due == nil)
        #expect(untold.verdict == .notProven && untold.codes == [.classNotProven])
    }

    @Test(arguments: ["O1", "O2"])
    func `one that was not what it ought to be shows nothing`(name: String) throws {
        let first = MediumPresence(attached: Self.start, detached: Self.after(minutes: 31))
        let now = Self.after(days: 3)
        let doubted = try carry(name, [first], doubted: Self.start, at: now)
        #expect(doubted.verdict == .failed && doubted.codes == [.mediumWrong])
    }

    @Test func `a medium that was never here shows nothing yet`() throws {
        for name in ["O1", "O2"] {
            let standing = try carry(name, [], at: Self.after(days: 1))
            #expect(try stay(standing).seen == nil)
            #expect(standing.verdict == .notProven && standing.at == nil)
        }
    }

    @Test func `30 days of minutes online show it, unless one time was too long`() throws {
        func carried(_ minutes: Int64, at now: Timestamp) throws -> ClassStanding {
            let end = Self.after(minutes: minutes)
            let presence = MediumPresence(attached: Self.start, detached: end)
            return try carry("O2", [presence], awayDays: 60, at: now)
        }
        let short = try carried(31, at: Self.after(days: 3))
        #expect(try stay(short).online == .seconds(31 * 60))
        #expect(short.verdict == .proven && short.codes == [])
        let clipped = try carried(31, at: Self.after(days: 30, minutes: 21))
        #expect(try stay(clipped).online == .seconds(10 * 60))
        let long = try carried(241, at: Self.after(days: 3))
        #expect(long.verdict == .notProven && long.codes == [.mediumOnline])
        let past = try carried(241, at: Self.after(days: 31))
        #expect(try stay(past).online == .zero)
        #expect(past.verdict == .proven && past.codes == [])
    }

    @Test func `one that is here for too long is told once`() throws {
        let now = Self.after(minutes: 300)
        let standing = try carry("O2", [MediumPresence(attached: Self.start)], at: now)
        #expect(try stay(standing).online == .seconds(300 * 60))
        #expect(standing.verdict == .notProven && standing.codes == [.mediumOnline])
    }
}
