import Clinical
import Model
import TestSupport
import Testing

/// The images of the invented hospital break no rule.
@Suite struct DICOMFixtureTests {
    private func facts() throws -> [(path: String, facts: FileFacts)] {
        try contents(of: Tool.fixture("dicom")).compactMap { path, bytes in
            try bytes.map { (path, try DICOMSample.facts(of: $0, at: path)) }
        }
    }

    @Test func `each image is read to its end, and no rule is broken`() throws {
        let all = try facts()
        #expect(all.count == 12)
        for (path, facts) in all {
            #expect(facts.outcome == .judged, "\(path)")
            #expect(facts.broken == [], "\(path)")
            #expect(facts.days.count == 1, "\(path)")
            #expect(facts.newest != nil, "\(path)")
        }
    }

    @Test func `the store as a whole breaks no rule, and its patients are the folders`() throws {
        var profiler = StoreProfiler(
            .dicom,
            cut: Timestamp(seconds: 1_800_000_000),
            joined: [.patientMentioned]
        )
        for (path, facts) in try facts().sorted(by: { $0.path < $1.path }) {
            profiler.add(facts, path: Array(path.utf8), bytes: 1)
        }
        #expect(profiler.finish().broken.isEmpty)
        let patients = ["0001002813", "0001004774", "0001006180", "0001006439", "0001007771"]
        #expect(
            profiler.keys(of: .patientMentioned)
                == patients.map { KeyHash.of(Array($0.utf8)[...]) }.sorted()
        )
    }

    @Test(arguments: UInt64(0)..<12)
    func `an image of which a block is enciphered is not what it was`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let files = try contents(of: Tool.fixture("dicom")).compactMap { path, bytes in
            bytes.map { (path: path, bytes: $0) }
        }.sorted { $0.path < $1.path }
        let file = try #require(files.randomElement(using: &random))
        let clean = try DICOMSample.facts(of: file.bytes, at: file.path)
        var bytes = file.bytes
        let start = Int.random(in: 0..<bytes.count - 512, using: &random)
        bytes.replaceSubrange(start..<start + 512, with: random.bytes(512))
        let facts = try DICOMSample.facts(of: bytes, at: file.path)
        #expect(facts.violations != clean.violations || facts.entries != clean.entries)
    }
}
