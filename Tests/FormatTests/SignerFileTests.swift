import Format
import Model
import TestSupport
import Testing

/// Signer files are read strictly, and each pin has one spelling.
@Suite struct SignerFileTests {
    private static let key = String(repeating: "0a", count: 32)
    private static let other = String(repeating: "0b", count: 32)
    private static let set = String(repeating: "1c", count: 16)
    private static let hash = String(repeating: "2d", count: 32)

    private func read(_ text: String) throws(SignerFileError) -> [SignerPin] {
        try SignerFile(decoding: Array(text.utf8), path: "signers").pins
    }

    // MARK: - What a line says

    @Test func `a key alone is pinned for every kind and every set`() throws {
        let pins = try read("# the host of 2026\r\n\r\n \t\(Self.key) \r\n  # no pin\n")
        #expect(pins.count == 1 && pins[0].key == [UInt8](repeating: 10, count: 32))
        #expect(pins[0].kinds == nil && pins[0].sets == nil && pins[0].retirement == nil)
        #expect(pins[0].label == nil)
        #expect(try read("") == [])
    }

    @Test func `a line names kinds, sets, heads and a label`() throws {
        let through = "\(Self.set)=7:\(Self.hash),verification=2:\(Self.hash)"
        let line = "\(Self.key) kind=snapshot,key-check set=\(Self.set) through=\(through) # 東館"
        let pin = try #require(try read(line).first)
        let set = SetID(try #require(RandomID(hex: Self.set)))
        let name = ObjectName(try #require(Digest(hex: Self.hash)))
        #expect(pin.kinds == [.snapshot, .record(.keyCheck)])
        #expect(pin.sets == [set])
        #expect(pin.retirement?.snapshots == [set: Head(sequence: 7, name: name)])
        #expect(pin.retirement?.records == [.verification: [Head(sequence: 2, name: name)]])
        #expect(pin.label == "東館")
        #expect(pin.line == line)
    }

    @Test(arguments: [
        "", " # a label", " kind=snapshot",
        " kind=snapshot,verification,drill,key-check,rewrap,attack,hold",
        " set=\(set)", " through=none", " through=\(set)=9007199254740992:\(hash)",
        " through=drill=1:\(hash),drill=2:\(hash)", " kind=drill # a#b ## c",
        " # \u{301}combining", " #　全角",
    ])
    func `what was read is written in one spelling and read as the same`(rest: String) throws {
        let pins = try read(Self.key + rest)
        let line = try #require(pins.first).line
        #expect(try read(line) == pins)
        #expect(try read(line).first?.line == line)
        if !rest.contains("#") || rest.hasPrefix(" # a label") {
            #expect(line == Self.key + rest)
        }
    }

    @Test func `a file that was written is read as the same, in the same bytes`() throws {
        var file = SignerFile()
        for number in UInt8(1)...20 {
            file.put(SignerPin(key: [UInt8](repeating: number, count: 32), label: "n \(number)"))
        }
        file.put(SignerPin(key: [UInt8](repeating: 3, count: 32), kinds: [.snapshot]))
        let again = try SignerFile(decoding: file.encoded, path: "signers")
        #expect(again == file && again.encoded == file.encoded && again.pins.count == 20)
        #expect(again.pin(of: [UInt8](repeating: 3, count: 32))?.kinds == [.snapshot])
    }

    @Test(arguments: 0..<200)
    func `whatever is read of noise is read again from its own spelling`(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let through = "\(Self.set)=7:\(Self.hash),drill=2:\(Self.hash)"
        var line = Array(
            "\(Self.key) kind=snapshot,drill set=\(Self.set) through=\(through) # é label".utf8
        )
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let place = Int.random(in: 0..<line.count, using: &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0: line[place] = UInt8.random(in: 0...255, using: &random)
            case 1: line.remove(at: place)
            default:
                line.insert(contentsOf: Array(",=# 0".utf8).shuffled(using: &random), at: place)
            }
        }
        guard let file = try? SignerFile(decoding: line, path: "signers") else {
            return
        }
        #expect(try SignerFile(decoding: file.encoded, path: "signers") == file)
    }

    // MARK: - What is refused

    @Test(arguments: [
        key.dropLast() + "", key + "0", key.uppercased(), "kind=snapshot", "\(key) \(key)",
        "\(key),", "\(key) kind=", "\(key) kind", "\(key) kind=snapshots", "\(key) kind=Snapshot",
        "\(key) kind=drill,drill", "\(key) kind=drill,", "\(key) kind=drill kind=rewrap",
        "\(key) kind=drill set= through=none", "\(key) set=\(set),\(set)", "\(key) set=\(set)0",
        "\(key) set=\(set.uppercased())", "\(key) through=", "\(key) through=none,none",
        "\(key) through=none through=none", "\(key) through=\(set)=7",
        "\(key) through=\(set)=7:\(hash)0", "\(key) through=\(set)=07:\(hash)",
        "\(key) through=\(set)=0:\(hash)", "\(key) through=\(set)=+7:\(hash)",
        "\(key) through=\(set)=9007199254740993:\(hash)",
        "\(key) through=\(set)=1:\(hash),\(set)=2:\(hash)", "\(key) through=snapshot=1:\(hash)",
        "\(key) through=drill=1:\(hash),drill=1:\(hash)", "\(key) until=2027", "\(key) = x",
        "\(key) # a\tb", "\(key) # \u{2028}", "\(key) # " + String(repeating: "x", count: 201),
    ])
    func `a line that is not a pin is refused, with its number`(line: String) throws {
        let error = #expect(throws: SignerFileError.self) {
            try read("# comment\n\(Self.other)\n\(line)\n")
        }
        #expect(error?.line == 3)
        #expect(error?.description.hasPrefix("signers, line 3, ") ?? false)
        #expect(error?.exitCode == .usage)
    }

    @Test func `a key twice, bytes that are no text and a file without end are refused`() throws {
        #expect(throws: SignerFileError.self) {
            try read("\(Self.key)\n\(Self.key) kind=drill\n")
        }
        #expect(throws: SignerFileError.self) {
            try SignerFile(decoding: Array(Self.key.utf8) + Array(" # ".utf8) + [0xFF], path: "f")
        }
        let long = [UInt8](repeating: UInt8(ascii: "\n"), count: SignerFile.bytesMax)
        #expect(try SignerFile(decoding: long, path: "f").pins == [])
        let error = #expect(throws: SignerFileError.self) {
            try SignerFile(decoding: long + [10], path: "f")
        }
        #expect(error?.line == nil)
        #expect(try read("\(Self.key) # " + String(repeating: "x", count: 200)).count == 1)
    }

    // MARK: - Boundaries

    @Test func `a retirement reaches its head, what is below it, and nothing else`() throws {
        let set = SetID(try #require(RandomID(hex: Self.set)))
        let strange = SetID(try #require(RandomID(hex: String(Self.set.reversed()))))
        let name = ObjectName(try #require(Digest(hex: Self.hash)))
        let head = Head(sequence: 7, name: name)
        let retirement = SignerPin.Retirement(snapshots: [set: head])
        for (sequence, found, reaches) in [
            (UInt64(1), ObjectName(.zero), true), (6, ObjectName(.zero), true), (7, name, true),
            (7, ObjectName(.zero), false), (8, name, false), (8, ObjectName(.zero), false),
            (.max, name, false),
        ] {
            let ref = SnapshotRef(set: set, sequence: sequence)
            #expect(retirement.reaches(ref, found) == reaches, "\(sequence)")
            let other = SnapshotRef(set: strange, sequence: sequence)
            #expect(!retirement.reaches(other, found))
            #expect(!SignerPin.Retirement().reaches(ref, found))
        }
    }

    @Test func `a pin covers the kinds and sets that it names, all of them, and no others`() throws
    {
        let set = SetID(try #require(RandomID(hex: Self.set)))
        let strange = SetID(try #require(RandomID(hex: String(Self.set.reversed()))))
        let key = [UInt8](repeating: 1, count: 32)
        for kind in SignedKind.allCases {
            #expect(SignerPin(key: key).covers(kind, about: nil))
            #expect(SignerPin(key: key).covers(kind, about: [set, strange]))
            for other in SignedKind.allCases {
                #expect(
                    SignerPin(key: key, kinds: [kind]).covers(other, about: [set])
                        == (kind == other)
                )
            }
            let pin = SignerPin(key: key, sets: [set])
            #expect(pin.covers(kind, about: [set]) && pin.covers(kind, about: []))
            #expect(
                !pin.covers(kind, about: [strange]) && !pin.covers(kind, about: [set, strange])
            )
            #expect(!pin.covers(kind, about: nil), "nobody can say what it is about")
        }
    }
}
