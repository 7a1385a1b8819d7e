import Catalog
import Configuration
import HostState
import Model
import Primitives
import TestSupport
import Testing

@testable import Jobs

/// What is said of media, by what the catalog remembers of them and by the clock.
@Suite struct MediaStandingTests {
    private static let day: Int64 = 86_400
    private static let start = Timestamp(seconds: 1_800_000_000)

    private static func after(days: Int64, hours: Int64 = 0) -> Timestamp {
        Timestamp(seconds: start.seconds + days * day + hours * 3_600)
    }

    /// A site with a medium `A` that was here for an hour at ``start``, unless `body` does more.
    private func judge(
        at now: Timestamp,
        wasHere: Bool = true,
        _ body: (Site, Catalog, RandomID) throws -> Void = { _, _, _ in }
    ) throws -> MediaStanding {
        try withTemporaryFolder(inMemory: true) { folder in
            let text = """
                site: {name: Test, timezone: Asia/Tokyo}
                state: \(folder)/state
                recipients: {recovery: age1\(String(repeating: "q", count: 58))}
                stores:
                  primary: {path: \(folder)/store}
                  rdx: {path: \(folder)/rdx, media: {returnWithin: 14d, onlineMax: 4h}}
                sets:
                  ehr: {source: {files: {paths: [/nowhere]}}, stores: [primary, rdx]}

                """
            let site = Site(try Configuration.parse(Array(text.utf8), file: "test"))
            try site.state.prepare()
            let catalog = try site.catalog()
            let id = try Randomness.id()
            try catalog.record(
                medium: MediumRow(
                    id: id,
                    label: "A",
                    store: "rdx",
                    filesystem: nil,
                    custodian: "Sato",
                    location: "bank",
                    added: Self.start
                )
            )
            if wasHere {
                _ = try catalog.beginPresence(of: id, at: Self.start)
                let end = Self.after(days: 0, hours: 1)
                try catalog.endPresence(of: id, at: end, due: end.adding(.seconds(14 * Self.day)))
            }
            try body(site, catalog, id)
            return try MediaStanding(site, catalog, now: now)
        }
    }

    private func codes(_ standing: MediaStanding) -> [FindingCode] {
        standing.findings.map(\.code)
    }

    @Test func `a medium that is away and not due is well`() throws {
        let standing = try judge(at: Self.after(days: 14))
        #expect(codes(standing) == [])
        #expect(standing.media.first?.isHere == false)
    }

    @Test func `one that is not back on its day is told, and lost after twice the time`() throws {
        #expect(try codes(judge(at: Self.after(days: 14, hours: 2))) == [.mediumOverdue])
        #expect(try codes(judge(at: Self.after(days: 28))) == [.mediumOverdue])
        let lost = try judge(at: Self.after(days: 28, hours: 2))
        #expect(codes(lost) == [.mediumMissing])
        #expect(Verdict(lost.findings) == .failed)
    }

    @Test func `one that was never here is lost on its day`() throws {
        #expect(try codes(judge(at: Self.after(days: 14), wasHere: false)) == [])
        let lost = try judge(at: Self.after(days: 15), wasHere: false)
        #expect(codes(lost) == [.mediumMissing])
        #expect(lost.findings.first?.evidence["lastSeen"] == "never")
    }

    @Test func `one that is here is not late, and may stay for a while`() throws {
        let back = Self.after(days: 20)
        func judge(hours: Int64) throws -> MediaStanding {
            try self.judge(at: Self.after(days: 20, hours: hours)) { _, catalog, id in
                _ = try catalog.beginPresence(of: id, at: back)
            }
        }
        let standing = try judge(hours: 4)
        #expect(codes(standing) == [] && standing.media.first?.isHere == true)
        let online = standing.media.first?.online(until: Self.after(days: 20, hours: 4))
        #expect(online == .seconds(5 * 3_600))
        #expect(try codes(judge(hours: 5)) == [.mediumOnline])
    }

    @Test func `one that was given up is asked nothing`() throws {
        let standing = try judge(at: Self.after(days: 100)) { _, catalog, id in
            try catalog.retire(medium: id, at: Self.after(days: 1))
        }
        #expect(codes(standing) == [] && standing.media.isEmpty)
    }

    /// Brings snapshot 1 to the medium, which is due only in a year, and reads it if asked.
    private func bring(
        _ site: Site,
        _ catalog: Catalog,
        _ id: RandomID,
        read: (Verdict, Timestamp)? = nil
    ) throws {
        let set = try site.state.establish("ehr")
        let store = try #require(site.configuration.store(named: "rdx"))
        let place = Site.place(ofMedium: "A", in: store)
        let head = Head(sequence: 1, name: ObjectName(SHA256.hash([1])))
        try catalog.record(
            copy: CopyRow(
                set: set,
                store: place,
                started: Self.start,
                finished: Self.start,
                verdict: .proven,
                head: head
            )
        )
        try read.map { verdict, time in
            try catalog.record(
                verification: VerificationRow(
                    store: place,
                    started: time,
                    finished: time,
                    verdict: verdict,
                    claim: "{}",
                    objects: 1,
                    bytes: 1,
                    findings: "{}",
                    sets: [set],
                    heads: [set: head],
                    recordKey: nil
                )
            )
        }
        try catalog.note(custodian: nil, location: nil, due: Self.after(days: 365), of: id)
    }

    @Test func `every byte of a medium is to be read in 90 days`() throws {
        let unread = try judge(at: Self.after(days: 91)) { try bring($0, $1, $2) }
        #expect(codes(unread) == [.mediumUnread])
        #expect(unread.media.first?.heads["ehr"]?.sequence == 1)
        let early = try judge(at: Self.after(days: 89)) { try bring($0, $1, $2) }
        #expect(codes(early) == [])
        let read = try judge(at: Self.after(days: 91)) {
            try bring($0, $1, $2, read: (.proven, Self.after(days: 2)))
        }
        #expect(codes(read) == [] && read.media.first?.lastRead == Self.after(days: 2))
        let failed = try judge(at: Self.after(days: 91)) {
            try bring($0, $1, $2, read: (.failed, Self.after(days: 2)))
        }
        #expect(codes(failed) == [.mediumUnread])
    }

    @Test func `a copy on a medium that is away is behind without harm, until it is back`() throws {
        func standing(isBack: Bool) throws -> [FindingCode] {
            var found: [FindingCode] = []
            _ = try judge(at: Self.start) { site, catalog, id in
                try bring(site, catalog, id)
                if isBack {
                    _ = try catalog.beginPresence(of: id, at: Self.after(days: 2))
                }
                let set = try site.state.establish("ehr")
                let newest = Head(sequence: 2, name: ObjectName(SHA256.hash([2])))
                try remember(newest, of: set, catalog)
                let report = try CopyStanding(site, sets: site.configuration.sets)
                #expect(report.copies.map(\.name) == ["rdx/A"])
                found = report.findings.map(\.code)
            }
            return found
        }
        #expect(try standing(isBack: false) == [])
        #expect(try standing(isBack: true) == [.copyBehind])
    }

    /// Lets the catalog remember a newest snapshot that nobody made: as a verification saw it.
    private func remember(_ head: Head, of set: SetID, _ catalog: Catalog) throws {
        try catalog.record(
            verification: VerificationRow(
                store: "primary (/nowhere)",
                started: Self.start,
                finished: Self.start,
                verdict: .proven,
                claim: "{}",
                objects: 1,
                bytes: 1,
                findings: "{}",
                sets: [set],
                heads: [set: head],
                recordKey: nil
            )
        )
    }

    @Test func `one that was not what it ought to be is told until it is`() throws {
        let since = Self.after(days: 1)
        let doubted = try judge(at: Self.after(days: 2)) { _, catalog, id in
            try catalog.note(doubted: since, of: id)
        }
        #expect(codes(doubted) == [.mediumWrong])
        #expect(doubted.findings.first?.subject == .named("A"))
        #expect(doubted.findings.first?.evidence == ["since": since.rfc3339])
        let well = try judge(at: Self.after(days: 2)) { _, catalog, id in
            try catalog.note(doubted: since, of: id)
            try catalog.note(doubted: nil, of: id)
        }
        #expect(codes(well) == [])
    }

    @Test func `status tells of media`() throws {
        var status: [FindingCode] = []
        _ = try judge(at: Self.start) { site, _, _ in
            let report = try StatusReport(of: site, now: Self.after(days: 20))
            status = report.site.map(\.code)
        }
        #expect(status.contains(.mediumOverdue))
    }
}
