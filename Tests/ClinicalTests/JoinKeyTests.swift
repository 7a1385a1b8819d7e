import Clinical
import Model
import TestSupport
import Testing

/// The keys by which systems speak of the same visits and examinations.
@Suite struct JoinKeyTests {
    private func sample(_ type: String, flag: String = "1") throws -> SSMIX2Sample {
        let kind = try #require(SSMIX2SampleKind.all.first { $0.type == type })
        var sample = SSMIX2Sample(kind)
        sample.flag = flag
        return sample
    }

    private func keys(_ relation: Relation, _ facts: FileFacts) -> [UInt64] {
        facts.entries(of: relation.name).map(\.key)
    }

    // MARK: - Examinations

    @Test func `what radiology did has the accession number of its images`() throws {
        let facts = try sample("OMG-11").facts()
        #expect(keys(.imaging, facts) == [KeyHash.of("A1")])
        #expect(keys(.imagingOther, facts) == [])
    }

    @Test func `without that number an examination has its order's`() throws {
        var sample = try sample("OMG-11")
        sample.segments.removeAll { $0.hasPrefix("IPC") }
        #expect(keys(.imaging, try sample.facts()) == [KeyHash.of("000000990001722")])
    }

    @Test func `one message may tell of several examinations, each once`() throws {
        var sample = try sample("OMG-11")
        sample.segments += ["IPC|A2|P1|1.2.4||US", "IPC| A1 |P2|1.2.3||US"]
        #expect(keys(.imaging, try sample.facts()) == [KeyHash.of("A1"), KeyHash.of("A2")])
    }

    @Test func `endoscopies and physiological tests need no images`() throws {
        for type in ["OMG-12", "OMG-13"] {
            let facts = try sample(type).facts()
            #expect(keys(.imaging, facts) == [], "\(type)")
            #expect(keys(.imagingOther, facts).count == 1, "\(type)")
        }
    }

    @Test func `the hospital's examinations are those of its images`() throws {
        func keys(_ name: String, _ read: (String, [UInt8]) throws -> FileFacts) throws
            -> Set<UInt64>
        {
            var keys: Set<UInt64> = []
            for (path, bytes) in try contents(of: Tool.fixture(name)) {
                if let bytes {
                    keys.formUnion(self.keys(.imaging, try read(path, bytes)))
                }
            }
            return keys
        }
        let done = try keys("ssmix2/standard_root") { path, bytes in
            try SSMIX2Reader(localOffset: 0).facts(of: Array(path.utf8), ContentReader(bytes))
        }
        let images = try keys("dicom") { path, bytes in
            try DICOMSample.facts(of: bytes, at: path)
        }
        #expect(done.count == 5)
        #expect(done == images)
    }

    // MARK: - Visits

    @Test func `an outpatient's arrival is a visit of the day`() throws {
        let facts = try sample("ADT-12").facts()
        #expect(keys(.visit, facts) == [KeyHash.of("0001006032", "20260615")])
    }

    @Test(arguments: ["ADT-12", "OMG-11"])
    func `what was superseded, deleted or damaged is none`(type: String) throws {
        for flag in ["0", "2"] {
            let facts = try sample(type, flag: flag).facts()
            #expect(keys(.visit, facts) == [] && keys(.imaging, facts) == [], "\(flag)")
        }
        let facts = try sample(type).facts(of: [0x80])
        #expect(keys(.visit, facts) == [] && keys(.imaging, facts) == [])
    }

    @Test func `claims tell the days on which outpatients were treated`() throws {
        var sample = UKESample()
        let visits = [
            KeyHash.of("0001", "20260601"), KeyHash.of("0001", "20260615"),
            KeyHash.of("0002", "20260630"), KeyHash.of("0003", "20260602"),
        ]
        #expect(keys(.visit, try sample.facts()) == visits)
        sample.records[1] = UKESample.claim(1, type: "1111")
        #expect(keys(.visit, try sample.facts()) == Array(visits.dropFirst(2)))
    }

    // MARK: - Queries

    @Test(arguments: ClinicalJoin.Key.allCases.filter { $0 != .visits })
    func `a row's first column is a key, without the spaces of a fixed column`(
        key: ClinicalJoin.Key
    ) throws {
        #expect(try key.hash(ofRow: [" P1  ", "x"]) == KeyHash.of("P1"))
        #expect(try key.hash(ofRow: [nil]) == nil)
        #expect(try key.hash(ofRow: []) == nil)
    }

    @Test func `a visit is a patient and a day, however the day is written`() throws {
        let key = ClinicalJoin.Key.visits
        for day in ["20260615", "2026-06-15", "20260615 "] {
            #expect(try key.hash(ofRow: ["0001 ", day]) == KeyHash.of("0001", "20260615"))
        }
        #expect(try key.hash(ofRow: [nil, "20260615"]) == nil)
        #expect(try key.hash(ofRow: ["0001", nil]) == nil)
    }

    @Test(arguments: [["0001"], ["0001", "20260631"], ["0001", "2026-06-15 09:00:00+00"]])
    func `a visit on no day is no key`(row: [String]) {
        #expect(throws: ClinicalJoin.Key.NoKey.self) {
            try ClinicalJoin.Key.visits.hash(ofRow: row)
        }
    }

    // MARK: - What is kept

    @Test func `a drill keeps of a store what its joins ask for, and nothing else`() {
        let join = ClinicalJoin(
            key: .orders,
            inner: .store(set: "pacs", .dicom),
            outer: .store(set: "charts", .ssmix2),
            unknownMax: 0
        )
        #expect(join.relations(of: "pacs", .dicom) == [.imaging])
        #expect(join.relations(of: "charts", .ssmix2) == [.imaging, .imagingOther])
        #expect(join.relations(of: "charts", .fhir) == [])
        #expect(join.relations(of: "old", .dicom) == [])
    }
}
