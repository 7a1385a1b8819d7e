import FileSystem
import Glibc
import HostState
import Processes
import TestSupport
import Testing

/// Whether a program can be traced here, which not every container allows.
private let canTrace: Bool = {
    let words = ["-o", "/dev/null", "true"]
    let output = try? Command("strace", words).run(timeout: .seconds(30))
    return output?.status.isSuccess == true
}()

/// The program is killed at chosen moments of a copy and of a repair. What was whole is whole after
/// it, and the next run completes the work.
@Suite(
    .enabled(if: canTrace, "NOT TESTED: strace is missing, or may not trace"),
    .timeLimit(.minutes(15))
)
struct CopyKillTests {
    /// So many moments of each work are tried.
    private static let momentCount = 20

    /// A moment of a run: just before a system call.
    private struct Moment: CustomStringConvertible {
        let call: String
        /// What it is about, as the call names it; or the whole path, where it takes a descriptor.
        let path: String
        /// It is a thread's first such call, its second, and so on.
        var count = 1

        var description: String { "killed before \(call) \(count) of \(path)" }
    }

    // MARK: - A copy

    @Test func `a killed copy is no less than before, and the next run completes it`() throws {
        try withCopy { site, vault in
            try grow(site)
            let source = try objects(site.store)
            let before = try objects(vault)
            let all = moments(ofBringing: Set(source.keys).subtracting(before.keys), to: vault)
            try #require(all.count >= Self.momentCount)
            try save(site)
            for number in 0..<Self.momentCount {
                let moment = all[number * all.count / Self.momentCount]
                try goBack(site)
                try kill(site, ["copy", "run"], moment)
                let after = try objects(vault)
                #expect(Set(after.keys).isSuperset(of: before.keys), "\(moment)")
                // What has a name is whole, be it old or new.
                let torn = after.keys.filter { after[$0] != source[$0] }.sorted()
                #expect(torn == [], "\(moment)")
                try expectSuccess(site, ["verify", "--copy", "vault"], moment)
                try expectSuccess(site, ["copy", "run"], moment)
                try expectSuccess(site, ["verify", "--copy", "vault"], moment)
                let lacking = try Set(source.keys).subtracting(objects(vault).keys).sorted()
                #expect(lacking == [], "\(moment)")
            }
        }
    }

    /// Before an object gets its name, and before the first name in each folder is durable.
    private func moments(ofBringing keys: Set<String>, to vault: String) -> [Moment] {
        let parts = keys.sorted().map { $0.split(separator: "/") }
        let names = parts.map { Moment(call: "renameat2", path: String($0.last ?? "")) }
        let folders = Set(parts.map { "\(vault)/" + $0.dropLast().joined(separator: "/") })
        return names + folders.sorted().map { Moment(call: "fsync", path: $0) }
    }

    // MARK: - A repair

    /// What is damaged and what is missing, and what the store held with and without that.
    private struct Harm {
        var damaged: [String] = []
        var missing: [String] = []
        var whole: [String: [UInt8]] = [:]
        var before: [String: [UInt8]] = [:]
    }

    @Test func `a repair that is killed loses nothing, and the next one completes it`() throws {
        try withCopy { site, vault in
            try grow(site)
            try site.succeed(["copy", "run"])
            let copy = try objects(vault)
            let harm = try harm(site)
            let moments = moments(ofRepairing: harm, in: site.store)
            #expect(moments.count == Self.momentCount)
            try save(site)
            for moment in moments {
                try goBack(site)
                try kill(site, ["repair", "--apply"], moment)
                expectNothingLost(harm, try objects(site.store), moment)
                let isCopySame = try objects(vault) == copy
                #expect(isCopySame, "\(moment)")
                try expectSuccess(site, ["repair", "--apply"], moment)
                try expectSuccess(site, ["verify"], moment)
                let after = try objects(site.store)
                let bad = harm.whole.keys.filter { after[$0] != harm.whole[$0] }.sorted()
                #expect(bad == [], "\(moment)")
            }
        }
    }

    /// Damages five objects of the first store and removes five, of every kind.
    private func harm(_ site: TestSite) throws -> Harm {
        var harm = Harm()
        harm.whole = try objects(site.store)
        let packs = try site.keys("packs/")
        try #require(packs.count >= 3)
        harm.damaged = [packs[0], packs[1]]
        harm.missing = [packs[2], try #require(try site.keys("snapshots/").dropFirst().first)]
        for kind in ["keys/", "index/", "lists/"] {
            let keys = try site.keys(kind)
            try #require(keys.count >= 2)
            harm.damaged.append(keys[0])
            harm.missing.append(keys[1])
        }
        for key in harm.damaged {
            try site.flip(key)
        }
        for key in harm.missing {
            try SmallFile.remove("\(site.store)/\(key)")
        }
        harm.before = try objects(site.store)
        return harm
    }

    /// Before an object is set aside, before that is durable, and before the good one takes its
    /// name.
    private func moments(ofRepairing harm: Harm, in store: String) -> [Moment] {
        func naming(_ key: String, _ count: Int) -> Moment {
            let name = key.split(separator: "/").last ?? ""
            return Moment(call: "renameat2", path: String(name), count: count)
        }
        let damaged = harm.damaged.flatMap { [naming($0, 1), naming($0, 2)] }
        // One thread repairs, one object after the other.
        let aside = (1...harm.damaged.count).map {
            Moment(call: "fsync", path: "\(store)/quarantine", count: $0)
        }
        return damaged + harm.missing.map { naming($0, 1) } + aside
    }

    /// Each object is as it was; but a bad one may be in quarantine, and the good one in its place.
    private func expectNothingLost(
        _ harm: Harm,
        _ after: [String: [UInt8]],
        _ moment: Moment
    ) {
        let quarantine = Set(after.filter { $0.key.hasPrefix("quarantine/") }.values)
        let lost = harm.before.filter { key, bytes in
            let isAside = harm.damaged.contains(key) && quarantine.contains(bytes)
            return after[key] != bytes && !isAside
        }
        #expect(lost.keys.sorted() == [], "\(moment)")
        let torn = harm.whole.keys.filter { key in
            after[key] != nil && after[key] != harm.whole[key] && after[key] != harm.before[key]
        }
        #expect(torn.sorted() == [], "\(moment)")
    }

    // MARK: - The site

    /// A site with one snapshot, and a whole copy of it.
    private func withCopy(_ body: (TestSite, _ vault: String) throws -> Void) throws {
        try withTemporaryFolder(inMemory: true) { folder in
            let site = try TestSite(in: "\(folder)/site")
            let vault = try site.addVault()
            try site.succeed(["copy", "run"])
            try body(site, vault)
        }
    }

    /// Takes three more snapshots, each with some packs.
    private func grow(_ site: TestSite) throws {
        var random = SeededGenerator(seed: 16)
        for snapshot in 2...4 {
            for number in 1...20 {
                try site.write("\(snapshot)/\(number)", random.bytes(100_000))
            }
            try site.succeed(["backup"])
        }
    }

    /// Keeps all of a site for ``goBack(_:)``: its stores, and what the host remembers of them.
    private func save(_ site: TestSite) throws {
        try site.system("cp", "-a", site.folder, "\(site.folder).saved")
    }

    private func goBack(_ site: TestSite) throws {
        removeTree(site.folder)
        try site.system("cp", "-a", "\(site.folder).saved", site.folder)
    }

    /// A store's objects by key, without what never got its name.
    private func objects(_ store: String) throws -> [String: [UInt8]] {
        try contents(of: store).compactMapValues { $0 }
            .filter { !$0.key.hasPrefix("unfinished/") }
    }

    // MARK: - The program

    /// Runs the program, which must come to the moment, and kills it there.
    private func kill(_ site: TestSite, _ words: [String], _ moment: Moment) throws {
        let command = site.command(words).started(
            by: "strace",
            "-f",
            "-qq",
            "-o",
            "/dev/null",
            "-P",
            moment.path,
            "-e",
            "trace=\(moment.call)",
            "-e",
            "inject=\(moment.call):signal=SIGKILL:when=\(moment.count)"
        )
        let output = try command.run(timeout: .seconds(120))
        // strace ends as the program did.
        #expect(output.status == .signalled(SIGKILL), "not \(moment): \(output.errorTail)")
    }

    private func expectSuccess(_ site: TestSite, _ words: [String], _ moment: Moment) throws {
        let outcome = try site.run(words)
        #expect(outcome.code == 0, "\(moment): \(words): \(outcome.out)\(outcome.err)")
    }
}
