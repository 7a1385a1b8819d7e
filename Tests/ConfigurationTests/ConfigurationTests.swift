import Configuration
import HostState
import Model
import Scheduling
import TestSupport
import Testing

@Suite struct ConfigurationTests {
    private static let hash = String(repeating: "0a", count: 32)

    /// The example of DESIGN §7 without what this version lacks, and with all it does not show.
    static let whole = """
        site: {name: 中央病院, timezone: Asia/Tokyo, language: en}
        role: drill
        state: /var/lib/toride/
        recipients: {recovery: age1recovery, drill: age1drill}
        stores:
          vault: {path: /mnt//vault/./objects, class: O4, immutable: true}
          primary: {path: /srv/toride}
        verify: {schedule: "0 12 * * *"}
        sets:
          ehr-db:
            source: {postgresql: {connection: "service=ehr", database: health}}
            schedule: "0 2 * * *"
            clinical:
              time: [evaluation.start, 'public."Visit".At']
              firstRecord: |
                select *
                from patient limit 1
            stores: [primary, vault]
            canary: true
            rpo: 24h
          ssmix2:
            source:
              files: {paths: [/srv/ssmix2, "/srv/二次"], exclude: ["*.tmp"], oneFileSystem: true}
            verify: {schedule: "@weekly"}
            stores: [vault]
            recipients: [recovery]
            before: [/usr/bin/snapshot, --make, ""]
            after: [/usr/bin/snapshot, --drop]
          pacs:
            source: {command: {run: [/usr/bin/dump, 'a b'], name: pacs.dump}}
            stores: [primary]
        groups:
          ehr: {sets: [ehr-db, ssmix2, pacs], lag: 15m}
        drills:
          weekly: {group: ehr, schedule: "0 4 * * 0", scenario: cyber, level: 4, rto: 4h, rpo: 7d,
            generation: 7, assertions: [/etc/toride/ehr.sql], sentinels: [
              {name: chart-1, set: ehr-db, query: "select 1", sha256: \(hash)},
              {name: image-1, set: ssmix2, path: /srv/ssmix2//a, sha256: \(hash.uppercased())}]}
          yearly: {group: ehr, scenario: disaster, store: vault}
          small: {set: pacs}
        drill: {identityOnThisHost: true, scratch: /var/lib/drill}
        """

    @Test func `reads the site, the role, the state, the recipients and the stores`() throws {
        let whole = try parse(Self.whole)
        #expect(whole.site.name == "中央病院")
        #expect(whole.site.timeZone.identifier == "Asia/Tokyo")
        #expect(whole.site.language == .english)
        #expect(whole.role == .drill)
        #expect(whole.state == "/var/lib/toride")
        #expect(whole.recipients.map(\.name) == ["recovery", "drill"])
        #expect(whole.recipients.map(\.text) == ["age1recovery", "age1drill"])
        #expect(whole.stores.map(\.name) == ["vault", "primary"])
        #expect(whole.stores.map(\.folder) == ["/mnt/vault/objects", "/srv/toride"])
        #expect(whole.stores.map(\.copyClass) == [.writeOnce, nil])
        #expect(whole.stores.map(\.isImmutable) == [true, false])
        #expect(whole.verification?.schedule.text == "0 12 * * *")
        #expect(whole.drill.identityOnThisHost)
        #expect(whole.drill.scratch == "/var/lib/drill")
    }

    @Test func `reads a set of a database`() throws {
        let set = try #require(try parse(Self.whole).set(named: "ehr-db"))
        guard case .postgresql(let source) = set.source else {
            Issue.record("got \(set.source)")
            return
        }
        #expect(source.connection == "service=ehr")
        #expect(source.database == "health")
        #expect(set.schedule?.text == "0 2 * * *")
        #expect(set.verification?.schedule.text == "0 12 * * *", "the file's, for the set has none")
        #expect(set.stores == ["primary", "vault"])
        #expect(set.recipients == ["recovery", "drill"])
        #expect(
            set.clinical?.time.map(\.description) == [
                #""evaluation"."start""#, #""public"."Visit"."at""#,
            ]
        )
        #expect(set.clinical?.firstRecord == "select *\nfrom patient limit 1\n")
        #expect(set.canary)
        #expect(set.rpo == .seconds(86_400))
        #expect(set.before.isEmpty && set.after.isEmpty)
    }

    @Test func `reads a set of files and one of a command`() throws {
        let whole = try parse(Self.whole)
        let files = try #require(whole.set(named: "ssmix2"))
        guard case .files(let source) = files.source else {
            Issue.record("got \(files.source)")
            return
        }
        #expect(source.paths == ["/srv/ssmix2", "/srv/二次"])
        #expect(source.exclude == ["*.tmp"])
        #expect(source.oneFileSystem)
        #expect(files.verification?.schedule.text == "@weekly")
        #expect(files.recipients == ["recovery"])
        #expect(files.before == ["/usr/bin/snapshot", "--make", ""])
        #expect(files.after == ["/usr/bin/snapshot", "--drop"])
        #expect(files.schedule == nil && files.rpo == nil && files.clinical == nil && !files.canary)
        let command = try #require(whole.set(named: "pacs"))
        guard case .command(let source) = command.source else {
            Issue.record("got \(command.source)")
            return
        }
        #expect(source.run == ["/usr/bin/dump", "a b"])
        #expect(source.name == "pacs.dump")
    }

    @Test func `reads groups and drills`() throws {
        let whole = try parse(Self.whole)
        let group = try #require(whole.group(named: "ehr"))
        #expect(group.sets == ["ehr-db", "ssmix2", "pacs"])
        #expect(group.lag == .seconds(900))
        let weekly = try #require(whole.drill(named: "weekly"))
        #expect(weekly.subject == .group("ehr"))
        #expect(weekly.schedule?.text == "0 4 * * 0")
        #expect(weekly.scenario == .cyber)
        #expect(weekly.level == .sentinels)
        #expect(weekly.rto == .seconds(14_400))
        #expect(weekly.rpo == .seconds(604_800))
        #expect(weekly.assertions == ["/etc/toride/ehr.sql"])
        #expect(weekly.generation == 7 && weekly.store == nil)
        #expect(weekly.sentinels.map(\.name) == ["chart-1", "image-1"])
        #expect(weekly.sentinels.map(\.set) == ["ehr-db", "ssmix2"])
        #expect(weekly.sentinels.map(\.question) == [.query("select 1"), .file("/srv/ssmix2/a")])
        #expect(weekly.sentinels.map(\.digest.hex) == [Self.hash, Self.hash])
        let yearly = try #require(whole.drill(named: "yearly"))
        #expect(yearly.scenario == .disaster && yearly.store == "vault" && yearly.generation == 0)
        let small = try #require(whole.drill(named: "small"))
        #expect(small.subject == .set("pacs"))
        #expect(small.scenario == .failure)
        #expect(small.level == .applications)
        #expect(small.schedule == nil && small.rto == nil && small.rpo == nil)
        #expect(small.assertions.isEmpty && small.sentinels.isEmpty)
        #expect(small.generation == 0 && small.store == nil)
    }

    @Test func `follows names to what they name`() throws {
        let whole = try parse(Self.whole)
        let set = try #require(whole.set(named: "ehr-db"))
        #expect(whole.stores(of: set).map(\.folder) == ["/srv/toride", "/mnt/vault/objects"])
        #expect(whole.recipients(of: set).map(\.text) == ["age1recovery", "age1drill"])
        let drill = try #require(whole.drill(named: "weekly"))
        #expect(whole.sets(of: drill).map(\.name) == ["ehr-db", "ssmix2", "pacs"])
        let small = try #require(whole.drill(named: "small"))
        #expect(whole.sets(of: small).map(\.name) == ["pacs"])
        #expect(whole.set(named: "nothing") == nil && whole.store(named: "nothing") == nil)
    }

    @Test func `has a meaning for everything that may be absent`() throws {
        let least = try parse(
            """
            site: {name: H, timezone: UTC}
            state: /s
            stores: {a: {path: /a}}
            """
        )
        #expect(least.site.language == .japanese)
        #expect(least.role == .backup)
        #expect(least.recipients.isEmpty && least.sets.isEmpty && least.groups.isEmpty)
        #expect(least.drills.isEmpty && least.verification == nil)
        #expect(!least.drill.identityOnThisHost && least.drill.scratch == nil)
    }

    @Test func `signers are public keys`() throws {
        let key = String(repeating: "0a", count: 32)
        let parsed = try parse(head + "signers: {east: \(key.uppercased())}\n")
        #expect(parsed.signers.map(\.name) == ["east"] && parsed.signers.map(\.text) == [key])
        #expect(try parse(head).signers == [])
        for wrong in [String(key.dropLast()), key + "0", String(key.dropLast()) + "g"] {
            expectRuleBroken(
                head + "signers: {east: \(wrong)}\n",
                line: 5,
                key: "signers.east",
                "is not a public key of 64 hexadecimal digits"
            )
        }
    }

    @Test func `a set uses the only store and all recipients unless it says otherwise`() throws {
        let set = try #require(try parse(headAndSet).set(named: "ehr"))
        #expect(set.stores == ["primary"])
        #expect(set.recipients == ["recovery", "drill"])
        #expect(set.verification == nil)
    }

    @Test func `what looks like another type is text where text is asked for`() throws {
        let text = head.replacing("中央病院", with: "no")
        #expect(try parse(text).site.name == "no")
        #expect(try parse(head.replacing("中央病院", with: "0x10")).site.name == "0x10")
    }

    @Test func `a byte order mark, comments and Windows line ends do no harm`() throws {
        let text = "\u{FEFF}# 設定\n" + Self.whole
        let whole = try parse(Self.whole)
        #expect(try parse(text) == whole)
        #expect(try parse(Self.whole.replacing("\n", with: "\r\n")).sets.count == 3)
    }
}

@Suite struct ConfigurationLoadingTests {
    private func withFile(_ bytes: [UInt8], _ body: (String) throws -> Void) throws {
        try withTemporaryFolder(inMemory: true) { folder in
            let path = "\(folder)/toride.yaml"
            try SmallFile.write(bytes, to: path)
            try body(path)
        }
    }

    @Test func `loads a file`() throws {
        try withFile(Array(head.utf8)) { path in
            let loaded = try Configuration.load(path: path)
            #expect(try parse(head) == loaded)
        }
    }

    @Test func `names the file that is not there and what to do`() throws {
        let error = try #require(throws: ConfigurationError.self) {
            try Configuration.load(path: "/nowhere/toride.yaml")
        }
        #expect(
            error.description
                == "/nowhere/toride.yaml: cannot be read: open: No such file or directory"
        )
        #expect(error.hint == "name it with --config, or let `toride init` write one")
        #expect(error.exitCode == .usage)
        #expect(error.line == nil)
    }

    @Test func `a folder is not a configuration`() throws {
        let error = try #require(throws: ConfigurationError.self) {
            try Configuration.load(path: "/")
        }
        #expect(error.description == "/: cannot be read: read: Is a directory")
    }

    @Test(arguments: [(1 << 20, true), (1 << 20 + 1, false), (3 << 20, false)])
    func `reads one mebibyte and no more`(count: Int, isRead: Bool) throws {
        let padding = "#" + String(repeating: "x", count: count - head.utf8.count - 1)
        let bytes = Array((head + padding).utf8)
        try withFile(bytes) { path in
            guard !isRead else {
                _ = try Configuration.load(path: path)
                _ = try Configuration.parse(bytes, file: path)
                return
            }
            let errors = [
                #expect(throws: ConfigurationError.self) { try Configuration.load(path: path) },
                #expect(throws: ConfigurationError.self) {
                    try Configuration.parse(bytes, file: path)
                },
            ]
            for error in errors {
                #expect(error?.problem == .tooLarge(bytesMax: 1 << 20))
                #expect(error?.description == "\(path): is larger than 1024 KiB")
            }
        }
    }
}
