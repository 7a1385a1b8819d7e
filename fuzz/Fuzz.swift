import Compression
import Format
import Glibc
import Model

/// Feeds one parser with hostile bytes, by libFuzzer. `FUZZ_PARSER` names the parser.
///
/// A parser may refuse; what it takes it must give back in the same bytes. Anything else, a crash,
/// a hang or too much memory, ends the run.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    if let again = chosen.echo(bytes), again != bytes {
        fatalError("\(chosen.name) takes what it would not write")
    }
    return 0
}

/// A parser, and the writer of what it reads.
struct Parser: Sendable {
    let name: String
    /// What the parser took of the bytes, written again; nil if it refused them. Where it reads a
    /// part, that part, followed by the rest as it was.
    let echo: @Sendable ([UInt8]) -> [UInt8]?
}

let parsers = [
    Parser(name: "json") { (try? JSONValue(canonical: $0, of: "input"))?.canonical },
    Parser(name: "descriptor") { (try? Descriptor(decoding: $0))?.encoded },
    Parser(name: "envelope") { (try? Envelope(decoding: $0))?.encoded },
    Parser(name: "manifest") { (try? Manifest(decoding: $0))?.encoded },
    Parser(name: "root") { (try? SnapshotRoot(decoding: $0))?.encoded },
    Parser(name: "statement") { bytes in
        guard let statement = try? Statement(decoding: bytes) else {
            return nil
        }
        _ = try? Rewrap(statement)
        return statement.json.canonical
    },
    Parser(name: "list-page") { (try? ListPage(decoding: $0))?.encoded },
    Parser(name: "chunk-table") { (try? ChunkTable(decoding: $0[...]))?.encoded },
    Parser(name: "file-list") { bytes in
        var reader = ByteReader(bytes, of: "input")
        var again: [UInt8] = []
        while reader.remaining > 0, let record = try? FileRecord(reading: &reader) {
            record.append(to: &again)
        }
        // A record that is refused may have taken bytes: only what was read before it counts.
        return again + bytes.dropFirst(again.count)
    },
    Parser(name: "bundle") { bytes in
        guard let ranges = try? BundleLayout.ranges(bytes) else {
            return nil
        }
        let files = ranges.flatMap { Array(bytes[$0]) }
        return BundleLayout.encode(lengths: ranges.map(\.count), bytes: files)
    },
    Parser(name: "key-payload") { (try? KeyPayload(decoding: $0))?.encoded },
    Parser(name: "sealed-header") { bytes in
        let kinds: [SealedHeader.Kind] = [.pack, .index]
        let header = kinds.lazy.compactMap { try? SealedHeader(decoding: bytes[...], as: $0) }
        return header.first.map { $0.encoded + bytes.dropFirst(SealedHeader.byteCount) }
    },
    Parser(name: "age-header") { bytes in
        guard let header = try? AgeHeader(startOf: bytes) else {
            return nil
        }
        for stanza in header.stanzas {
            _ = try? AgeX25519Stanza(stanza)
            _ = try? AgeScryptStanza(stanza)
        }
        return header.encoded + bytes.dropFirst(header.encoded.count)
    },
    // Armor has several spellings; what is inside has one.
    Parser(name: "age-armor") { bytes in
        guard let file = try? AgeArmor.decode(bytes) else {
            return nil
        }
        return (try? AgeArmor.decode(AgeArmor.encode(file))) == file ? bytes : []
    },
    Parser(name: "recipient") { bytes in
        let text = String(decoding: bytes, as: UTF8.self)
        return (try? AgeRecipient(text)).map { Array($0.description.utf8) }
    },
    Parser(name: "base64") { bytes in
        Base64.decode(String(decoding: bytes, as: UTF8.self)).map { Array(Base64.encode($0).utf8) }
    },
    Parser(name: "time") { bytes in
        Timestamp(rfc3339: String(decoding: bytes, as: UTF8.self)).map { Array($0.rfc3339.utf8) }
    },
    Parser(name: "store-key") { bytes in
        _ = StoredKind(key: String(decoding: bytes, as: UTF8.self))
        return nil
    },
    // The size that a frame must have is another's word too.
    Parser(name: "zstandard") { bytes in
        guard let low = bytes.first, let high = bytes.dropFirst().first else {
            return nil
        }
        let size = Int(low) | Int(high) << 8
        _ = unsafe bytes.dropFirst(2).withUnsafeBytes { frame in
            unsafe try? Zstandard().decompress(frame, size: size)
        }
        return nil
    },
]

let chosen: Parser = {
    let name = unsafe getenv("FUZZ_PARSER").map { unsafe String(cString: $0) } ?? ""
    guard let parser = parsers.first(where: { $0.name == name }) else {
        fatalError("FUZZ_PARSER is one of \(parsers.map(\.name).joined(separator: " "))")
    }
    return parser
}()
