import Clinical
import Model
import Testing

/// Each rule of DICOM files has a fault that breaks it and nothing else, and a clean case.
@Suite struct DICOMRuleTests {
    private func broken(_ change: (inout DICOMSample) -> Void) throws -> [String] {
        var sample = DICOMSample()
        change(&sample)
        return try sample.facts().broken
    }

    @Test(arguments: DICOMSampleEncoding.allCases)
    func `a sound file breaks no rule`(encoding: DICOMSampleEncoding) throws {
        let facts = try DICOMSample(encoding).facts()
        #expect(facts.outcome == .judged)
        #expect(facts.broken == [])
    }

    // MARK: - D1

    @Test func `a file that ends within an element is unreadable`() throws {
        let bytes = DICOMSample().bytes
        for (lost, place) in [
            (1, "D1 from (7FE0,0010) on"), (33, "D1 from (0028,0100) on"),
            (60, "D1 from (0028,0010) on"),
        ] {
            let facts = try DICOMSample.facts(of: bytes.dropLast(lost))
            #expect(facts.outcome == .unparsed)
            #expect(facts.broken == [place], "\(lost)")
        }
    }

    @Test func `a file that goes on after its end is unreadable`() throws {
        for tail in [[0], [0, 0, 0, 0, 0, 0, 0, 0], Array("locked by us".utf8)] as [[UInt8]] {
            let broken = try broken { $0.tail = tail }
            #expect(broken == ["D1 from (7FE0,0010) on"], "\(tail)")
        }
    }

    @Test func `padding after the data set is part of it`() throws {
        let padding = DICOMSampleElement(0xFFFC_FFFC, "OB", [0, 0, 0, 0])
        let tail = DICOMSampleEncoding.explicitLittle.bytes(padding)
        #expect(try broken { $0.tail = tail } == [])
    }

    @Test func `an identifier that stands twice makes a file unreadable`() throws {
        let broken = try broken { sample in
            sample.data.insert(DICOMSampleElement(0x0008_0018, "UI", "1.2"), at: 2)
        }
        #expect(broken == ["D1 from (0008,0018) on"])
    }

    @Test(arguments: ["1.dcm", "a/1.DCM", "a/b.dicom", "DICOMDIR"])
    func `what is DICOM by its name and then not is unreadable`(path: String) throws {
        for bytes in [[], Array("encrypted".utf8)] {
            let facts = try DICOMSample.facts(of: bytes, at: path)
            #expect(facts.outcome == .unparsed)
            #expect(facts.broken == ["D1"])
        }
    }

    @Test(arguments: DICOMSampleEncoding.allCases)
    func `a data set without a head is unreadable`(encoding: DICOMSampleEncoding) throws {
        let facts = try DICOMSample.facts(of: DICOMSample(encoding).dataBytes, at: "a/1")
        #expect(facts.outcome == .unparsed)
        #expect(facts.broken == ["D1"])
    }

    @Test func `what is not DICOM is foreign`() throws {
        for (path, text) in [
            ("README.txt", "Images of 2026"), ("a/b.json", "{}"), ("1.dcm.locked", "x"), ("1", ""),
        ] {
            let facts = try DICOMSample.facts(of: Array(text.utf8), at: path)
            #expect(facts.outcome == .foreign)
            #expect(facts.broken == ["G1"])
        }
    }

    // MARK: - D2, D3, D4

    @Test func `a head without one of its elements is broken`() throws {
        for (tag, place) in [
            (0x0002_0001, "D2 (0002,0001)"), (0x0002_0002, "D2 (0002,0002)"),
            (0x0002_0003, "D2 (0002,0003)"), (0x0002_0012, "D2 (0002,0012)"),
        ] as [(UInt32, String)] {
            #expect(try broken { $0.set(tag, nil) } == [place])
        }
    }

    @Test func `without a transfer syntax the data set is read by what it looks like`() throws {
        for encoding in [DICOMSampleEncoding.explicitLittle, .implicitLittle] {
            var sample = DICOMSample(encoding)
            sample.set(0x0002_0010, nil)
            let facts = try sample.facts()
            #expect(facts.broken == ["D2 (0002,0010)"])
            #expect(facts.outcome == .judged)
        }
    }

    @Test func `a head that is not as long as it says is broken`() throws {
        #expect(try broken { $0.metaLengthError = 2 } == ["D2 (0002,0000)"])
        #expect(try broken { $0.hasMetaLength = false } == ["D2 (0002,0000)"])
    }

    @Test func `a preamble of another format is told`() throws {
        #expect(try broken { $0.preamble.replaceSubrange(..<2, with: "MZ".utf8) } == ["D3"])
        #expect(try broken { $0.preamble[127] = 1 } == ["D3"])
        #expect(try broken { $0.preamble.replaceSubrange(..<3, with: [0x49, 0x49, 0x2A]) } == [])
    }

    @Test func `a preamble of another format is told of a broken file too`() throws {
        var sample = DICOMSample()
        sample.preamble[0] = 1
        let facts = try DICOMSample.facts(of: sample.bytes.dropLast())
        #expect(facts.broken == ["D1 from (7FE0,0010) on", "D3"])
    }

    @Test func `a head that names another object than the data set is broken`() throws {
        #expect(try broken { $0.set(0x0002_0002, "UI", "1.2.3") } == ["D4 (0002,0002)"])
        #expect(try broken { $0.set(0x0002_0003, "UI", "1.2.3") } == ["D4 (0002,0003)"])
        #expect(try broken { $0.set(0x0008_0018, "UI", nil) } == ["D4 (0002,0003)"])
    }

    // MARK: - D5a

    @Test(arguments: [
        "1..2", ".1", "1.", "1.02", "1.2a", "1,2", "1.2.\u{3042}",
        String(repeating: "1", count: 65),
    ])
    func `an identifier that is not written as one is told`(uid: String) throws {
        #expect(try broken { $0.set(0x0020_000D, "UI", uid) } == ["D5a (0020,000D)"])
        #expect(try broken { $0.setInstance(uid) } == ["D5a (0008,0018)"])
    }

    @Test(arguments: ["0", "1.0.2", "2.25.0", String(repeating: "1", count: 64)])
    func `an identifier that is written as one is not`(uid: String) throws {
        #expect(try broken { $0.set(0x0020_000D, "UI", uid) } == [])
    }

    @Test func `an image without a study or a series is told, a palette is not`() throws {
        #expect(try broken { $0.set(0x0020_000D, "UI", nil) } == ["D5a (0020,000D)"])
        #expect(try broken { $0.set(0x0020_000E, "UI", "") } == ["D5a (0020,000E)"])
        let palette = try broken { sample in
            sample.data = Array(sample.data.prefix(2))
            sample.pixels = nil
            // Color Palette Storage.
            sample.set(0x0002_0002, "UI", "1.2.840.10008.5.1.4.39.1")
            sample.set(0x0008_0016, "UI", "1.2.840.10008.5.1.4.39.1")
        }
        #expect(palette == [])
    }

    // MARK: - Between files: D5, D6, D9

    private func profile(_ samples: [DICOMSample]) throws -> StoreProfile {
        var profiler = StoreProfiler(.dicom, cut: Timestamp(seconds: 1_800_000_000))
        for (number, sample) in samples.enumerated() {
            let path = "\(number).dcm"
            profiler.add(try sample.facts(at: path), path: Array(path.utf8), bytes: 1)
        }
        return profiler.finish()
    }

    private func two(_ change: (inout DICOMSample) -> Void) -> [DICOMSample] {
        var other = DICOMSample()
        change(&other)
        return [DICOMSample(), other]
    }

    @Test func `two images of a series break no rule`() throws {
        let profile = try profile(two { $0.setInstance("1.2.9") })
        #expect(profile.broken.isEmpty)
        #expect(profile.counts == ["CT": 2])
    }

    @Test func `an image that is there twice is told`() throws {
        let profile = try profile(two { _ in })
        #expect(profile.broken.mapValues(\.count) == ["D5": 1])
    }

    @Test func `a study of two patients is told`() throws {
        let samples = two { sample in
            sample.setInstance("1.2.9")
            sample.set(0x0010_0020, "LO", "0001004774")
        }
        #expect(try profile(samples).broken.mapValues(\.count) == ["D6": 1])
    }

    @Test func `a series of two studies is told`() throws {
        let samples = two { sample in
            sample.setInstance("1.2.9")
            sample.set(0x0020_000D, "UI", "1.2.3.4.9")
        }
        #expect(try profile(samples).broken.mapValues(\.count) == ["D6": 1])
    }

    @Test func `padding is no part of an identifier`() throws {
        let samples = two { sample in
            sample.setInstance("1.2.9")
            sample.set(0x0010_0020, "LO", " 0001002813   ")
        }
        #expect(try profile(samples).broken.isEmpty)
    }

    @Test func `a changed pixel changes the sum over pixels, a changed head does not`() throws {
        let sum = try profile([DICOMSample()]).sums[.pixels]
        var sample = DICOMSample()
        sample.pixels?.value[9] ^= 1
        #expect(try profile([sample]).sums[.pixels] != sum)
        sample = DICOMSample(.explicitBig)
        sample.set(0x0010_0010, "PN", "YAMADA^HANAKO")
        #expect(try profile([sample]).sums[.pixels] == sum)
    }
}
