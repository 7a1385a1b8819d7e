import Clinical
import Model
import Testing

/// Every form that a data set can have is read to its end, and what is read is the same.
@Suite struct DICOMEncodingTests {
    private static let undefined = UInt32.max

    private func facts(
        _ encoding: DICOMSampleEncoding,
        with elements: [DICOMSampleElement]
    ) throws -> FileFacts {
        var sample = DICOMSample(encoding)
        for element in elements {
            sample.set(element.tag, element)
        }
        return try sample.facts()
    }

    // MARK: - What is read

    @Test(arguments: DICOMSampleEncoding.allCases)
    func `an image is counted by modality and day`(encoding: DICOMSampleEncoding) throws {
        let facts = try DICOMSample(encoding).facts()
        #expect(facts.counts == ["CT": 1])
        #expect(facts.days == [20260118: 1])
        // 09:30:15 in Japan.
        #expect(facts.newest == Timestamp(rfc3339: "2026-01-18T00:30:15Z"))
    }

    @Test(arguments: DICOMSampleEncoding.allCases)
    func `an image gives its keys to other files`(encoding: DICOMSampleEncoding) throws {
        let facts = try DICOMSample(encoding).facts()
        let hash = { (text: String) in KeyHash.of(Array(text.utf8)[...]) }
        let pixels = try #require(facts.entries(of: "dicom-pixels").first)
        let instance = hash(DICOMSample.instance)
        let expected = [
            RelationEntry(.study, hash("1.2.3.4.5"), hash("0001002813")),
            RelationEntry(Relation("dicom-series"), hash("1.2.3.4.5.6"), hash("1.2.3.4.5")),
            RelationEntry(Relation("dicom-series-tally"), hash("1.2.3.4.5.6"), hash("7")),
            RelationEntry(.patientMentioned, hash("0001002813")),
            RelationEntry(.imaging, hash("RA90003015")),
            RelationEntry(Relation("dicom-instance"), instance, pixels.value),
        ]
        #expect(Set(expected).isSubset(of: Set(facts.entries)))
        #expect(pixels.key == instance)
        #expect(facts.entries.count == expected.count + 2)
        // The order of bytes within a sample is that of the file.
        #expect(try DICOMSample().facts().entries == facts.entries)
    }

    @Test(arguments: [
        ("20260118", "0930", "", "2026-01-18T00:30:00Z"),
        ("20260118", "09", "", "2026-01-18T00:00:00Z"),
        ("20260118", "", "", "2026-01-17T15:00:00Z"),
        ("20260118", "09:30:15", "", "2026-01-18T00:30:15Z"),
        ("2026.01.18", "093015", "", "2026-01-18T00:30:15Z"),
        ("20260118", "235960", "", "2026-01-18T15:00:00Z"),
        ("20260118", "093015", "+0000", "2026-01-18T09:30:15Z"),
        ("20260118", "093015", "-0530", "2026-01-18T15:00:15Z"),
        ("20260118", "250000", "", "2026-01-17T15:00:00Z"),
    ])
    func `a study's time is read in its zone`(
        date: String,
        time: String,
        zone: String,
        expected: String
    ) throws {
        let facts = try facts(
            .explicitLittle,
            with: [
                DICOMSampleElement(0x0008_0020, "DA", date),
                DICOMSampleElement(0x0008_0030, "TM", time),
                DICOMSampleElement(0x0008_0201, "SH", zone),
            ]
        )
        #expect(facts.newest == Timestamp(rfc3339: expected))
    }

    @Test(arguments: ["", "20260230", "2026018", "2026-01-18", "20260118-", "99999999"])
    func `a date that is none is no day`(date: String) throws {
        let facts = try facts(
            .explicitLittle,
            with: [DICOMSampleElement(0x0008_0020, "DA", date)]
        )
        #expect(facts.days.isEmpty)
        #expect(facts.newest == nil)
        #expect(facts.broken == [])
    }

    @Test(arguments: ["", "ct", "YAMADA^HANAKO", "CT\\MR"])
    func `a modality that the standard does not have is counted as other`(text: String) throws {
        let facts = try facts(
            .explicitLittle,
            with: [DICOMSampleElement(0x0008_0060, "CS", text)]
        )
        #expect(facts.counts == ["other": 1])
    }

    // MARK: - Sequences

    /// A sequence without a length of an item without one, with an element in it.
    private func nested(
        _ encoding: DICOMSampleEncoding,
        _ inner: [DICOMSampleElement]
    ) -> [UInt8] {
        encoding.bytes([
            DICOMSampleElement(0xFFFE_E000, "", encoding.bytes(inner), length: Self.undefined),
            DICOMSampleElement(0xFFFE_E00D, "", ""),
            DICOMSampleElement(0xFFFE_E000, "", encoding.bytes(inner)),
            DICOMSampleElement(0xFFFE_E0DD, "", ""),
        ])
    }

    private let patient = DICOMSampleElement(0x0010_0020, "LO", "of another")

    @Test(arguments: DICOMSampleEncoding.allCases)
    func `sequences are stepped over, with a length and without`(
        encoding: DICOMSampleEncoding
    ) throws {
        let whole = DICOMSample.items([encoding.bytes(patient), []], encoding)
        let facts = try facts(
            encoding,
            with: [
                DICOMSampleElement(0x0008_1110, "SQ", whole),
                DICOMSampleElement(
                    0x0008_1140,
                    "SQ",
                    nested(encoding, [patient]),
                    length: Self.undefined
                ),
                DICOMSampleElement(0x0009_1001, "UN", [1, 2, 3, 4]),
            ]
        )
        #expect(facts.broken == [])
        #expect(try facts.entries == DICOMSample(encoding).facts().entries)
    }

    @Test(arguments: [DICOMSampleEncoding.explicitLittle, .explicitBig])
    func `an unknown sequence is implicit, whatever the data set is`(
        encoding: DICOMSampleEncoding
    ) throws {
        let inner = nested(.implicitLittle, [patient])
        let facts = try facts(
            encoding,
            with: [DICOMSampleElement(0x0009_1001, "UN", inner, length: Self.undefined)]
        )
        #expect(facts.broken == [])
    }

    @Test(arguments: DICOMSampleEncoding.allCases)
    func `an icon's fragments are stepped over`(encoding: DICOMSampleEncoding) throws {
        let fragments =
            DICOMSample.items([[], [1, 2]], encoding)
            + encoding.bytes(DICOMSampleElement(0xFFFE_E0DD, "", ""))
        let icon = DICOMSampleElement(0x7FE0_0010, "OB", fragments, length: Self.undefined)
        let facts = try facts(
            encoding,
            with: [
                DICOMSampleElement(
                    0x0088_0200,
                    "SQ",
                    nested(encoding, [icon]),
                    length: Self.undefined
                )
            ]
        )
        #expect(facts.broken == [])
    }

    @Test(arguments: DICOMSampleEncoding.allCases)
    func `32 sequences may lie in each other, 33 not`(encoding: DICOMSampleEncoding) throws {
        for (depth, expected) in [(32, []), (33, ["D1 from (0008,0060) on"])] {
            var element = patient
            for _ in 0..<depth {
                element = DICOMSampleElement(
                    0x0008_1140,
                    "SQ",
                    encoding.bytes([
                        DICOMSampleElement(
                            0xFFFE_E000,
                            "",
                            encoding.bytes(element),
                            length: Self.undefined
                        ),
                        DICOMSampleElement(0xFFFE_E00D, "", ""),
                        DICOMSampleElement(0xFFFE_E0DD, "", ""),
                    ]),
                    length: Self.undefined
                )
            }
            #expect(try facts(encoding, with: [element]).broken == expected, "\(depth)")
        }
    }

    @Test func `a representation of the future has the long form`() throws {
        let future = DICOMSampleElement(0x0009_1001, "XX", [1, 2, 3, 4])
        #expect(try facts(.explicitLittle, with: [future]).broken == [])
    }

    @Test(arguments: ["1A", "ob", "  "])
    func `a representation that is no two capitals is no readable file`(vr: String) throws {
        let wrong = DICOMSampleElement(0x0009_1001, vr, [1, 2])
        let facts = try facts(.explicitLittle, with: [wrong])
        #expect(facts.broken == ["D1 from (0008,0060) on"])
    }

    @Test(arguments: [0x0000_0000, 0x0001_0010, 0x0006_0000, 0xFFFE_E000, 0xFFFF_0001] as [UInt32])
    func `an element of a group that no data set has is no readable file`(tag: UInt32) throws {
        var sample = DICOMSample()
        sample.data.append(DICOMSampleElement(tag, "US", [0, 0]))
        #expect(try sample.facts().broken == ["D1 from (0028,0100) on"])
    }

    @Test func `a value that is too long to be one is no readable file`() throws {
        let long = DICOMSampleElement(0x0010_0020, "LO", String(repeating: "9", count: 1_026))
        let facts = try facts(.explicitLittle, with: [long])
        #expect(facts.broken == ["D1 from (0008,0060) on"])
    }
}
