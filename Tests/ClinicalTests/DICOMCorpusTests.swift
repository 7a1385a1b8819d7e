import Clinical
import Model
import TestSupport
import Testing

/// Files that real programs and devices wrote: the test files of pydicom, which lie beside the
/// package; absent elsewhere.
@Suite struct DICOMCorpusTests {
    /// The files by their path.
    private static let files: [String: [UInt8]] = {
        let all = (try? contents(of: "\(Tool.root)/../shared/data/dicom")) ?? [:]
        if all.isEmpty {
            print("SKIPPED: DICOM files of real programs: none in ../shared/data/dicom")
        }
        return all.compactMapValues { $0 }
    }()

    /// What each file breaks, by the last part of its path; all others break nothing. From
    /// pydicom's README, and from reading the bytes.
    private static let known: [String: [String]] = [
        // No preamble, or none and no head.
        "ExplVR_BigEndNoMeta.dcm": ["D1"],
        "ExplVR_LitEndNoMeta.dcm": ["D1"],
        "JLSL_RGB_ILV1.dcm": ["D1"],
        "no_meta.dcm": ["D1"],
        "rtstruct.dcm": ["D1"],
        // Cut off within an element.
        "MR_truncated.dcm": ["D1 from (7FE0,0010) on"],
        "rtplan_truncated.dcm": ["D1 from (0020,000E) on"],
        // Items keep the length that they had before elements were taken out.
        "DICOMDIR-nooffset": ["D1 from (0004,1220) on"],
        // The head says explicit VR, the data set is implicit.
        "SC_rgb_jpeg.dcm": ["D1 from (0002,0012) on"],
        // Elements of group 0001, which no data set may have.
        "meta_missing_tsyntax.dcm": ["D1 from (0002,0012) on"],
        "nested_priv_SQ.dcm": ["D1 from (0002,0012) on"],
        // Heads without what a head must have.
        "empty_charset_LEI.dcm": ["D2 (0002,0002)", "D2 (0002,0003)"],
        "no_meta_group_length.dcm": ["D2 (0002,0000)", "D4 (0002,0002)", "D4 (0002,0003)"],
        // A data set that was cut down to one sequence.
        "UN_sequence.dcm": ["D4 (0002,0002)", "D4 (0002,0003)"],
        "priv_SQ.dcm": ["D4 (0002,0002)", "D4 (0002,0003)"],
        // Names were edited in the data set, and the head forgotten.
        "rtdose.dcm": ["D4 (0002,0003)"],
        "rtdose_1frame.dcm": ["D4 (0002,0003)"],
        "rtdose_expb.dcm": ["D4 (0002,0003)"],
        "rtdose_expb_1frame.dcm": ["D4 (0002,0003)"],
        "rtplan.dcm": ["D4 (0002,0003)"],
        "bad_sequence.dcm": [
            "D4 (0002,0003)", "D5a (0008,0018)", "D5a (0020,000D)", "D5a (0020,000E)",
        ],
        // The number of frames is `1A`.
        "badVR.dcm": ["D4 (0002,0003)", "D7 (0028,0008)"],
        // Images of no study.
        "JLSL_08_07_0_1F.dcm": ["D5a (0020,000D)", "D5a (0020,000E)"],
        "JPEGLSNearLossless_08.dcm": ["D5a (0020,000D)", "D5a (0020,000E)"],
        "JPEGLSNearLossless_16.dcm": ["D5a (0020,000D)", "D5a (0020,000E)"],
        "SC_rgb_jls_lossy_line.dcm": ["D5a (0020,000D)", "D5a (0020,000E)"],
        "SC_rgb_jls_lossy_sample.dcm": ["D5a (0020,000D)", "D5a (0020,000E)"],
        // More pixels than the image has.
        "MR_small_padded.dcm": ["D7 (7FE0,0010)"],
        // Something of its maker's stands in the preamble.
        "17106": ["D3"], "17136": ["D3"], "17166": ["D3"], "17196": ["D3"], "2062": ["D3"],
        "2392": ["D3"], "2693": ["D3"], "3023": ["D3"], "3353": ["D3"],
        // What is not DICOM.
        "README": ["G1"], "README.txt": ["G1"], "crayons.icc": ["G1"], "rtplan.dump": ["G1"],
        "rtstruct.dump": ["G1"], "test1.json": ["G1"], "test_PN.json": ["G1"], "zipMR.gz": ["G1"],
    ]

    private func expected(_ path: String) -> [String] {
        // CT images that were made without pixels, for a DICOMDIR to name.
        if path.contains("TINY_ALPHA/PT000000/") {
            return ["D7 (7FE0,0010)"]
        }
        return path.split(separator: "/").last.flatMap { Self.known[String($0)] } ?? []
    }

    @Test(.enabled(if: !files.isEmpty))
    func `each file breaks the rules that it is known to break, and no others`() throws {
        for (path, bytes) in Self.files {
            let facts = try DICOMSample.facts(of: bytes, at: path)
            #expect(facts.broken == expected(path), "\(path)")
        }
        let names = Set(Self.files.keys.compactMap { $0.split(separator: "/").last })
        for name in Self.known.keys where !names.contains(name[...]) {
            Issue.record("\(name) is no file any more")
        }
    }

    @Test(.enabled(if: !files.isEmpty))
    func `every DICOMDIR that can be read names what is there`() throws {
        var profiler = StoreProfiler(.dicom, cut: Timestamp(seconds: 1_800_000_000))
        for (path, bytes) in Self.files.sorted(by: { $0.key < $1.key })
        where path.contains("dicomdirtests/") {
            let facts = try DICOMSample.facts(of: bytes, at: path)
            profiler.add(facts, path: Array(path.utf8), bytes: UInt64(bytes.count))
        }
        let profile = profiler.finish()
        #expect(profile.broken.mapValues(\.count) == ["D1": 1, "D3": 9, "D7": 50, "G1": 2])
        #expect(profile.counts["DICOMDIR"] == 7)
    }
}
