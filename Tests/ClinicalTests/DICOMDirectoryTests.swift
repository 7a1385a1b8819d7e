import Clinical
import Model
import Testing

/// What a DICOMDIR names is where it says.
@Suite struct DICOMDirectoryTests {
    /// A record of a DICOMDIR.
    private struct Record {
        var file: String? = "IMAGES\\CT1"
        var instance: String? = DICOMSample.instance
        var inUse: UInt16 = 0xFFFF
        /// Whether item and sequence have a length.
        var isDefined = true
    }

    private func elements(
        _ record: Record,
        _ encoding: DICOMSampleEncoding
    ) -> [DICOMSampleElement] {
        [
            DICOMSampleElement(0x0004_1400, "UL", [0, 0, 0, 0]),
            DICOMSampleElement(0x0004_1410, "US", encoding.bytes(record.inUse)),
            DICOMSampleElement(0x0004_1430, "CS", "IMAGE"),
            record.file.map { DICOMSampleElement(0x0004_1500, "CS", $0) },
            record.instance.map { DICOMSampleElement(0x0004_1511, "UI", $0) },
            DICOMSampleElement(0x0008_1140, "SQ", DICOMSample.items([[]], encoding)),
        ].compactMap { $0 }
    }

    private func directory(
        _ records: [Record],
        _ encoding: DICOMSampleEncoding = .explicitLittle
    ) -> DICOMSample {
        var sample = DICOMSample(encoding)
        sample.set(0x0002_0002, "UI", "1.2.840.10008.1.3.10")
        sample.pixels = nil
        let isDefined = records.first?.isDefined ?? true
        let items = records.flatMap { record -> [DICOMSampleElement] in
            let inner = encoding.bytes(elements(record, encoding))
            guard !isDefined else {
                return [DICOMSampleElement(0xFFFE_E000, "", inner)]
            }
            return [
                DICOMSampleElement(0xFFFE_E000, "", inner, length: .max),
                DICOMSampleElement(0xFFFE_E00D, "", ""),
            ]
        }
        let end = isDefined ? [] : [DICOMSampleElement(0xFFFE_E0DD, "", "")]
        sample.data = [
            DICOMSampleElement(0x0004_1130, "CS", "DISK1"),
            DICOMSampleElement(
                0x0004_1220,
                "SQ",
                encoding.bytes(items + end),
                length: isDefined ? nil : .max
            ),
        ]
        return sample
    }

    /// How often rules are broken in a store of one DICOMDIR and one image.
    private func broken(
        _ record: Record,
        _ encoding: DICOMSampleEncoding = .explicitLittle,
        at path: String = "cd/DICOMDIR",
        image: String = "cd/IMAGES/CT1",
        imageBytes: [UInt8]? = nil
    ) throws -> [String: UInt64] {
        var profiler = StoreProfiler(.dicom, cut: Timestamp(seconds: 1_800_000_000))
        let directory = try directory([record], encoding).facts(at: path)
        profiler.add(directory, path: Array(path.utf8), bytes: 1)
        let facts = try DICOMSample.facts(of: imageBytes ?? DICOMSample().bytes, at: image)
        profiler.add(facts, path: Array(image.utf8), bytes: 1)
        return profiler.finish().broken.mapValues(\.count)
    }

    @Test(arguments: DICOMSampleEncoding.allCases, [true, false])
    func `a DICOMDIR that names what is there breaks no rule`(
        encoding: DICOMSampleEncoding,
        isDefined: Bool
    ) throws {
        let record = Record(isDefined: isDefined)
        #expect(try broken(record, encoding) == [:])
        let facts = try directory([record, record], encoding).facts(at: "DICOMDIR")
        #expect(facts.broken == [])
        #expect(facts.counts == ["DICOMDIR": 1])
        #expect(facts.entries.count == 2)
        #expect(facts.newest == nil)
    }

    @Test func `a DICOMDIR at the store's root names files from there`() throws {
        #expect(try broken(Record(), at: "DICOMDIR", image: "IMAGES/CT1") == [:])
        #expect(try broken(Record(), at: "DICOMDIR", image: "cd/IMAGES/CT1") == ["D8": 1])
    }

    @Test func `small letters are capitals, and padding is none of a name`() throws {
        #expect(try broken(Record(), image: "cd/images/ct1") == [:])
        #expect(try broken(Record(file: "IMAGES  \\CT1 ")) == [:])
    }

    @Test func `a file that is not there is told`() throws {
        #expect(try broken(Record(file: "IMAGES\\CT2")) == ["D8": 1])
        #expect(try broken(Record(file: "..\\cd\\IMAGES\\CT1")) == ["D8": 1])
    }

    @Test func `a file that holds another instance is told`() throws {
        #expect(try broken(Record(instance: "1.2.3")) == ["D8": 1])
    }

    @Test func `a damaged file is where it was as long as it says what it is`() throws {
        let cut = DICOMSample().bytes.dropLast(1)
        #expect(try broken(Record(), imageBytes: Array(cut)) == ["D1": 1])
        #expect(try broken(Record(), imageBytes: []) == ["D8": 1, "G1": 1])
    }

    @Test func `a record that was taken out counts no more`() throws {
        #expect(try broken(Record(file: "IMAGES\\CT2", inUse: 0)) == [:])
    }

    @Test func `a record that names a file but no instance is told`() throws {
        let facts = try directory([Record(instance: nil)]).facts(at: "DICOMDIR")
        #expect(facts.broken == ["D8 (0004,1511)"])
        #expect(try directory([Record(file: nil, instance: nil)]).facts().broken == [])
    }

    @Test func `a DICOMDIR without records, and an image of its name, are told`() throws {
        var sample = directory([])
        #expect(try sample.facts(at: "DICOMDIR").broken == [])
        sample.data.removeLast()
        #expect(try sample.facts(at: "DICOMDIR").broken == ["D8 (0004,1220)"])
        #expect(try DICOMSample().facts(at: "cd/DICOMDIR").broken == ["D8 (0002,0002)"])
    }

    @Test func `records that are longer than their item or sequence are not readable`() throws {
        var sample = directory([Record()])
        let value = sample.data[1].value
        // Of the item, whose length stands in its head.
        sample.data[1].value[4] -= 2
        #expect(try sample.facts().broken == ["D1 from (0004,1220) on"])
        // Of the sequence.
        sample.data[1].value = value
        sample.data[1].length = UInt32(value.count - 2)
        #expect(try sample.facts().broken == ["D1 from (0004,1220) on"])
        sample.data[1].length = UInt32(value.count + 2)
        #expect(try sample.facts().broken == ["D1 from (0004,1220) on"])
    }
}
