import Clinical
import TestSupport
import Testing

/// Whatever the bytes are, the reader says something of them: nothing brings it down, and nothing
/// that is cut short passes for whole.
@Suite struct DICOMTotalityTests {
    private static let names = ["1.dcm", "1", "DICOMDIR"]

    /// Files of every form.
    private static let samples: [[UInt8]] = DICOMSampleEncoding.allCases.flatMap { encoding in
        var fragments = DICOMSample(encoding)
        fragments.setFragments([[0, 0, 0, 0], [1, 2], [3, 4]])
        var directory = DICOMSample(encoding)
        directory.set(0x0002_0002, "UI", "1.2.840.10008.1.3.10")
        let record = encoding.bytes([
            DICOMSampleElement(0x0004_1500, "CS", "A\\B"),
            DICOMSampleElement(0x0004_1511, "UI", "1.2"),
        ])
        directory.pixels = nil
        directory.data = [
            DICOMSampleElement(0x0004_1220, "SQ", DICOMSample.items([record], encoding))
        ]
        return [DICOMSample(encoding).bytes, fragments.bytes, directory.bytes]
    }

    @Test(arguments: samples.indices)
    func `every file that is cut short is told`(sample: Int) throws {
        let bytes = Self.samples[sample]
        for count in bytes.indices {
            let facts = try DICOMSample.facts(of: Array(bytes[..<count]))
            #expect(!facts.violations.isEmpty, "\(count) bytes")
        }
    }

    @Test(arguments: UInt64(0)..<24)
    func `nothing crashes on changed bytes`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for sample in Self.samples {
            for _ in 0..<60 {
                var bytes = sample
                for _ in 0...Int.random(in: 0..<4, using: &random) {
                    change(&bytes, &random)
                }
                let name = Self.names.randomElement(using: &random) ?? ""
                let facts = try DICOMSample.facts(of: bytes, at: name)
                #expect(facts.outcome == .judged || !facts.violations.isEmpty)
                #expect(facts.violations.allSatisfy { isPlain($0.place) })
            }
        }
    }

    @Test(arguments: UInt64(0)..<8)
    func `nothing crashes on noise`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let head = DICOMSample().headBytes
        for _ in 0..<200 {
            let noise = random.bytes(Int.random(in: 0..<400, using: &random))
            #expect(try DICOMSample.facts(of: noise).outcome == .unparsed)
            let facts = try DICOMSample.facts(of: head + noise)
            #expect(!facts.violations.isEmpty)
        }
    }

    @Test func `sequences that open without end are told`() throws {
        for item in [[0xFE, 0xFF, 0x00, 0xE0], [0x08, 0, 0x40, 0x11]] as [[UInt8]] {
            var sample = DICOMSample(.implicitLittle)
            let open: [UInt8] = [0x08, 0, 0x40, 0x11] + [UInt8](repeating: 0xFF, count: 4)
            let opened = open + item + [UInt8](repeating: 0xFF, count: 4)
            sample.tail = (0..<10_000).flatMap { _ in opened }
            #expect(try sample.facts().outcome == .unparsed)
        }
    }

    private func change(_ bytes: inout [UInt8], _ random: inout SeededGenerator) {
        let place = Int.random(in: 0..<max(1, bytes.count), using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0 where !bytes.isEmpty:
            bytes[place] = UInt8.random(in: .min ... .max, using: &random)
        case 1 where bytes.count > place + 4:
            let ends: [[UInt8]] = [
                [0xFF, 0xFF, 0xFF, 0xFF], [0xFE, 0xFF, 0xDD, 0xE0], [0, 0, 0, 0],
            ]
            bytes.replaceSubrange(place..<place + 4, with: ends[place % 3])
        case 2:
            bytes.removeSubrange(place..<min(bytes.count, place + 6))
        default:
            bytes.insert(contentsOf: random.bytes(3), at: min(place, bytes.count))
        }
    }

    /// Whether a place names elements of the standard that the reader knows, and nothing else.
    private func isPlain(_ place: String) -> Bool {
        let bare = place.replacing("from ", with: "").replacing(" on", with: "")
        let groups = [
            "(0002,00", "(0004,1", "(0008,0", "(0010,0020", "(0020,00", "(0028,0", "(7FE0,00",
        ]
        return bare.isEmpty || groups.contains { bare.hasPrefix($0) } && bare.utf8.count == 11
    }
}
