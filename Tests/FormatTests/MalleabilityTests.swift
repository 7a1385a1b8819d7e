import Format
import Model
import TestSupport
import Testing

/// Whatever can be read is written as the very bytes that were read; anything else is refused, and
/// nothing brings the reader down.
@Suite struct MalleabilityTests {
    @Test(arguments: Sample.allCases)
    func `a value is read as it was written`(sample: Sample) throws {
        #expect(try sample.readAndWrite(sample.bytes) == sample.bytes)
    }

    @Test(arguments: Sample.allCases)
    func `every shorter form is refused`(sample: Sample) {
        let bytes = sample.bytes
        // A list of records may end after any of them.
        let ends = Set(recordEnds())
        for count in bytes.indices where sample != .records || !ends.contains(count) {
            #expect(throws: FormatError.self, "\(count) bytes") {
                try sample.readAndWrite(Array(bytes[..<count]))
            }
        }
    }

    @Test(arguments: Sample.allCases)
    func `every byte flipped is refused or comes back as it is`(sample: Sample) {
        var bytes = sample.bytes
        for index in bytes.indices {
            for bit in 0..<8 {
                bytes[index] ^= 1 << UInt8(bit)
                check(sample, bytes)
                bytes[index] ^= 1 << UInt8(bit)
            }
        }
    }

    @Test(arguments: Sample.allCases)
    func `wild changes are refused or come back as they are`(sample: Sample) {
        var random = SeededGenerator(seed: 11)
        for _ in 0..<4_000 {
            var bytes = sample.bytes
            for _ in 0...Int(random.next() % 3) {
                mutate(&bytes, &random)
            }
            check(sample, bytes)
        }
    }

    @Test(arguments: Sample.allCases)
    func `noise is refused or comes back as it is`(sample: Sample) {
        var random = SeededGenerator(seed: 12)
        for _ in 0..<2_000 {
            check(sample, random.bytes(Int(random.next() % 200)))
        }
    }

    @Test(arguments: [Sample.manifest, .envelope, .root, .statement, .descriptor])
    func `a member that the page does not name is refused, wherever it stands`(
        sample: Sample
    ) throws {
        let lineFeed = sample == .descriptor ? [UInt8(ascii: "\n")] : []
        let bytes = Array(sample.bytes.dropLast(lineFeed.count))
        let longer = JSONValue.withOneMore(try JSONValue(canonical: bytes, of: "a sample"))
        #expect(!longer.isEmpty)
        for value in longer {
            #expect(throws: FormatError.self) {
                try sample.readAndWrite(value.canonical + lineFeed)
            }
        }
    }

    private func check(_ sample: Sample, _ bytes: [UInt8]) {
        if let written = try? sample.readAndWrite(bytes), written != bytes {
            Issue.record("\(sample): \(Hex.encode(bytes)) is written as \(Hex.encode(written))")
        }
    }

    private func mutate(_ bytes: inout [UInt8], _ random: inout SeededGenerator) {
        guard !bytes.isEmpty else {
            return
        }
        let place = Int(random.next() % UInt64(bytes.count))
        let end = min(bytes.count, place + 1 + Int(random.next() % 12))
        switch random.next() % 6 {
        case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
        case 1: bytes.removeSubrange(place..<end)
        case 2: bytes.insert(contentsOf: random.bytes(end - place), at: place)
        case 3:
            bytes.replaceSubrange(place..<end, with: [UInt8](repeating: 0xff, count: end - place))
        case 4: bytes.insert(contentsOf: bytes[place..<end], at: place)
        default: bytes.replaceSubrange(place..<end, with: [UInt8](repeating: 0, count: end - place))
        }
    }

    private func recordEnds() -> [Int] {
        var bytes: [UInt8] = []
        return [0]
            + Sample.recordValues.map { record in
                record.append(to: &bytes)
                return bytes.count
            }
    }
}

@Suite struct HostileFormatTests {
    @Test(arguments: [
        " {}", "{} ", "{ }", "{\"a\":1,}", "{\"a\" :1}", "[1,]", "[,1]", "[1 ,2]", "01", "-0", "+1",
        "1.0",
        "1e3", "--1", "-", "9223372036854775808", "\"\\/\"", "\"\\n\"", "\"\\u0041\"",
        "\"\\u001F\"",
        "\"\\u00e9\"", "{\"b\":1,\"a\":2}", "{\"a\":1,\"a\":1}", "True", "nul", "\"", "[", "",
        "{}{}",
        "'a'", "[1]//",
    ])
    func `any spelling but the canonical one is refused`(text: String) {
        #expect(throws: FormatError.self) {
            try JSONValue(canonical: Array(text.utf8), of: "a sample")
        }
    }

    @Test func `text that is not UTF-8 or nests too deep is refused`() {
        for bytes in [[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0x01], [0x0a]] as [[UInt8]] {
            #expect(throws: FormatError.self) {
                try JSONValue(canonical: [34] + bytes + [34], of: "a sample")
            }
        }
        let deep = [UInt8](repeating: UInt8(ascii: "["), count: 1_000_000)
        #expect(throws: FormatError.overLimit("a sample: nesting")) {
            try JSONValue(canonical: deep, of: "a sample")
        }
    }

    @Test(arguments: [(1 << 20, false), ((1 << 20) + 1, true)])
    func `a document of more than 2²⁰ commas and brackets is refused`(
        count: Int,
        isOver: Bool
    ) throws {
        // A bracket, and a comma before each number but the first.
        let numbers = [String](repeating: "0", count: count).joined(separator: ",")
        let text = Array("[\(numbers)]".utf8)
        guard isOver else {
            _ = try JSONValue(canonical: text, of: "a sample")
            return
        }
        #expect(throws: FormatError.overLimit("a sample: values")) {
            try JSONValue(canonical: text, of: "a sample")
        }
    }

    @Test func `a count says nothing about how much is read or made room for`() {
        for count in [UInt32(1) << 30, .max] {
            var page = Array("TORIDEL".utf8) + [1]
            page.append(fixed: UInt32(0))
            page.append(fixed: count)
            #expect(throws: FormatError.self) { try ListPage(decoding: page) }
            var table: [UInt8] = []
            table.append(fixed: count)
            #expect(throws: FormatError.self) { try ChunkTable(decoding: table[...]) }
            var bundle: [UInt8] = []
            bundle.append(fixed: count)
            #expect(throws: FormatError.self) { try BundleLayout.ranges(bundle) }
            var record: [UInt8] = []
            record.append(varint: UInt64(count))
            var reader = ByteReader(record, of: "a record")
            #expect(throws: FormatError.self) { try FileRecord(reading: &reader) }
        }
    }

    @Test(arguments: [
        "", "/", "/a", "a/", "a//b", ".", "..", "a/..", "../a", "a/./b", "a/../../b", "a\0b",
    ])
    func `a path that could leave its root is refused`(path: String) {
        #expect(!RecordPath.isSafe(Array(path.utf8)))
        var record = Sample.recordValues[0]
        record.path = Array(path.utf8)
        var bytes: [UInt8] = []
        record.append(to: &bytes)
        var reader = ByteReader(bytes, of: "a list")
        #expect(throws: FormatError.self) { try FileRecord(reading: &reader) }

        record.path = [1]
        record.kind = .hardLink(to: Array(path.utf8))
        bytes = []
        record.append(to: &bytes)
        reader = ByteReader(bytes, of: "a list")
        #expect(throws: FormatError.self) { try FileRecord(reading: &reader) }
    }

    @Test func `names of 255 bytes pass and longer ones do not`() {
        #expect(RecordPath.isSafe([UInt8](repeating: 0xff, count: 255)))
        #expect(!RecordPath.isSafe([UInt8](repeating: 0xff, count: 256)))
        #expect(RecordPath.isSafe(Array("...".utf8)))
    }

    @Test func `folders come before what is in them, and that before what follows them`() {
        let order = ["a", "a/b", "a/b/c", "a/c", "a!", "a.b", "aa", "b"].map { Array($0.utf8) }
        for (index, one) in order.enumerated() {
            for (other, path) in order.enumerated() {
                #expect(RecordPath.precedes(one, path) == (index < other))
            }
        }
    }

    @Test func `a number is read in its shortest form only`() throws {
        for value in [UInt64(0), 1, 127, 128, 16_383, 1 << 32, .max] {
            var bytes: [UInt8] = []
            bytes.append(varint: value)
            var reader = ByteReader(bytes, of: "a number")
            #expect(try reader.varint() == value)
        }
        let wrong: [[UInt8]] = [
            [0x80, 0], [0xff, 0x80, 0], [0x80], [UInt8](repeating: 0xff, count: 10),
            [UInt8](repeating: 0x80, count: 9) + [2], [UInt8](repeating: 0xff, count: 11) + [1],
        ]
        for bytes in wrong {
            var reader = ByteReader(bytes, of: "a number")
            #expect(throws: FormatError.self) { try reader.varint() }
        }
        for value in [Int64.min, -1, 0, 1, .max] {
            var bytes: [UInt8] = []
            bytes.append(signedVarint: value)
            var reader = ByteReader(bytes, of: "a number")
            #expect(try reader.signedVarint() == value)
        }
    }

    @Test(arguments: [
        (0, 0), (1, 1), (2, 2), (7, 7), (8, 8), (9, 10), (100, 104), (1_000, 1_024),
        (1_000_000, 1_015_808), (1 << 20, 1 << 20), ((1 << 20) + 1, (1 << 20) + 32_768),
    ])
    func `PADMÉ gives the sizes of its paper`(size: Int, padded: Int) {
        #expect(Padme.paddedSize(size) == padded)
    }

    @Test func `PADMÉ never shrinks, adds at most an eighth, and is at rest where it is`() {
        var random = SeededGenerator(seed: 13)
        var last = (size: 0, padded: 0)
        for size in (0..<20_000).map({ $0 * 13 })
            + (0..<1_000).map({ _ in
                Int(random.next() % (64 << 20)) + 260_000
            }).sorted()
        {
            let padded = Padme.paddedSize(size)
            #expect(padded >= size && padded - size <= size / 8)
            #expect(Padme.paddedSize(padded) == padded)
            #expect(padded >= last.padded)
            last = (size, padded)
        }
    }

    @Test(arguments: [
        "toride.json", "keys/K", "index/K", "lists/K", "packs/P/K", "snapshots/S/0000000001-K",
        "records/drill/K/0000000001-K", "snapshots/S/9007199254740992-K", "attacks/K",
        "records/attack/K/0000000001-K",
    ])
    func `what we store is recognised by its key`(pattern: String) {
        let hex = Sample.digest(1).hex
        let key = pattern.replacing("K", with: hex).replacing("P", with: hex.prefix(2))
            .replacing("S", with: Sample.set.hex)
        #expect(StoredKind(key: key) != .foreign)
        for wrong in [key + "0", key + "/", "/" + key, key.uppercased(), key + "/x"] {
            #expect(StoredKind(key: wrong) == .foreign, "\(wrong)")
        }
    }

    @Test(arguments: [
        "packs/00/K", "snapshots/S/1-K", "snapshots/S/00000000001-K", "snapshots/S/000000000１-K",
        "snapshots/S/9007199254740993-K", "snapshots/S/18446744073709551616-K",
        "snapshots/S/+000000001-K", "records/other/K/0000000001-K", "keys", "keys/", "quarantine",
        "attacks", "attacks/0",
    ])
    func `what we would not write is foreign`(pattern: String) {
        let key = pattern.replacing("K", with: Sample.digest(1).hex)
            .replacing("S", with: Sample.set.hex)
        #expect(StoredKind(key: key) == .foreign)
    }
}

extension JSONValue {
    /// The value with a member more in one of its objects, for each of them.
    fileprivate static func withOneMore(_ value: JSONValue) -> [JSONValue] {
        switch value {
        case .object(let members):
            let inside = members.flatMap { key, member -> [JSONValue] in
                withOneMore(member).map { changed -> JSONValue in
                    .object(members.merging([key: changed]) { $1 })
                }
            }
            return inside + [.object(members.merging(["unnamed": .null]) { $1 })]
        case .array(let values):
            return values.indices.flatMap { index -> [JSONValue] in
                withOneMore(values[index]).map { changed -> JSONValue in
                    var copy = values
                    copy[index] = changed
                    return .array(copy)
                }
            }
        default: return []
        }
    }
}
