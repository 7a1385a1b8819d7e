import Backup
import FileSystem
import Format
import HostState
import Model
import Primitives
import Recovery
import Repository
import Sealing
import TestSupport
import Testing
import Workers

/// What a thief of the store learns from sizes and clear bytes: padded totals and how many objects,
/// and nothing of how many files there are or what is in them.
@Suite struct LengthsTests {
    /// Files that are only said to be there, so that nothing of the disk is in their records.
    private struct Said: BackupSource {
        let kind = "files"
        let files: [[UInt8]]

        func read(
            into writer: SnapshotWriter,
            previous: inout PreviousList
        ) throws -> Timestamp? {
            for (number, bytes) in files.enumerated() {
                let digits = String(10_000 + number)
                let record = FileRecord(
                    path: Array("file-\(digits)".utf8),
                    kind: .regular(
                        FileRecord.Content(size: 0, digest: .zero, extents: nil, pieces: [])
                    ),
                    mode: 0o644,
                    uid: 0,
                    gid: 0,
                    modified: Timestamp(seconds: 1_800_000_000),
                    identity: FileRecord.Identity(
                        device: 0,
                        inode: 0,
                        changed: Timestamp(seconds: 1_800_000_000)
                    ),
                    attributes: []
                )
                if bytes.count < SnapshotWriter.smallBytesMax {
                    try writer.add(small: record, bytes: bytes[...])
                } else {
                    var rest = bytes[...]
                    _ = unsafe try writer.add(stream: record) { buffer in
                        let block = rest.prefix(buffer.count)
                        unsafe buffer.copyBytes(from: block)
                        rest = rest.dropFirst(block.count)
                        return block.count
                    }
                }
            }
            return nil
        }
    }

    /// All that a thief sees of a repository, and what only its owner knows of its packs.
    private struct Sight {
        var packs: [[UInt8]] = []
        var indexes: [[UInt8]] = []
        var keys: [Int] = []
        /// Of each pack its size, by what lies in it: which worker takes what is chance.
        var sizes: [[FrameKind]: Int] = [:]
        /// How many pieces of large files there are.
        var pieces = 0
        /// Of each kind of object how many there are.
        var counts: [String: Int] = [:]

        init(_ hospital: borrowing TestHospital) throws {
            for key in try hospital.keys() {
                let bytes = try hospital.bytes(of: key)
                let kind = String(key.prefix { $0 != "/" })
                counts[kind, default: 0] += 1
                switch kind {
                case "packs": packs.append(bytes)
                case "index": indexes.append(bytes)
                case "keys": keys.append(bytes.count)
                default: break
                }
            }
            for pack in try hospital.table().packs {
                sizes[pack.entries.map(\.kind)] = Int(pack.size)
                pieces += pack.entries.count { $0.kind == .content }
            }
        }
    }

    /// Backs up files in a hospital whose set secret is always the same, so that chunk ids and with
    /// them the compression of the file list are.
    private func see(_ files: [[UInt8]]) throws -> Sight {
        try withTemporaryFolder(inMemory: true) { folder in
            let hospital = try TestHospital(in: folder)
            let set = hospital.state.folder(of: "files")
            try FolderTree.make(set, mode: 0o700)
            try SmallFile.write([UInt8](repeating: 7, count: 32), to: "\(set)/secret-1")
            _ = try hospital.backUp(from: Said(files: files))
            return try Sight(hospital)
        }
    }

    private func checkShape(_ sight: Sight) {
        for object in sight.packs + sight.indexes {
            #expect(object.count == Padme.paddedSize(object.count))
        }
        #expect(Set(sight.keys) == [328])
        for pack in sight.packs {
            #expect(Array(pack[..<8]) == Array("TORIDEP".utf8) + [1])
        }
        for index in sight.indexes {
            #expect(Array(index[..<8]) == Array("TORIDEI".utf8) + [1])
        }
    }

    // MARK: - Sizes

    @Test func `one large file and thousands of small ones look the same`() throws {
        var random = SeededGenerator(seed: 81)
        let small = (0..<3_000).map { _ in random.bytes(1_000) }
        let many = try see(small)
        // The same padded total: the names and records of many files take room, too.
        let total = many.packs.reduce(0) { $0 + $1.count }
        let one = try see([random.bytes(total * 98 / 100)])
        for sight in [many, one] {
            checkShape(sight)
            #expect(sight.counts["index"] == 1 && sight.counts["lists"] == 1)
            #expect(sight.keys.count == 2)
            // One for each worker at most, as it happens.
            #expect((1...Workers.suitable + 1).contains(sight.packs.count))
        }
        #expect(many.counts.keys.sorted() == one.counts.keys.sorted())
        let difference = total - one.packs.reduce(0) { $0 + $1.count }
        #expect(abs(difference) <= total / 16, "\(difference) of \(total)")
    }

    @Test func `other content of the same length changes no stored size`() throws {
        var random = SeededGenerator(seed: 82)
        let lengths = [3_000, 69_000, 12]
        let large = [try uncut(400_000, &random), try uncut(400_000, &random)]
        try expectSameSizes(
            [large[0]] + lengths.map { random.bytes($0) },
            [large[1]] + lengths.map { random.bytes($0) }
        )
    }

    /// Content that is cut nowhere: where one is and another is not, sizes tell (FORMAT.md §17).
    private func uncut(_ count: Int, _ random: inout SeededGenerator) throws -> [UInt8] {
        for _ in 0..<40 {
            let bytes = random.bytes(count)
            if try see([bytes]).pieces == 1 {
                return bytes
            }
        }
        Issue.record("everything is cut")
        return []
    }

    @Test(arguments: [1, 7, 100, 900])
    func `a small file that grows a little changes no stored size`(bytes: Int) throws {
        var random = SeededGenerator(seed: 83)
        var files = [3_000, 70_000, 120_000, 12, 4_000].map { random.bytes($0) }
        let before = files
        files[3] += random.bytes(bytes)
        try expectSameSizes(before, files)
    }

    /// Backs up both until chance has dealt the chunks to packs in the same way.
    private func expectSameSizes(_ one: [[UInt8]], _ other: [[UInt8]]) throws {
        var compared = 0
        var last = ""
        for _ in 0..<40 where compared < 3 {
            let sights = (one: try see(one), other: try see(other))
            checkShape(sights.one)
            checkShape(sights.other)
            last = "\(sights.one.sizes.keys) and \(sights.other.sizes.keys)"
            guard sights.one.sizes.keys == sights.other.sizes.keys else {
                continue
            }
            compared += 1
            for (kinds, size) in sights.one.sizes {
                let other = sights.other.sizes[kinds] ?? 0
                // File list and root are compressed, to a byte more or less with every digest in
                // them; a pack of these alone may come out a step of its size larger or smaller.
                let isContent = kinds.contains(.content) || kinds.contains(.bundle)
                #expect(abs(size - other) <= (isContent ? 0 : 32), "\(kinds)")
            }
            #expect(sights.one.indexes.map(\.count) == sights.other.indexes.map(\.count))
            #expect(sights.one.counts == sights.other.counts)
        }
        #expect(compared > 0, "chance never dealt alike: \(last)")
    }

    // MARK: - Clear bytes

    @Test func `behind the header nothing depends on what is stored`() throws {
        let zeros = [[UInt8](repeating: 0, count: 200_000)]
        var random = SeededGenerator(seed: 84)
        let noise = [random.bytes(200_000)]
        let sights = try [zeros, zeros, noise, noise].map { try see($0) }
        let objects = sights.flatMap { $0.packs + $0.indexes }
        // A salt of its own for each, whatever is in it.
        #expect(Set(objects.map { Array($0[8..<40]) }).count == objects.count)
        for (number, one) in objects.enumerated() {
            for other in objects[..<number] {
                // By chance one byte in 256 agrees.
                let pairs = zip(one.dropFirst(40), other.dropFirst(40))
                let same = pairs.count { $0 == $1 }
                let length = min(one.count, other.count) - 40
                #expect(same <= length / 256 + 12 + length / 500)
            }
            // Zeros stay no zeros: every value of a byte is about as frequent as any other.
            var counts = [Int](repeating: 0, count: 256)
            for byte in one.dropFirst(40) {
                counts[Int(byte)] += 1
            }
            let expected = Double(one.count - 40) / 256
            let squares = counts.reduce(0) {
                $0 + (Double($1) - expected) * (Double($1) - expected)
            }
            // Chi-squared with 255 degrees of freedom: mean 255, deviation 22.6; ten of them off.
            #expect(squares / expected < 481)
        }
    }
}
