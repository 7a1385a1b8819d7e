import Backup
import Custody
import DeepVerification
import FileSystem
import Format
import Glibc
import HostState
import Model
import ObjectStore
import Opening
import Primitives
import Recovery
import Repository
import Sealing
import TestSupport
import Testing
import Verification
import Workers

/// What `verify --deep` proves of sound repositories, and says of each fault that only an identity
/// shows. SplicingTests has the attackers.
@Suite struct DeepVerificationTests {
    private func withHospital(_ body: (borrowing TestHospital) throws -> Void) throws {
        try withTemporaryFolder(inMemory: true) { folder in
            let hospital = try TestHospital(in: folder)
            var random = SeededGenerator(seed: 95)
            try hospital.write("large", random.bytes(5 << 20))
            try hospital.write("one", random.uncut(300_000))
            for number in 0..<40 {
                try hospital.write("d/small-\(number)", random.bytes(100 + number))
            }
            _ = try hospital.backUp()
            try body(hospital)
        }
    }

    private func failures(_ report: VerificationReport) -> [Finding] {
        report.findings.filter { $0.severity != .notice }
    }

    // MARK: - Sound repositories

    /// Changes, renames, links, holes, attributes, two sets and two epochs.
    @Test(arguments: [1, 7, 65_536])
    func `a sound history is proven, however little is held at a time`(piecesMax: Int) throws {
        try withHospital { hospital in
            var random = SeededGenerator(seed: 96)
            let source = hospital.source
            let path = { (name: String) in "\(source)/\(name)" }
            #expect(unsafe rename(path("d/small-3"), path("d/renamed")) == 0)
            #expect(unsafe link(path("one"), path("zz-link")) == 0)
            #expect(unsafe link(path("d/small-4"), path("e-link")) == 0)
            #expect(unsafe symlink("nowhere", path("symlink")) == 0)
            try hospital.write("d/small-5", random.bytes(50))
            try hospital.write("holes", random.bytes(4_096))
            #expect(unsafe truncate(path("holes"), 3 << 20) == 0)
            try hospital.write("empty", [])
            _ = try hospital.backUp()
            _ = try hospital.backUp("other")
            #expect(unsafe unlink(path("large")) == 0)
            _ = try hospital.backUp()
            try hospital.state.beginEpoch(of: "files")
            _ = try hospital.backUp()
            try hospital.write("d/small-6", random.bytes(60))
            _ = try hospital.backUp()
            let report = try hospital.verifyDeep(piecesMax: piecesMax)
            #expect(failures(report) == [])
            #expect(report.verdict == .proven)
            #expect(report.deep?.snapshots == 6)
            #expect(report.deep?.falseEpochs == [:])
            let chunks = try ["files", "other"].reduce(0) { $0 + (try entries(hospital, $1)) }
            #expect(report.deep?.chunks == UInt64(chunks))
        }
    }

    /// How many chunks lie in the packs of all snapshots of a set, by its indexes.
    private func entries(_ hospital: borrowing TestHospital, _ set: String) throws -> Int {
        var counts: [ObjectName: Int] = [:]
        for stored in try hospital.manifests(set) {
            let manifest = stored.manifest
            for object in try hospital.needed(manifest) where object.kind == .index {
                let ring = try hospital.secret(of: manifest)
                let bytes = try hospital.bytes(of: object.storeKey)
                let table = try IndexCodec.open(
                    bytes,
                    scope: hospital.scope(manifest),
                    secret: ring
                )
                for pack in table.packs {
                    counts[pack.name] = pack.entries.count
                }
            }
        }
        return counts.values.reduce(0, +)
    }

    // MARK: - One fault for each finding

    @Test func `an index that leaves out a chunk differs from its pack's table`() throws {
        try withHospital { hospital in
            let old = try hospital.newest().manifest.root
            try hospital.write("new", [1])
            _ = try hospital.backUp()
            // Nothing needs the root of the snapshot before: every file comes back.
            let table = try hospital.table().mapped { $0.chunk == old ? [] : [$0] }
            try hospital.signNext(indexing: table)
            #expect(try hospital.restore() == [])
            let report = try hospital.verifyDeep()
            let found = failures(report)
            #expect(found.map(\.code) == [.packTableDiffers], "\(found)")
            #expect(found.first?.breaks.map(\.sequence) == [3])
        }
    }

    @Test func `a snapshot that was sealed to others is a doubt, and the rest is judged`() throws {
        try withHospital { hospital in
            let identity = try AgeIdentity.generate()
            let other = try AgeIdentities(identity)
            let both = hospital.identities.recipients + other.recipients
            _ = try hospital.backUp(changing: { $0.recipients = both })
            let report = try hospital.verifyDeep(with: other)
            let found = failures(report)
            #expect(found.map(\.code) == [.snapshotUnopened])
            #expect(found.map(\.subject) == [.snapshot(try hospital.manifests()[0].manifest.ref)])
            #expect(report.verdict == .notProven)
            #expect(report.deep?.snapshots == 1 && report.deep?.falseEpochs == [:])
            #expect(try hospital.verifyDeep().verdict == .proven)
        }
    }

    @Test func `a damaged byte is damage: its files are named, and no epoch is doubted`() throws {
        try withHospital { hospital in
            let one = try #require(try hospital.chunks(of: "one").first)
            let (pack, _) = try damage(one, hospital)
            let key = StoreKey.pack(pack)
            let report = try hospital.verifyDeep()
            let path = Subject.path(Array("\(hospital.source)/one".utf8.dropFirst()))
            let damaged = report.findings.filter { $0.code == .chunkDamaged }
            #expect(Set(damaged.map(\.subject)) == [.object(key), path])
            #expect(damaged.count == 2 && damaged.allSatisfy { $0.breaks.count == 1 })
            #expect(report.deep?.falseEpochs == [:])
            let set = try hospital.newest().manifest.set
            #expect(report.damagedObjects(of: set) == [pack])
        }
    }

    /// Changes a bit of a sealed chunk.
    ///
    /// - Returns: the pack that it lies in, and the bytes that it had.
    private func damage(
        _ chunk: ChunkID,
        _ hospital: borrowing TestHospital
    ) throws -> (pack: ObjectName, whole: [UInt8]) {
        let pack = try #require(try hospital.table().pack(of: chunk))
        let entry = try #require(pack.entries.first { $0.chunk == chunk })
        let whole = try hospital.bytes(of: StoreKey.pack(pack.name))
        var bytes = whole
        bytes[entry.range.lowerBound + 9] ^= 4
        try hospital.replace(StoreKey.pack(pack.name), with: bytes)
        return (pack.name, whole)
    }

    @Test func `a lost pack is no lie`() throws {
        try withHospital { hospital in
            let one = try #require(try hospital.chunks(of: "one").first)
            let pack = try #require(try hospital.table().pack(of: one))
            try hospital.replace(StoreKey.pack(pack.name), with: nil)
            let report = try hospital.verifyDeep()
            #expect(report.findings.contains { $0.code == .chunkMissing })
            #expect(report.deep?.falseEpochs == [:])
        }
    }

    @Test func `a damaged index or page leaves snapshots unopened and nothing doubted`() throws {
        for kind in ["index/", "lists/"] {
            try withHospital { hospital in
                let key = try #require(try hospital.keys(prefix: kind).first)
                try hospital.replace(key, with: try hospital.bytes(of: key) + [0])
                let report = try hospital.verifyDeep()
                let codes = Set(failures(report).map(\.code))
                #expect(codes == [.objectDamaged, .snapshotUnopened], "\(kind): \(codes)")
                #expect(report.deep?.falseEpochs == [:])
            }
        }
    }

    // MARK: - Lies about files

    @Test(arguments: [1, 65_536])
    func `a lie that is repeated breaks every snapshot that repeats it, in one finding`(
        piecesMax: Int
    ) throws {
        try withHospital { hospital in
            let digest = SHA256.hash([1])
            try hospital.lieNext(about: "d/small-7") { $0.digest = digest }
            try hospital.signNext(needing: try hospital.needed(try hospital.newest().manifest))
            try hospital.lieNext(about: "d/small-8") { $0.digest = digest }
            let report = try hospital.verifyDeep(piecesMax: piecesMax)
            let found = failures(report)
            #expect(found.map(\.code) == [.fileDigestDiffers, .fileDigestDiffers], "\(found)")
            #expect(found.map { $0.breaks.map(\.sequence) } == [[2, 3, 4], [4]])
            let paths = ["d/small-7", "d/small-8"].map {
                Subject.path(Array("\(hospital.source)/\($0)".utf8.dropFirst()))
            }
            #expect(found.map(\.subject) == paths)
        }
    }

    @Test func `a piece that is not one file of its bundle is no lawful piece`() throws {
        try withHospital { hospital in
            try hospital.lieNext(about: "d/small-7") { $0.pieces[0].offset += 1 }
            let found = failures(try hospital.verifyDeep())
            #expect(found.map(\.code) == [.fileListInvalid], "\(found)")
        }
    }

    @Test func `a root that counts other bytes than its files have makes a list invalid`() throws {
        try withHospital { hospital in
            try hospital.lieNext { _ in
            } root: {
                $0.contentBytes -= 1
            }
            let found = failures(try hospital.verifyDeep())
            #expect(found.contains { $0.code == .fileListInvalid }, "\(found)")
            // The list is as before, and so is its chunk; the liar's index has it elsewhere.
            #expect(Set(found.map(\.code)).isSubset(of: [.fileListInvalid, .packTableDiffers]))
            #expect(found.allSatisfy { $0.breaks.map(\.sequence) == [2] })
        }
    }

    @Test func `a bundle that no file asks for must be what its id says, too`() throws {
        try withHospital { hospital in
            let id = ChunkID(SHA256.hash([1]))
            let bundle = BundleLayout.encode(lengths: [3], bytes: [1, 2, 3])
            try hospital.lieNext([(.bundle, id, bundle)])
            let found = failures(try hospital.verifyDeep())
            #expect(found.map(\.code) == [.chunkDamaged], "\(found)")
            #expect(found.first?.breaks.map(\.sequence) == [2])
        }
    }

    @Test func `a lost folder makes a list invalid`() throws {
        try withHospital { hospital in
            try hospital.lieNext { record in
                if record.kind == .directory, record.path.last == UInt8(ascii: "d") {
                    record.kind = .fifo
                }
            }
            let found = failures(try hospital.verifyDeep())
            #expect(found.map(\.code) == [.fileListInvalid], "\(found)")
            #expect(found.allSatisfy { $0.breaks.map(\.sequence) == [2] })
        }
    }

    /// An empty file that becomes a link changes no total.
    @Test(arguments: ["to a name that is not there", "to a folder", "to itself", "to a later one"])
    func `a hard link to what is no file before it makes a list invalid`(lie: String) throws {
        try withHospital { hospital in
            try hospital.write("d/empty", [])
            _ = try hospital.backUp()
            let folder = Array("\(hospital.source)/d".utf8.dropFirst())
            let path = folder + Array("/empty".utf8)
            let first =
                switch lie {
                case "to a folder": folder
                case "to itself": path
                case "to a later one": folder + Array("/small-1".utf8)
                default: folder + Array("/aaa".utf8)
                }
            try hospital.lieNext { record in
                if record.path == path {
                    record.kind = .hardLink(to: first)
                }
            }
            // The next snapshot has the same list: one finding for the link.
            try hospital.signNext(needing: try hospital.needed(try hospital.newest().manifest))
            let found = failures(try hospital.verifyDeep())
            #expect(found.map(\.code) == [.fileListInvalid], "\(found)")
            #expect(found.first?.subject == .path(path))
            #expect(found.first?.breaks.map(\.sequence) == [3, 4])
        }
    }

    @Test func `a stop ends it between two chunks`() throws {
        try withHospital { hospital in
            var report = try hospital.verify()
            let stop = StopFlag()
            stop.set()
            #expect(throws: Stopped.self) {
                try DeepVerifier(store: hospital.store, stop: stop)
                    .complete(&report, with: hospital.identities)
            }
        }
    }

    // MARK: - The next backup

    @Test func `the backup after an epoch began says so, and no other does`() throws {
        try withHospital { hospital in
            #expect(!(try hospital.backUp()).findings.contains { $0.code == .epochBegun })
            try hospital.state.beginEpoch(of: "files")
            let first = try hospital.backUp()
            #expect(first.findings.map(\.code) == [.epochBegun])
            #expect(first.findings.first?.evidence == ["epoch": "2"])
            #expect(!(try hospital.backUp()).findings.contains { $0.code == .epochBegun })
        }
    }

    @Test func `a drill that shows a lie has the next backup begin an epoch, damage does not`()
        throws
    {
        try withHospital { hospital in
            let state = hospital.state
            let one = try #require(try hospital.chunks(of: "one").first)
            let (pack, whole) = try damage(one, hospital)
            try drill(hospital)
            #expect(try state.distrusted(of: "files") == nil)
            try hospital.replace(StoreKey.pack(pack), with: whole)
            try drill(hospital)
            #expect(try state.distrusted(of: "files") == nil)
            try hospital.lieNext([(.content, one, [UInt8](repeating: 7, count: 300_000))])
            try drill(hospital)
            #expect(try state.distrusted(of: "files") == 1)
        }
    }

    /// Restores the newest snapshot and lets its findings be answered, as a drill does.
    private func drill(_ hospital: borrowing TestHospital) throws {
        removeTree("\(hospital.folder)/restored")
        let snapshot = try hospital.open()
        let restorer = TreeRestorer(
            snapshot,
            TreeRestorer.Request(target: "\(hospital.folder)/restored", isPrivileged: true)
        )
        try restorer.run()
        let repository = try Repository(opening: hospital.store)
        try DrillDistrust(hospital.state).answer(
            restorer.findings,
            about: [.init(set: "files", snapshot: snapshot, in: repository)]
        )
    }

    @Test func `an epoch that is not believed is left once, and only if it is in force`() throws {
        try withHospital { hospital in
            let state = hospital.state
            #expect(try state.distrusted(of: "files") == nil)
            try state.answerDistrust(of: "files")
            #expect(try state.epoch(of: "files") == 1)
            #expect(try state.distrust("files", epoch: 1))
            #expect(try state.distrusted(of: "files") == 1)
            try state.answerDistrust(of: "files")
            #expect(try state.epoch(of: "files") == 2)
            #expect(try state.distrusted(of: "files") == nil)
            #expect(try !state.distrust("files", epoch: 1))
            try state.answerDistrust(of: "files")
            #expect(try state.epoch(of: "files") == 2)
            // Killed after the epoch had begun, before that was written down.
            try state.distrust("files", epoch: 2)
            try state.beginEpoch(of: "files")
            try state.answerDistrust(of: "files")
            #expect(try state.epoch(of: "files") == 3)
        }
    }
}
