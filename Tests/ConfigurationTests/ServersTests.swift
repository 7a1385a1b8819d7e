import Clinical
import Configuration
import Testing

/// What a drill runs on a set's restored data: an Orthanc, a program of the hospital's own.
@Suite struct ServersTests {
    private func set(_ lines: String) throws -> Configuration.BackupSet {
        try #require(try parse(headAndSet + lines).sets.first)
    }

    @Test func `an Orthanc's storage is a store of DICOM with its own files waived`() throws {
        let clinical = try set("    clinical: {orthanc: {storage: /srv/ehr/pacs}}\n").clinical
        #expect(clinical?.orthanc?.storage == "/srv/ehr/pacs")
        #expect(clinical?.orthanc?.index == "/srv/ehr/pacs")
        let store = try #require(clinical?.stores.first)
        #expect(clinical?.stores.count == 1)
        #expect(store.format == .dicom && store.path == "/srv/ehr/pacs")
        #expect(Array(store.waived.keys) == ["G1"])
    }

    @Test func `a store that is named at its storage keeps its waivers beside`() throws {
        let clinical = try set(
            "    clinical: {stores: [{fhir: /srv/ehr/fhir}, {dicom: /srv/ehr/pacs, "
                + "waive: {D5: copies}}], orthanc: {storage: /srv/ehr/pacs, "
                + "index: /srv/ehr/index}}\n"
        ).clinical
        #expect(clinical?.orthanc?.index == "/srv/ehr/index")
        #expect(clinical?.stores.map(\.format) == [.fhir, .dicom])
        #expect(clinical?.stores.last?.waived.keys.sorted() == ["D5", "G1"])
    }

    @Test func `an Orthanc lies in its set, and no other store in it`() {
        expectRuleBroken(
            headAndSet + "    clinical: {orthanc: {storage: /srv/pacs}}\n",
            line: 8,
            key: "sets.ehr.clinical.orthanc.storage",
            "is not in the set"
        )
        expectRuleBroken(
            headAndSet
                + "    clinical: {stores: [{dicom: /srv/ehr}], orthanc: {storage: /srv/ehr/p}}\n",
            line: 8,
            key: "sets.ehr.clinical.orthanc",
            "has a storage that overlaps with another store"
        )
    }

    @Test func `an application is a probe, and what it needs`() throws {
        let least = try #require(try set("    application: {probe: [/opt/p]}\n").application)
        #expect(least.probe == ["/opt/p"] && least.start.isEmpty && least.readable.isEmpty)
        #expect(least.user == "nobody" && least.timeout == .seconds(600))
        let all = try #require(
            try set(
                "    application: {start: [/opt/s, -x], probe: [/opt/p], readable: [/opt], "
                    + "user: ehr, timeout: 5m}\n"
            ).application
        )
        #expect(all.start == ["/opt/s", "-x"] && all.readable == ["/opt"])
        #expect(all.user == "ehr" && all.timeout == .seconds(300))
    }

    @Test func `an application without a probe asks nothing`() throws {
        let error = try refusal(of: headAndSet + "    application: {start: [/opt/s]}\n")
        #expect(error.keyPath.hasPrefix("sets.ehr.application"))
    }
}
