import Compression
import Format
import Jobs
import Model
import Repository
import S3Store

extension Parser {
    /// JSON of ours, and what is signed.
    static let documents = [
        Parser("json", writing: { try JSONValue(canonical: $0, of: "input").canonical }),
        Parser("descriptor", writing: { try Descriptor(decoding: $0).encoded }),
        Parser("medium", writing: { try MediumDocument(decoding: $0).encoded }),
        Parser("envelope", writing: { try Envelope(decoding: $0).encoded }),
        Parser("manifest", writing: { try Manifest(decoding: $0).encoded }),
        Parser("root", writing: { try SnapshotRoot(decoding: $0).encoded }),
        Parser(
            "statement",
            writing: { bytes in
                let statement = try Statement(decoding: bytes)
                // Predicates have no writer of their own.
                _ = (statement.sequence, statement.previous, statement.sets)
                _ = try? Rewrap(statement)
                for kind in RecordKind.allCases {
                    _ = try? RecordFacts(kind, decoding: bytes, id: "", key: "")
                }
                return statement.json.canonical
            }
        ),
        Parser("s3-document", judging: { (S3Document.root(of: $0) != nil).outcome }),
        Parser("canary", judging: { (CanaryDocument.moment(of: $0) != nil).outcome }),
    ]

    /// Binary pages and tables, and their parts.
    static let tables = [
        Parser("list-page", writing: { try ListPage(decoding: $0).encoded }),
        Parser("chunk-table", writing: { try ChunkTable(decoding: $0[...]).encoded }),
        Parser("file-list", writing: fileList),
        Parser(
            "bundle",
            writing: { bytes in
                let ranges = try BundleLayout.ranges(bytes)
                let files = ranges.flatMap { Array(bytes[$0]) }
                return BundleLayout.encode(lengths: ranges.map(\.count), bytes: files)
            }
        ),
        Parser("key-payload", writing: { try KeyPayload(decoding: $0).encoded }),
        Parser(
            "sealed-header",
            writing: { bytes in
                let kinds: [SealedHeader.Kind] = [.pack, .index]
                let header = kinds.lazy.compactMap {
                    try? SealedHeader(decoding: bytes[...], as: $0)
                }
                return header.first.map { $0.encoded + bytes.dropFirst(SealedHeader.byteCount) }
            }
        ),
        // The size that a frame must have is another's word too.
        Parser(
            "zstandard",
            judging: { bytes in
                var reader = ByteReader(bytes, of: "an input")
                let size: UInt16 = try reader.fixed()
                let frame = try reader.array(reader.remaining)
                var plaintext = [UInt8](repeating: 0, count: Int(size))
                unsafe try frame.withUnsafeBytes { frame in
                    unsafe try plaintext.withUnsafeMutableBytes { plaintext in
                        unsafe try Zstandard().decompress(frame, to: plaintext)
                    }
                }
                return .taken
            }
        ),
    ]

    /// Records up to the first that is refused, which may have taken bytes: what follows is as it
    /// was.
    private static func fileList(_ bytes: [UInt8]) throws -> [UInt8] {
        var reader = ByteReader(bytes, of: "input")
        var again: [UInt8] = []
        while reader.remaining > 0 {
            let record: FileRecord
            do throws(FormatError) {
                record = try FileRecord(reading: &reader)
            } catch {
                guard !again.isEmpty else {
                    throw error
                }
                break
            }
            // What `toride ls` shows of it.
            _ = record.modified.rfc3339
            record.append(to: &again)
        }
        return again + bytes.dropFirst(again.count)
    }

    /// age's files, and what is spelled as there.
    static let ageFiles = [
        Parser(
            "age-header",
            writing: { bytes in
                let header = try AgeHeader(startOf: bytes)
                for stanza in header.stanzas {
                    _ = try? AgeX25519Stanza(stanza)
                    _ = try? AgeScryptStanza(stanza)
                }
                return header.encoded + bytes.dropFirst(header.encoded.count)
            }
        ),
        // Armor has several spellings; what is inside has one.
        Parser(
            "age-armor",
            judging: { bytes in
                let file = try AgeArmor.decode(bytes)
                let again = try? AgeArmor.decode(AgeArmor.encode(file))
                return again == file ? .taken : .broken("what is armored again is another file")
            }
        ),
        Parser(
            "recipient",
            writing: { bytes in
                guard let text = String(validating: bytes, as: UTF8.self) else {
                    return nil
                }
                return Array(try AgeRecipient(text).description.utf8)
            }
        ),
        Parser(
            "base64",
            writing: { bytes in
                guard let text = String(validating: bytes, as: UTF8.self) else {
                    return nil
                }
                return Base64.decode(text).map { Array(Base64.encode($0).utf8) }
            }
        ),
    ]
}
