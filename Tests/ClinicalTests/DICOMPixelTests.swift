import Clinical
import Testing

/// Pixel data are as long as the image's size makes them, and fragments are whole.
@Suite struct DICOMPixelTests {
    private static let fault = ["D7 (7FE0,0010)"]

    private func broken(
        _ encoding: DICOMSampleEncoding = .explicitLittle,
        _ change: (inout DICOMSample) -> Void
    ) throws -> [String] {
        var sample = DICOMSample(encoding)
        change(&sample)
        return try sample.facts().broken
    }

    /// An image of a size with pixel data of a length.
    private func broken(
        _ size: (rows: UInt16, columns: UInt16, samples: UInt16, bits: UInt16),
        frames: String? = nil,
        photometric: String = "RGB",
        tag: UInt32 = 0x7FE0_0010,
        bytes: Int
    ) throws -> [String] {
        try broken { sample in
            sample.set(0x0028_0002, size.samples)
            sample.set(0x0028_0004, "CS", photometric)
            sample.set(0x0028_0008, "IS", frames)
            sample.set(0x0028_0010, size.rows)
            sample.set(0x0028_0011, size.columns)
            sample.set(0x0028_0100, size.bits)
            sample.pixels = DICOMSampleElement(tag, "OW", [UInt8](repeating: 1, count: bytes))
        }
    }

    // MARK: - Native

    @Test(arguments: DICOMSampleEncoding.allCases, [-2, 2, 32])
    func `native pixel data of another length are told`(
        encoding: DICOMSampleEncoding,
        more: Int
    ) throws {
        let broken = try broken(encoding) { sample in
            sample.pixels?.value = [UInt8](repeating: 1, count: 32 + more)
        }
        #expect(broken == Self.fault)
    }

    @Test func `an odd number of bytes is made even, and may not be left odd`() throws {
        #expect(try broken((3, 3, 3, 8), bytes: 28) == [])
        #expect(try broken((3, 3, 3, 8), bytes: 27) == Self.fault)
    }

    @Test func `frames follow each other without padding between them`() throws {
        #expect(try broken((3, 3, 1, 8), frames: "3 ", bytes: 28) == [])
        #expect(try broken((3, 3, 1, 8), frames: "2", bytes: 28) == Self.fault)
        #expect(try broken((3, 3, 1, 8), frames: "two", bytes: 28) == ["D7 (0028,0008)"])
    }

    @Test func `single bits follow each other, over rows and frames`() throws {
        // 3 × 5 × 3 = 45 bits.
        #expect(try broken((3, 5, 1, 1), frames: "3", bytes: 6) == [])
        #expect(try broken((3, 5, 1, 1), frames: "3", bytes: 8) == Self.fault)
        #expect(try broken((512, 512, 1, 1), frames: "3", bytes: 98_304) == [])
    }

    @Test func `colour that two pixels share is half as much`() throws {
        #expect(try broken((4, 4, 3, 8), photometric: "YBR_FULL_422", bytes: 32) == [])
        #expect(try broken((4, 4, 3, 8), photometric: "YBR_FULL_422", bytes: 48) == Self.fault)
        #expect(try broken((4, 4, 3, 8), photometric: "YBR_FULL", bytes: 48) == [])
    }

    @Test func `floats have the length of their element`() throws {
        #expect(try broken((4, 4, 1, 32), tag: 0x7FE0_0008, bytes: 64) == [])
        #expect(try broken((4, 4, 1, 32), tag: 0x7FE0_0008, bytes: 32) == ["D7 (7FE0,0008)"])
        #expect(try broken((4, 4, 1, 64), tag: 0x7FE0_0009, bytes: 128) == [])
        #expect(try broken((4, 4, 1, 64), tag: 0x7FE0_0009, bytes: 64) == ["D7 (7FE0,0009)"])
    }

    @Test func `a size that is missing or beyond all bounds is told`() throws {
        for (tag, place) in [
            (0x0028_0002, "D7 (0028,0002)"), (0x0028_0010, "D7 (0028,0010)"),
            (0x0028_0011, "D7 (0028,0011)"), (0x0028_0100, "D7 (0028,0100)"),
        ] as [(UInt32, String)] {
            #expect(try broken { $0.set(tag, nil) } == [place])
        }
        let huge = String(repeating: "9", count: 18)
        #expect(
            try broken((.max, .max, .max, .max), frames: huge, bytes: 32) == Self.fault
        )
    }

    @Test func `an image with a size and no pixels was cut off`() throws {
        #expect(try broken { $0.pixels = nil } == Self.fault)
        let elsewhere = DICOMSampleElement(0x0028_7FE0, "UR", "https://pacs.example/1")
        let provided = try broken { sample in
            sample.set(0x0028_7FE0, elsewhere)
            sample.set(0x0002_0010, "UI", "1.2.840.10008.1.2.4.94")
            sample.pixels = nil
        }
        #expect(provided == [])
    }

    @Test func `an object of an image class without pixels was cut off, a report was not`() throws {
        func broken(of uid: String) throws -> [String] {
            try self.broken { sample in
                sample.set(0x0002_0002, "UI", uid)
                sample.set(0x0008_0016, "UI", uid)
                sample.data.removeAll { $0.tag >> 16 == 0x0028 }
                sample.pixels = nil
            }
        }
        #expect(try broken(of: DICOMSample.imageClass) == Self.fault)
        #expect(try broken(of: "1.2.840.10008.5.1.4.1.1.77.1.6") == Self.fault)
        #expect(try broken(of: "1.2.840.10008.5.1.4.1.1.88.11") == [])
        #expect(try broken(of: "1.2.3") == [])
    }

    // MARK: - Fragments

    private func table(_ offsets: UInt32...) -> [UInt8] {
        offsets.flatMap { DICOMSampleEncoding.explicitLittle.bytes($0) }
    }

    private func broken(
        fragments: [[UInt8]],
        frames: String,
        syntax: String = "1.2.840.10008.1.2.4.90"
    ) throws -> [String] {
        try broken { sample in
            sample.set(0x0028_0008, "IS", frames)
            sample.setFragments(fragments, syntax: syntax)
        }
    }

    @Test func `fragments with a right table, or none, are sound`() throws {
        #expect(try broken(fragments: [[], [1, 2]], frames: "1") == [])
        #expect(try broken(fragments: [[], [1, 2], [3, 4]], frames: "1") == [])
        #expect(try broken(fragments: [table(0), [1, 2], [3, 4]], frames: "1") == [])
        #expect(try broken(fragments: [table(0, 10), [1, 2], [3, 4]], frames: "2") == [])
        let three: [[UInt8]] = [[1, 2], [3, 4], [5, 6]]
        #expect(try broken(fragments: [table(0, 20)] + three, frames: "2") == [])
    }

    @Test func `fragments with a wrong table are told`() throws {
        for wrong in [table(0, 12), table(2, 10), table(10, 0), table(0, 0), table(0), [1, 2]] {
            let broken = try broken(fragments: [wrong, [1, 2], [3, 4]], frames: "2")
            #expect(broken == Self.fault, "\(wrong)")
        }
    }

    @Test func `too few fragments and odd ones are told`() throws {
        #expect(try broken(fragments: [[], [1, 2]], frames: "2") == Self.fault)
        #expect(try broken(fragments: [[]], frames: "1") == Self.fault)
        #expect(try broken(fragments: [[], [1, 2, 3]], frames: "1") == Self.fault)
    }

    @Test func `a video's frames share fragments`() throws {
        let video = "1.2.840.10008.1.2.4.102"
        #expect(try broken(fragments: [[], [1, 2]], frames: "25", syntax: video) == [])
        #expect(try broken(fragments: [[]], frames: "25", syntax: video) == Self.fault)
    }

    @Test func `a form that is not the transfer syntax's is told`() throws {
        let native = try broken { $0.set(0x0002_0010, "UI", "1.2.840.10008.1.2.5") }
        #expect(native == Self.fault)
        let encapsulated = try broken(
            fragments: [[], [1, 2]],
            frames: "1",
            syntax: "1.2.840.10008.1.2.1"
        )
        #expect(encapsulated == Self.fault)
    }

    @Test func `a private transfer syntax may have pixels of either form`() throws {
        #expect(try broken { $0.set(0x0002_0010, "UI", "1.3.46.670589.33.1.4.1") } == [])
        let encapsulated = try broken(
            fragments: [[], [1, 2]],
            frames: "1",
            syntax: "1.3.46.670589.33.1.4.1"
        )
        #expect(encapsulated == [])
    }

    @Test func `fragments without their delimiter are no readable file`() throws {
        let broken = try broken { sample in
            sample.setFragments([[], [1, 2]])
            sample.pixels?.value.removeLast(8)
        }
        #expect(broken == ["D1 from (7FE0,0010) on"])
    }

    @Test func `the hash is over the fragments' bytes, however they are divided`() throws {
        var sample = DICOMSample()
        sample.setFragments([[], [1, 2, 3, 4]])
        let whole = try sample.facts().entries(of: "dicom-pixels")
        sample.setFragments([table(0), [1, 2], [3, 4]])
        #expect(try sample.facts().entries(of: "dicom-pixels") == whole)
        sample.setFragments([[], [1, 2, 3, 5]])
        #expect(try sample.facts().entries(of: "dicom-pixels") != whole)
    }
}
