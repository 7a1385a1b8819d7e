import Clinical
import Model
import TestSupport
import Testing

/// The storage of the invented hospital, and one that another program made.
@Suite struct SSMIX2FixtureTests {
    /// A storage's files by their path.
    private static func files(_ root: String) -> [(path: String, bytes: [UInt8])] {
        ((try? contents(of: root)) ?? [:])
            .compactMap { path, bytes in bytes.map { (path, $0) } }
            .sorted { $0.path < $1.path }
    }

    private static let hospital = files(Tool.fixture("ssmix2/standard_root"))

    /// What ssmixtwins made, which lies beside the package; absent elsewhere.
    private static let other: [(path: String, bytes: [UInt8])] = {
        let all = files("\(Tool.root)/../shared/data/ssmix2/standard_root")
        if all.isEmpty {
            print("SKIPPED: SS-MIX2 of another program: none in ../shared/data/ssmix2")
        }
        return all
    }()

    private func facts(_ file: (path: String, bytes: [UInt8])) throws -> FileFacts {
        try SSMIX2Reader(localOffset: 9 * 3_600)
            .facts(of: Array(file.path.utf8), ContentReader(file.bytes))
    }

    private func profile(_ files: [(path: String, bytes: [UInt8])]) throws -> StoreProfile {
        var profiler = StoreProfiler(.ssmix2, cut: Timestamp(seconds: 1_900_000_000))
        for file in files {
            profiler.add(
                try facts(file),
                path: Array(file.path.utf8),
                bytes: UInt64(file.bytes.count)
            )
        }
        return profiler.finish()
    }

    @Test func `no message of the hospital breaks a rule`() throws {
        #expect(Self.hospital.count == 879)
        for file in Self.hospital {
            let facts = try facts(file)
            #expect(facts.outcome == .judged, "\(file.path)")
            #expect(facts.broken == [], "\(file.path)")
        }
    }

    @Test func `the hospital as a whole breaks no rule, and is what its makers say`() throws {
        let profile = try profile(Self.hospital)
        #expect(profile.broken == [:])
        #expect(profile.outcomes == [.judged: 879])
        #expect(profile.counts["ADT-00/1"] == 300)
        #expect(profile.counts["OML-11/1"] == 84)
        #expect((profile.counts["gaiji"] ?? 0) > 0)
        #expect(profile.newest.map { $0.rfc3339.hasPrefix("2026-06-30") } == true)
    }

    /// What ssmixtwins does otherwise: LF between segments and none at the end; ADT^A01 for
    /// outpatients too; diagnoses with one number in the name and another in ORC-2; results without
    /// orders to the laboratory.
    @Test(.enabled(if: !other.isEmpty))
    func `a storage of another program breaks the rules that it is known to break`() throws {
        let profile = try profile(Self.other)
        let count = UInt64(Self.other.count)
        #expect(profile.outcomes == [.judged: count])
        #expect(profile.broken["S7"]?.count == count)
        #expect(profile.broken["S2"]?.count == profile.counts["ADT-12/1"])
        #expect(profile.broken["S12"]?.count == profile.counts["PPR-01/1"])
        #expect(profile.broken["S15"]?.count == profile.counts["OML-11/1"])
        #expect(Set(profile.broken.keys) == ["S2", "S7", "S12", "S15"])
        for file in Self.other {
            for violation in try facts(file).violations where violation.rule.id == "S7" {
                #expect(violation.place == "segment end", "\(file.path)")
            }
        }
    }

    // MARK: - Damage

    @Test(arguments: UInt64(0)..<24)
    func `an enciphered block of a message is found`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var file = try #require(Self.hospital.randomElement(using: &random))
        let start = Int.random(in: 0...file.bytes.count - 16, using: &random)
        file.bytes.replaceSubrange(start..<start + 16, with: random.bytes(16))
        // A block without a high byte comes once in 2^16.
        #expect(try facts(file).violations.contains { $0.rule.code == .ssmix2TextDamaged })
    }

    @Test(arguments: UInt64(0)..<24)
    func `two patients' messages of one kind do not change places unseen`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let one = try #require(Self.hospital.randomElement(using: &random))
        let patient = one.path.prefix(18)
        let kind = one.path.split(separator: "/")[4]
        let others = Self.hospital.filter {
            !$0.path.hasPrefix(patient) && $0.path.split(separator: "/")[4] == kind
        }
        let other = try #require(others.randomElement(using: &random))
        let swapped = try facts((one.path, other.bytes))
        #expect(swapped.violations.contains { $0.rule.code == .ssmix2PatientDiffers })
    }

    @Test(arguments: UInt64(0)..<24)
    func `a message that is cut anywhere but between segments is found`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var file = try #require(Self.hospital.randomElement(using: &random))
        let length = Int.random(in: 0..<file.bytes.count, using: &random)
        file.bytes.removeSubrange(length...)
        guard file.bytes.last != UInt8(ascii: "\r") else {
            return
        }
        #expect(try facts(file).broken.contains { $0.hasPrefix("S7") })
    }

    @Test(arguments: UInt64(0)..<8)
    func `whatever the bytes are, there is an answer, and the same again`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            var file = try #require(Self.hospital.randomElement(using: &random))
            for _ in 0...Int.random(in: 0..<4, using: &random) {
                spoil(&file.bytes, &random)
            }
            let first = try facts(file)
            #expect(try facts(file) == first)
            #expect(first.violations.count <= 256)
            #expect(first.violations.allSatisfy { $0.place.utf8.count <= 64 })
            let loose = try HL7Reader(localOffset: 0).facts(of: [], ContentReader(file.bytes))
            #expect(loose.violations.allSatisfy { $0.place.utf8.count <= 64 })
        }
    }

    private func spoil(_ bytes: inout [UInt8], _ random: inout SeededGenerator) {
        let start = Int.random(in: 0...bytes.count, using: &random)
        let end = Int.random(in: start...min(bytes.count, start + 40), using: &random)
        let marks = Array("|^~\\&\r\n\u{1b}$B\u{1b}(B\u{0}\u{7f}MSH|PID|".utf8)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes.removeSubrange(start..<end)
        case 1: bytes.insert(contentsOf: bytes[start..<end], at: start)
        case 2: bytes.replaceSubrange(start..<end, with: random.bytes(end - start))
        default:
            let piece = Int.random(in: 0..<marks.count, using: &random)
            bytes.insert(contentsOf: marks[piece...].prefix(9), at: start)
        }
    }
}
