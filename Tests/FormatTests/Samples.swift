import Format
import Model
import TestSupport

/// One value of each kind that is stored, and how its bytes are read: what comes back are the bytes
/// that the value read is written as.
enum Sample: CaseIterable {
    case listPage, manifest, firstManifest, envelope, chunkTable, records, root, keyPayload, json
    case descriptor, statement

    var bytes: [UInt8] {
        switch self {
        case .listPage: Sample.page.encoded
        case .manifest: Sample.manifestValue(sequence: 7).encoded
        case .firstManifest: Sample.manifestValue(sequence: 1).encoded
        case .envelope:
            Envelope(
                payloadType: Manifest.payloadType,
                payload: Array("{}".utf8),
                signatures: [
                    Envelope.Signature(
                        signer: SignerID(Sample.digest(1)),
                        bytes: [UInt8](repeating: 9, count: 64)
                    )
                ]
            ).encoded
        case .chunkTable: Sample.table.encoded
        case .records: Sample.recordValues.reduce(into: []) { $1.append(to: &$0) }
        case .root: Sample.rootValue.encoded
        case .keyPayload:
            KeyPayload(
                repository: Sample.repository,
                set: Sample.set,
                kind: .run,
                epoch: 3,
                id: KeyID(Sample.digest(2))
            ).encoded
        case .json:
            JSONValue.object([
                "a": .array([.integer(-5), .null, .bool(true), .string("患\u{1}\"\\")]),
                "b": .object([:]), "c": .array([]), "": .integer(.max),
            ]).canonical
        case .descriptor: Descriptor(repository: Sample.repository).encoded
        case .statement:
            Statement(
                [
                    Statement.Subject(
                        SnapshotRef(set: Sample.set, sequence: 2),
                        ObjectName(Sample.digest(3))
                    )
                ],
                predicateType: RecordKind.rewrap.predicateType,
                predicate: .null
            ).json.canonical
        }
    }

    func readAndWrite(_ bytes: [UInt8]) throws(FormatError) -> [UInt8] {
        switch self {
        case .listPage: return try ListPage(decoding: bytes).encoded
        case .manifest, .firstManifest: return try Manifest(decoding: bytes).encoded
        case .envelope: return try Envelope(decoding: bytes).encoded
        case .chunkTable: return try ChunkTable(decoding: bytes[...]).encoded
        case .records:
            var reader = ByteReader(bytes, of: "a file list")
            var output: [UInt8] = []
            while reader.remaining > 0 {
                try FileRecord(reading: &reader).append(to: &output)
            }
            return output
        case .root: return try SnapshotRoot(decoding: bytes).encoded
        case .keyPayload: return try KeyPayload(decoding: bytes).encoded
        case .json: return try JSONValue(canonical: bytes, of: "a sample").canonical
        case .descriptor: return try Descriptor(decoding: bytes).encoded
        case .statement: return try Statement(decoding: bytes).json.canonical
        }
    }

    // MARK: - Values

    static let repository = RepositoryID(id(7))
    static let set = SetID(id(8))

    static func id(_ seed: UInt64) -> RandomID {
        var random = SeededGenerator(seed: seed)
        guard let id = RandomID(random.bytes(16)) else {
            preconditionFailure("16 bytes make an id")
        }
        return id
    }

    static func digest(_ seed: UInt64) -> Digest {
        var random = SeededGenerator(seed: seed)
        guard let digest = Digest(random.bytes(32)) else {
            preconditionFailure("32 bytes make a digest")
        }
        return digest
    }

    static let page = ListPage(
        number: 3,
        entries: (1...5).map { number in
            ListPage.Entry(
                slot: UInt16(number * 100),
                object: ObjectRef(
                    kind: ObjectKind.allCases[number % 3],
                    name: ObjectName(digest(UInt64(number))),
                    size: UInt64(number * 1_000)
                )
            )
        }
    )

    static let recipients = [recipient(1), recipient(2)].sorted()

    static func recipient(_ seed: UInt64) -> String {
        let key = digest(seed).bytes
        let count = Bech32.encodedByteCount(prefix: "age", dataByteCount: key.count)
        var text = [UInt8](repeating: 0, count: count)
        var span = text.mutableSpan
        Bech32.encode(key.span, prefix: "age", into: &span)
        return String(decoding: text, as: UTF8.self)
    }

    static func manifestValue(sequence: UInt64) -> Manifest {
        let keys = [KeyID(digest(1)), KeyID(digest(2))].sorted()
        return Manifest(
            set: set,
            sequence: sequence,
            previous: sequence == 1 ? nil : ObjectName(digest(3)),
            repository: repository,
            descriptor: digest(4),
            run: keys[1],
            secret: KeyID(digest(5)),
            epoch: 1,
            keys: keys,
            recipients: recipients,
            root: ChunkID(digest(6)),
            pages: [ObjectName(digest(7)), ObjectName(digest(8))],
            needed: Manifest.Totals(objects: 9, bytes: 10_000),
            new: Manifest.Totals(objects: 1, bytes: 100),
            complete: true,
            started: Timestamp(seconds: 1_700_000_000),
            finished: Timestamp(seconds: 1_700_000_100),
            tool: "toride 0.1.0"
        )
    }

    static let table: ChunkTable = {
        let runs = [KeyID(digest(1)), KeyID(digest(2))]
        let origins = [
            ChunkOrigin(run: runs[1], salt: digest(3)), ChunkOrigin(run: runs[0], salt: digest(4)),
        ]
        let entries = (UInt64(0)..<6).map { (number: UInt64) -> ChunkEntry in
            let kind: FrameKind = number == 0 ? .root : .content
            let offset: UInt64 = 40 + number * 100
            return ChunkEntry(
                chunk: ChunkID(digest(20 + number)),
                kind: kind,
                origin: origins[Int(number) / 3],
                counter: number,
                offset: offset,
                sealedBytes: 100
            )
        }
        let keys = Dictionary(
            uniqueKeysWithValues: runs.map {
                ($0, ObjectRef(kind: .key, name: ObjectName($0.digest), size: 300))
            }
        )
        return ChunkTable(
            keys: keys,
            packs: [
                PackContents(
                    name: ObjectName(digest(9)),
                    size: 1_000,
                    entries: Array(entries[..<2])
                ),
                PackContents(
                    name: ObjectName(digest(10)),
                    size: 2_000,
                    entries: Array(entries[2...])
                ),
            ]
        )
    }()

    static let recordValues: [FileRecord] = {
        let piece = FileRecord.Piece(
            kind: .content,
            chunk: ChunkID(digest(1)),
            offset: 0,
            length: 1_000
        )
        let part = FileRecord.Piece(
            kind: .bundle,
            chunk: ChunkID(digest(2)),
            offset: 77,
            length: 12
        )
        let kinds: [FileRecord.Kind] = [
            .directory,
            .regular(
                FileRecord.Content(size: 1_000, digest: digest(3), extents: nil, pieces: [piece])
            ),
            .regular(FileRecord.Content(size: 12, digest: digest(4), extents: nil, pieces: [part])),
            .regular(
                FileRecord.Content(
                    size: 1 << 40,
                    digest: digest(5),
                    extents: [
                        FileRecord.Extent(offset: 4_096, length: 500),
                        FileRecord.Extent(offset: 1 << 39, length: 500),
                    ],
                    pieces: [piece]
                )
            ),
            .symlink(target: Array("../x".utf8)), .fifo, .socket,
            .characterDevice(major: 1, minor: 3), .blockDevice(major: 259, minor: 1 << 20),
            .hardLink(to: Array("a/0".utf8)),
        ]
        return kinds.enumerated().map { number, kind in
            FileRecord(
                path: Array("a/\(number)".utf8) + [0xff],
                kind: kind,
                mode: 0o4755,
                uid: 1_000,
                gid: .max - 1,
                modified: Timestamp(seconds: -5),
                identity: FileRecord.Identity(
                    device: 1,
                    inode: .max,
                    changed: Timestamp(seconds: 1_700_000_000)
                ),
                attributes: [
                    FileRecord.Attribute(name: Array("user.a".utf8), value: [1, 2]),
                    FileRecord.Attribute(name: Array("user.b".utf8), value: []),
                ]
            )
        }
    }()

    static let rootValue = SnapshotRoot(
        setName: "ehr-db",
        sourceKind: "files",
        host: "host",
        cut: Timestamp(seconds: 1_700_000_000),
        list: [
            SnapshotRoot.ListChunk(chunk: ChunkID(digest(1)), first: [0xff, 1], records: 5)
        ],
        files: 5,
        contentBytes: 1_000,
        attachments: [
            SnapshotRoot.Attachment(name: "witness", chunks: [ChunkID(digest(2))])
        ],
        notes: [SnapshotRoot.Note(code: "file-gone", path: [0x2f])]
    )
}
