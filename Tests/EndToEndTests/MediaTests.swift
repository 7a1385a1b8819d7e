import Configuration
import Catalog
import Format
import Glibc
import HostState
import Jobs
import Model
import ObjectStore
import Primitives
import TestSupport
import Testing
import Verification
import Workers

/// Media in folders: what is recognised, what is refused, and what is noted.
@Suite struct MediaTests {
    private func withSite(_ body: (MediaSite) throws -> Void) throws {
        try withTemporaryFolder { folder in
            try body(try MediaSite(in: folder))
        }
    }

    /// Puts another name into the medium's file.
    private func rename(
        _ site: MediaSite,
        _ change: (MediumDocument) throws -> MediumDocument
    ) throws {
        let bytes = try #require(try SmallFile.read(site.document, bytesMax: 4_096))
        let changed = try change(try MediumDocument(decoding: bytes))
        try SmallFile.write(changed.encoded, to: site.document, mode: 0o644)
    }

    @Test func `a medium carries its name, the signers and what to do with them`() throws {
        try withSite { site in
            let made = try site.make()
            let files = try contents(of: "\(site.point)/medium").mapValues { $0 ?? [] }
            let document = try MediumDocument(decoding: files["medium.json"] ?? [])
            #expect(document.id == made.row.id && document.label == "2026-A")
            #expect(document.repository == made.repository)
            let signers = try SignerFile(decoding: files["signers.txt"] ?? [], path: "signers.txt")
            let own = try site.site.state.signingKey().verifyingKey.bytes
            #expect(signers.pin(of: own) != nil)
            let text = String(decoding: files["README.txt"] ?? [], as: UTF8.self)
            #expect(text.contains("sha256sum") && text.contains("確かめる"))
            #expect(try site.standing().media.first?.isHere == true)
        }
    }

    @Test func `a folder is no medium unless it is meant, and one that is full never is`() throws {
        try withSite { site in
            #expect(throws: MediaError.notMounted(site.point)) {
                try site.make(allowsFolder: false)
            }
            try SmallFile.write([1], to: "\(site.point)/letter.txt")
            #expect(throws: MediaError.notEmpty(site.point, found: "letter.txt")) {
                try site.make()
            }
            try SmallFile.remove("\(site.point)/letter.txt")
            try site.make()
            #expect(throws: MediaError.isMedium(site.point, label: "2026-A")) { try site.make() }
        }
    }

    @Test func `a making that was cut short goes on`() throws {
        try withSite { site in
            try site.make()
            try SmallFile.remove(site.document)
            let catalog = try site.site.catalog()
            let first = try #require(try catalog.media().first)
            #expect(throws: MediaError.labelTaken("2026-A")) { try site.make() }
            let second = try site.media().make("2026-B", custodian: "Sato", location: "bank")
            #expect(second.row.id != first.id && second.program != nil)
        }
    }

    @Test func `what is copied and read belongs to the medium`() throws {
        try withSite { site in
            try site.make()
            try site.backUp("one")
            try site.copy()
            #expect(try site.verify().verdict == .proven)
            let medium = try #require(try site.standing().media.first)
            #expect(medium.heads["files"]?.sequence == 1)
            #expect(medium.lastRead == site.clock.now())
            let id = try #require(try site.site.setID(named: "files"))
            let row = try site.site.catalog().newestCopy(of: id, in: "2026-A (\(site.point))")
            #expect(row?.verdict == .proven)
        }
    }

    @Test func `nothing is foreign on a medium, and its folder is no object`() throws {
        try withSite { site in
            try site.make()
            try site.backUp("one")
            try site.copy()
            let codes = try site.verify().findings.map(\.code)
            #expect(!codes.contains(.objectForeign) && !codes.contains(.objectMisnamed))
        }
    }

    @Test func `work that nobody attached a medium for is a stay of its own`() throws {
        try withSite { site in
            try site.make()
            try site.backUp("one")
            let row = try site.media().detach(MediaJob.Departure())
            #expect(row.due == Timestamp(seconds: site.clock.now().seconds + 20 * 86_400))
            site.clock.advance(days: 3)
            try site.copy()
            let medium = try #require(try site.standing().media.first)
            #expect(medium.presences.count == 2 && medium.isHere, "nobody took it away")
            site.clock.advance(hours: 25)
            #expect(try site.codes() == [.mediumOnline])
            _ = try site.media().detach(MediaJob.Departure())
            let stores = site.site.configuration.stores
            let visit = try MediaVisit(site.site, stores: stores, now: site.clock.now)
            // As if it were unmounted meanwhile.
            try SmallFile.remove(site.document)
            try visit.end()
            let gone = try #require(try site.standing().media.first)
            #expect(gone.presences.count == 3 && !gone.isHere)
            #expect(gone.row.due == Timestamp(seconds: site.clock.now().seconds + 20 * 86_400))
        }
    }

    @Test func `a medium is out of an attacker's reach when it is away, and not before`() throws {
        try withSite { site in
            try site.make()
            try site.backUp("one")
            try site.copy()
            #expect(try site.verify().verdict == .proven)
            #expect(try resisting(site) == 0)
            _ = try site.media().detach(MediaJob.Departure())
            #expect(try resisting(site) == 0, "it is mounted still")
            try SmallFile.remove(site.document)
            #expect(try resisting(site) == 0, "whether a folder is connected cannot be told")
            try noteFileSystem(site)
            #expect(try resisting(site) == 1)
        }
    }

    /// How many copies of the set are out of an attacker's reach, on a machine that tells of each
    /// file system that it is not connected.
    private func resisting(_ site: MediaSite) throws -> Int? {
        let devices = ConnectedDevices(root: "/nowhere", search: { _ in false })
        return try StatusReport(of: site.site, now: site.clock.now(), devices: devices)
            .sets.first?.score?.resisting
    }

    /// As if the medium had been one, and no folder.
    private func noteFileSystem(_ site: MediaSite) throws {
        let catalog = try site.site.catalog()
        let medium = try #require(try catalog.media().first)
        try catalog.note(filesystem: "3755-426D", serial: nil, of: medium.id)
    }

    @Test func `work with a medium at another store's mount point does not end its time`() throws {
        try withTemporaryFolder { folder in
            let dock = "\(folder)/dock"
            let site = try MediaSite(in: folder, besides: "dock: {path: \(dock), media: {}}")
            try site.make()
            _ = try site.media().detach(MediaJob.Departure())
            #expect(unsafe Glibc.rename(site.point, dock) == 0)
            let stores = site.site.configuration.stores
            let visit = try MediaVisit(site.site, stores: stores, now: site.clock.now)
            try visit.end()
            #expect(try site.standing().media.first?.isHere == true)
            #expect(unsafe Glibc.rename(dock, site.point) == 0)
            try SmallFile.remove(site.document)
            try visit.end()
            #expect(try site.standing().media.first?.isHere == false)
        }
    }

    @Test func `a medium that was wrong resists nobody until it is attached well`() throws {
        try withSite { site in
            try site.make()
            try site.backUp("one")
            try site.copy()
            #expect(try site.verify().verdict == .proven)
            let own = try #require(try SmallFile.read(site.document, bytesMax: 4_096))
            try rename(site) { document in
                try MediumDocument(
                    id: document.id,
                    label: document.label,
                    repository: RepositoryID(try Randomness.id()),
                    made: document.made
                )
            }
            #expect(try site.media().attach().findings.map(\.code) == [.mediumWrong])
            #expect(try site.codes() == [.mediumWrong], "told once")
            // As if it were unmounted.
            func takeAway() throws {
                _ = try site.media().detach(MediaJob.Departure())
                try SmallFile.remove(site.document)
            }
            try SmallFile.write(own, to: site.document, mode: 0o644)
            try takeAway()
            let since = site.clock.now().rfc3339
            site.clock.advance(days: 1)
            let findings = try site.standing().findings
            #expect(findings.map(\.code) == [.mediumWrong])
            #expect(findings.first?.evidence == ["since": since])
            #expect(try resisting(site) == 0)
            try SmallFile.write(own, to: site.document, mode: 0o644)
            #expect(try site.media().attach().findings == [])
            #expect(try site.codes() == [])
            try takeAway()
            try noteFileSystem(site)
            #expect(try resisting(site) == 1)
        }
    }

    @Test func `a stay that was begun by hand goes on after work`() throws {
        try withSite { site in
            try site.make()
            try site.backUp("one")
            try site.copy()
            #expect(try site.verify().verdict == .proven)
            #expect(try site.standing().media.first?.isHere == true)
            site.clock.advance(hours: 25)
            #expect(try site.codes() == [.mediumOnline])
        }
    }

    @Test func `where no medium is mounted nothing waits for one, and who asks is told`() throws {
        try withSite { site in
            try site.backUp("one")
            let job = try CopyJob(site.site, now: site.clock.now, stop: StopFlag())
            #expect(job.parts.isEmpty)
            #expect(try VerifyPlan(site: site.site).parts().parts.count == 1)
            #expect(try site.codes() == [])
            #expect(throws: StoreError.self) { try site.media().attach() }
            #expect(throws: StoreError.self) {
                try VerifyPlan(site: site.site, copy: "rdx").parts()
            }
        }
    }

    @Test func `a medium that the catalog does not know is told, and can be taken up`() throws {
        try withSite { site in
            let made = try site.make()
            try site.backUp("one")
            try SmallFile.remove("\(site.folder)/state/catalog.sqlite")
            for suffix in ["-wal", "-shm"] {
                try SmallFile.remove("\(site.folder)/state/catalog.sqlite\(suffix)")
            }
            #expect(try site.codes() == [.mediumUnknown])
            #expect(try site.media().attach().findings.map(\.code) == [.mediumUnknown])
            #expect(throws: MediaError.unknown("2026-A")) { try site.copy() }
            let again = try site.make()
            #expect(again.row.id == made.row.id && again.program == nil)
            #expect(try site.codes() == [])
        }
    }

    @Test func `one with the label of another is told, and nothing is written to it`() throws {
        try withSite { site in
            try site.make()
            try site.backUp("one")
            try rename(site) { document in
                try MediumDocument(
                    id: try Randomness.id(),
                    label: document.label,
                    repository: document.repository,
                    made: document.made
                )
            }
            #expect(try site.codes() == [.mediumWrong])
            #expect(throws: MediaError.wrong("2026-A")) { try site.copy() }
            #expect(throws: MediaError.wrong("2026-A")) { try site.verify() }
        }
    }

    @Test func `one of another repository is told`() throws {
        try withSite { site in
            try site.make()
            try site.backUp("one")
            try rename(site) { document in
                try MediumDocument(
                    id: document.id,
                    label: document.label,
                    repository: RepositoryID(try Randomness.id()),
                    made: document.made
                )
            }
            #expect(try site.media().attach().findings.map(\.code) == [.mediumWrong])
            #expect(throws: MediaError.wrong("2026-A")) { try site.copy() }
        }
    }

    @Test func `a name that cannot be read is told, and keeps nothing else from its work`() throws {
        try withSite { site in
            try site.make()
            try site.backUp("one")
            try SmallFile.write(Array("{}\n".utf8), to: site.document)
            #expect(try site.codes().contains(.mediumUnknown))
            #expect(throws: StoreError.self) { try site.media().attach() }
            #expect(throws: StoreError.self) { try site.copy() }
        }
    }

    @Test func `signers that changed are on the medium after it was attached`() throws {
        try withSite { site in
            try site.make()
            let key = [UInt8](repeating: 7, count: 32)
            var pins = try site.site.state.pins()
            pins.put(SignerPin(key: key, label: "drill host"))
            try site.site.state.keep(pins)
            #expect(try site.media().attach().findings == [])
            let bytes = try SmallFile.read("\(site.point)/medium/signers.txt", bytesMax: 1 << 16)
            let file = try SignerFile(decoding: bytes ?? [], path: "signers.txt")
            #expect(file.pin(of: key) != nil)
        }
    }

    @Test func `who keeps it and until when is said as it is taken away`() throws {
        try withSite { site in
            try site.make()
            var departure = MediaJob.Departure()
            departure.location = "safe"
            departure.due = Timestamp(seconds: 1_900_000_000)
            let row = try site.media().detach(departure)
            #expect(row.custodian == "Sato" && row.location == "safe")
            #expect(row.due == departure.due)
            try MediaJob.retire("2026-A", of: site.site, now: site.clock.now())
            #expect(throws: MediaError.noSuchMedium("2026-A", known: [])) {
                try MediaJob.retire("2026-A", of: site.site, now: site.clock.now())
            }
        }
    }
}
