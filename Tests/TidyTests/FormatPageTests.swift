import Chunking
import Format
import Model
import Testing

/// docs/FORMAT.md says what the code does, as far as single numbers and words go; that the bytes
/// are right is for a second reader to show.
struct FormatPageTests {
    private let page: [String]

    init() throws {
        page = try PackageText.lines("docs/FORMAT.md")
    }

    /// The rows of the tables of one section.
    private func rows(_ heading: String) -> [[String]] {
        let start = page.firstIndex { $0.hasPrefix("#") && $0.contains(heading) } ?? page.endIndex
        return page[start...].dropFirst().prefix { !$0.hasPrefix("#") }.compactMap(\.tableCells)
    }

    // MARK: Limits

    @Test func `limits on the page are those of the code`() throws {
        let limits = try formatLimits()
        let stated = rows("2 Limits").filter { $0[0].hasPrefix("`") }
        #expect(Set(stated.map { $0[0].codeSpans[0] }) == Set(limits.keys))
        for row in stated {
            let name = row[0].codeSpans[0]
            #expect(Int(row[1].filter { $0 != "," }) == limits[name], "\(name)")
        }
    }

    /// The limits that Limits.swift calls part of the format, by name.
    private func formatLimits() throws -> [String: Int] {
        let lines = try PackageText.lines("Sources/Model/Limits.swift").map(\.trimmed)
        let part = lines.drop { !$0.hasPrefix("// MARK: Format") }
            .prefix { !$0.hasPrefix("// MARK: Running") }
        var limits: [String: Int] = [:]
        for line in part where line.hasPrefix("package static let ") {
            let words = line.split(separator: " ")
            let numbers = words.compactMap { Int($0.filter { $0 != "_" }) }
            let first = try #require(numbers.first, "\(line)")
            limits[String(words[3])] = numbers.count == 2 ? first << numbers[1] : first
        }
        #expect(limits["chunkBytesMax"] == Limits.chunkBytesMax)
        return limits
    }

    // MARK: Keys in a store

    @Test func `every key on the page is one that the code knows`() {
        var kinds: Set<String> = []
        for row in rows("3 Objects and their keys") where row[0].hasPrefix("`") {
            for key in row[0].codeSpans {
                let kind = kind(of: key)
                #expect(kind != "foreign", "\(key)")
                kinds.insert(kind)
            }
        }
        let all = [
            "descriptor", "key", "pack", "index", "list", "manifest", "record", "medium",
            "sacrifice", "aside",
        ]
        #expect(kinds == Set(all))
    }

    @Test func `kinds of records and of frames are those of the code`() {
        let records = rows("3 Objects and their keys").first { $0[0].hasPrefix("`records/") }
        let spans = Set(records?[1].codeSpans ?? [])
        #expect(spans == Set(RecordKind.allCases.map(\.rawValue)))
        let frames = rows("7.4 Frame kinds").compactMap { UInt8($0[0]) }
        #expect(frames == FrameKind.allCases.map(\.rawValue))
    }

    private func kind(of pattern: String) -> String {
        let zeros = String(repeating: "0", count: 64)
        let key = pattern.replacing("<xx>", with: "00")
            .replacing("<name>", with: zeros)
            .replacing("<signer>", with: zeros)
            .replacing("<set>", with: zeros.prefix(32))
            .replacing("<seq>", with: "0000000001")
            .replacing("<kind>", with: RecordKind.drill.rawValue)
            .replacing("<random>", with: zeros)
        return switch StoredKind(key: key) {
        case .descriptor: "descriptor"
        case .key: "key"
        case .pack: "pack"
        case .index: "index"
        case .list: "list"
        case .manifest: "manifest"
        case .record: "record"
        case .medium: "medium"
        case .sacrifice: "sacrifice"
        case .aside: "aside"
        case .foreign: "foreign"
        }
    }

    // MARK: Key derivation

    @Test func `info strings on the page are those of the code, and the other way round`() throws {
        let stated = rows("6 Keys and ids").filter { $0.count == 5 }.flatMap { $0[3].codeSpans }
        let bare = Set(stated.map { $0.replacing("/<kind>", with: "") })
            .map { $0.replacing("/<purpose>", with: "") }
        let code = try #require(PackageText.sources).filter { $0.module == "Sealing" }
            .flatMap(\.lines).joined(separator: "\n")
        #expect(bare.count == 5)
        for info in bare {
            #expect(code.contains("\"\(info)\""), "\(info)")
        }
        let literals = code.split(separator: "\"").filter { $0.hasPrefix("toride/v1") }
        #expect(Set(literals.map { String($0) }) == Set(bare))
        for kind in ["content", "bundle", "file-list", "root", "witness"] {
            #expect(code.contains("\"\(kind)\""), "\(kind)")
        }
    }

    // MARK: Byte tables

    @Test func `tables of bytes add up to what the code writes`() throws {
        let id = RepositoryID(try #require(RandomID([UInt8](repeating: 0, count: 16))))
        let set = SetID(id.id)
        let key = KeyID(.zero)
        let context = FrameContext(
            repository: id,
            set: set,
            origin: ChunkOrigin(run: key, salt: .zero),
            kind: .content,
            counter: 0,
            chunk: nil
        )
        let payload = KeyPayload(repository: id, set: set, kind: .run, epoch: 1, id: key)
        let name = ObjectName(.zero)
        let entry = ListPage.Entry(slot: 0, object: ObjectRef(kind: .key, name: name, size: 0))
        #expect(try sum("7.1 Sealed objects") == SealedHeader.byteCount)
        #expect(try sum("7.2 Nonce") == context.nonce.count)
        #expect(try sum("7.3 Associated data") == context.associatedData.count)
        #expect(try sum("5 Key objects") == payload.encoded.count + KeyPayload.keyByteCount)
        #expect(try sum("12 List pages") == 16 + 43)
        #expect(ListPage(number: 0, entries: [entry]).encoded.count == 16 + 43)
    }

    /// The sum of the lengths of a section's byte tables; checks that each offset is the sum so
    /// far.
    private func sum(_ heading: String) throws -> Int {
        var total = 0
        var offset = 0
        for row in rows(heading) where row.count == 3 {
            guard let start = Int(row[0]), let count = Int(row[1].prefix { $0.isNumber }) else {
                continue
            }
            offset = start == 0 ? 0 : offset
            #expect(start == offset, "\(heading): \(row)")
            let isEach = row[1].hasSuffix("each")
            offset += count
            total += isEach ? 0 : count
        }
        return total
    }

    @Test func `the chunker's sizes on the page are those of the code`() {
        let row = rows("17 The chunker").first { $0[0] == "`content`, `file-list`" }
        let sizes = row?.dropFirst().map { Int($0.filter { $0 != "," }) }
        let standard = Chunker.Sizes.standard
        #expect(sizes == [standard.min, standard.normal, standard.max])
    }
}
