import Format
import Model
import TestSupport
import Testing

/// The last value that is taken and the first that is refused, rule by rule.
@Suite struct BoundaryTests {
    private static func digest(_ number: Int) -> Digest {
        var bytes = [UInt8](repeating: 0, count: 24)
        // Big-endian, so that digests rise with their numbers.
        bytes += (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * $0)) }
        guard let digest = Digest(bytes) else {
            preconditionFailure("32 bytes make a digest")
        }
        return digest
    }

    // MARK: - Bundles

    @Test(arguments: [(0, false), (1, true), (2, true)])
    func `no file of a bundle is empty`(bytes: Int, isTaken: Bool) {
        for place in 0..<3 {
            var lengths = [2, 2, 2]
            lengths[place] = bytes
            let content = [UInt8](repeating: 1, count: lengths.reduce(0, +))
            let bundle = BundleLayout.encode(lengths: lengths, bytes: content)
            #expect(((try? BundleLayout.ranges(bundle)) != nil) == isTaken)
        }
    }

    // MARK: - Chunk tables

    /// A table of packs that hold so many chunks each.
    private func table(
        keys: Int = 1,
        packs: [Int] = [1],
        offset: UInt64 = 40,
        size: UInt64 = 200,
        repeats: Bool = false
    ) -> ChunkTable {
        let ids = (0..<keys).map { KeyID(Self.digest($0)) }
        let objects = ids.map { ($0, ObjectRef(kind: .key, name: ObjectName(.zero), size: 300)) }
        let entry = ChunkEntry(
            chunk: ChunkID(.zero),
            kind: .content,
            origin: ChunkOrigin(run: ids[0], salt: .zero),
            counter: 0,
            offset: offset,
            sealedBytes: 100
        )
        return ChunkTable(
            keys: Dictionary(uniqueKeysWithValues: objects),
            packs: packs.enumerated().map { number, count in
                PackContents(
                    name: ObjectName(Self.digest(repeats ? 0 : number)),
                    size: size,
                    entries: Array(repeating: entry, count: count)
                )
            }
        )
    }

    private func isTaken(_ table: ChunkTable) throws -> Bool {
        do throws(FormatError) {
            let read = try ChunkTable(decoding: table.encoded[...])
            #expect(read == table)
            return true
        } catch {
            return false
        }
    }

    @Test(
        arguments: [
            (0, 200, false), (39, 200, false), (40, 200, true), (41, 200, true), (40, 139, false),
            (40, 140, true), (99, 200, true), (100, 200, true), (101, 200, false),
            (.max, 200, false), (40, UInt64(2 * Limits.packBytesMax), true),
            (40, UInt64(2 * Limits.packBytesMax) + 1, false),
        ] as [(UInt64, UInt64, Bool)]
    )
    func `an entry lies in its pack, after the header`(
        offset: UInt64,
        size: UInt64,
        expected: Bool
    ) throws {
        #expect(try isTaken(table(offset: offset, size: size)) == expected)
    }

    @Test func `a table has at most one key more than a snapshot`() throws {
        #expect(try isTaken(table(keys: Limits.keysMax)))
        #expect(try isTaken(table(keys: Limits.keysMax + 1)))
        #expect(try !isTaken(table(keys: Limits.keysMax + 2)))
    }

    @Test func `a pack stands once in a table`() throws {
        #expect(try isTaken(table(packs: [1, 1])))
        #expect(try !isTaken(table(packs: [1, 1], repeats: true)))
    }

    @Test func `a pack has at least one chunk and at most as many as the limit`() throws {
        let most = Limits.packEntriesMax
        for (packs, expected) in [
            ([1], true), ([2], true), ([0], false), ([1, 0], false), ([], false),
            ([most - 1], true), ([most], true), ([most + 1], false),
        ] {
            // Without any entry the one origin would have no chunk; so no table is told by that.
            if packs != [0], packs != [] {
                #expect(try isTaken(table(packs: packs)) == expected, "\(packs)")
            }
        }
        // A pack without chunks, in a table that is else right.
        var bytes = ChunkTable(keys: [:], packs: []).encoded
        #expect(try ChunkTable(decoding: bytes[...]).packs == [])
        bytes[8] = 1
        bytes += [UInt8](repeating: 0, count: 32 + 8 + 4)
        #expect(throws: FormatError.self) { try ChunkTable(decoding: bytes[...]) }
    }

    @Test func `all packs of a table together have at most so many chunks`() throws {
        let (most, each) = (Limits.indexEntriesMax, Limits.packEntriesMax)
        #expect(most == 3 * each)
        #expect(try isTaken(table(packs: [each, each, each - 1])))
        #expect(try isTaken(table(packs: [each, each, each])))
        #expect(try isTaken(table(packs: [each, each, each - 1, 1])))
        #expect(try !isTaken(table(packs: [each, each, each, 1])))
        #expect(try !isTaken(table(packs: [each, each, each - 1, 2])))
    }

    // MARK: - List pages

    @Test func `a name stands once on a page, of whatever kind`() throws {
        func page(_ second: ObjectRef) -> ListPage {
            let first = ObjectRef(kind: .pack, name: ObjectName(.zero), size: 5)
            return ListPage(
                number: 0,
                entries: [
                    ListPage.Entry(slot: 0, object: first), ListPage.Entry(slot: 1, object: second),
                ]
            )
        }
        let other = page(ObjectRef(kind: .pack, name: ObjectName(Self.digest(1)), size: 5))
        #expect(try ListPage(decoding: other.encoded) == other)
        for kind in ObjectKind.allCases {
            let twice = page(ObjectRef(kind: kind, name: ObjectName(.zero), size: 5))
            #expect(throws: FormatError.self) { try ListPage(decoding: twice.encoded) }
        }
    }

    // MARK: - Manifests

    @Test func `a manifest has a page`() throws {
        var manifest = Sample.manifestValue(sequence: 2)
        manifest.pages = [ObjectName(.zero)]
        #expect(try Manifest(decoding: manifest.encoded) == manifest)
        manifest.pages = []
        #expect(throws: FormatError.self) { try Manifest(decoding: manifest.encoded) }
    }

    /// Ways to spell something that is no recipient.
    private static let wrongRecipients: [String] = {
        let right = Sample.recipient(1)
        let last: Character = right.last == "q" ? "p" : "q"
        return [
            "", "age1", "age1one", right.uppercased(), "A" + right.dropFirst(), right + "q",
            String(right.dropLast()), right.dropLast() + "b", right.dropLast() + String(last),
            right + "\n", " " + right, "age1pq1" + right.dropFirst(4),
            "bge1" + right.dropFirst(4), "é" + right.dropFirst(),
            // The last bits are not zero, and the checksum is right for that.
            "age1\(String(repeating: "q", count: 51))pfwgqrs",
        ]
    }()

    @Test(arguments: wrongRecipients)
    func `a recipient is age's text and nothing else`(text: String) throws {
        let right = Sample.recipient(1)
        var manifest = Sample.manifestValue(sequence: 2)
        manifest.recipients = [right]
        #expect(try Manifest(decoding: manifest.encoded) == manifest)
        for wrong in [[text], [text, right].sorted()] {
            manifest.recipients = wrong
            #expect(throws: FormatError.self) { try Manifest(decoding: manifest.encoded) }
            #expect(throws: FormatError.self) { try rewrap(to: wrong) }
        }
    }

    @Test func `recipients are some, and rise`() throws {
        let right = Sample.recipients
        #expect(try rewrap(to: right).recipients == right)
        for wrong in [[], Array(right.reversed()), [right[0], right[0]]] {
            var manifest = Sample.manifestValue(sequence: 2)
            manifest.recipients = wrong
            #expect(throws: FormatError.self) { try Manifest(decoding: manifest.encoded) }
            #expect(throws: FormatError.self) { try rewrap(to: wrong) }
        }
    }

    private func rewrap(to recipients: [String]) throws(FormatError) -> Rewrap {
        let rewrap = Rewrap(set: Sample.set, recipients: recipients, objects: [:])
        return try Rewrap(
            Statement(
                [],
                predicateType: RecordKind.rewrap.predicateType,
                predicate: .object(rewrap.members)
            )
        )
    }

    // MARK: - Roots

    @Test(
        arguments: [
            ([], 0, true), ([], 1, false), ([5], 4, false), ([5], 5, true), ([5], 6, false),
            ([2, 3], 5, true), ([2, 3], 4, false), ([2, 3], 6, false), ([5, 0], 5, false),
            ([0, 5], 5, false), ([0], 0, false), ([1], 1, true),
            ([UInt64(Int64.max), UInt64(Int64.max), 2], 0, false),
        ] as [([UInt64], UInt64, Bool)]
    )
    func `the records of a list's pieces add up, and no piece has none`(
        records: [UInt64],
        files: UInt64,
        isTaken: Bool
    ) {
        var root = Sample.rootValue
        root.files = files
        root.list = records.map {
            SnapshotRoot.ListChunk(chunk: ChunkID(.zero), first: [1], records: $0)
        }
        #expect(((try? SnapshotRoot(decoding: root.encoded)) == root) == isTaken)
    }

    // MARK: - File records

    /// Whether a reader takes the record; a writer asks ``FileRecord/checkMetadata()``.
    private func isTaken(_ record: FileRecord) -> Bool {
        var bytes: [UInt8] = []
        record.append(to: &bytes)
        var reader = ByteReader(bytes, of: "a file list")
        let isRead = (try? FileRecord(reading: &reader)) == record
        let isWritten = (try? record.checkMetadata()) != nil
        #expect(isRead == isWritten, "reader and writer do not agree")
        return isRead
    }

    @Test(arguments: [(.max - 2, true), (.max - 1, true), (.max, false)] as [(UInt32, Bool)])
    func `an owner that says to leave the owner is refused`(owner: UInt32, expected: Bool) {
        var record = Sample.recordValues[0]
        record.uid = owner
        #expect(isTaken(record) == expected)
        record = Sample.recordValues[0]
        record.gid = owner
        #expect(isTaken(record) == expected)
    }

    @Test(
        arguments: [
            ([], false), ([1], true), ([0], false), ([1, 0], false), ([0, 1], false),
            ([UInt8](repeating: 1, count: 255), true), ([UInt8](repeating: 1, count: 256), false),
        ] as [([UInt8], Bool)]
    )
    func `an attribute has a name without zero byte`(name: [UInt8], expected: Bool) {
        var record = Sample.recordValues[0]
        record.attributes = [FileRecord.Attribute(name: name, value: [])]
        #expect(isTaken(record) == expected)
    }

    @Test(arguments: [(65_535, true), (65_536, true), (65_537, false)])
    func `attributes have bounds`(count: Int, expected: Bool) {
        var record = Sample.recordValues[0]
        record.attributes = [
            FileRecord.Attribute(name: [1], value: [UInt8](repeating: 0, count: count))
        ]
        #expect(isTaken(record) == expected)
        record.attributes = (0..<count).map { number in
            let name = [UInt8(1 + number / 40_000), UInt8(1 + number / 200 % 200)]
            return FileRecord.Attribute(name: name + [UInt8(1 + number % 200)], value: [])
        }
        #expect(isTaken(record) == expected)
    }

    @Test func `attributes rise by name`() {
        var record = Sample.recordValues[0]
        #expect(isTaken(record))
        record.attributes.reverse()
        #expect(!isTaken(record))
        record.attributes[1] = record.attributes[0]
        #expect(!isTaken(record))
    }

    @Test(
        arguments: [
            ([], false), ([1], true), ([0], false), ([1, 0], false), ([0, 1], false),
            ([UInt8](repeating: 1, count: 65_536), true),
            ([UInt8](repeating: 1, count: 65_537), false),
        ] as [([UInt8], Bool)]
    )
    func `a link has a target without zero byte`(target: [UInt8], expected: Bool) {
        var record = Sample.recordValues[0]
        record.kind = .symlink(target: target)
        #expect(isTaken(record) == expected)
    }
}
