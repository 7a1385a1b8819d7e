import Clinical
import Model
import TestSupport
import Testing

/// Each rule of FHIR: what breaks it, and what does not.
@Suite struct FHIRRuleTests {
    private static let sound = FHIRSample.resource(
        "Observation",
        "obs-1",
        #""meta":{"versionId":"1","lastUpdated":"2026-06-01T09:00:02.5+09:00","#
            + #""profile":["http://jpfhir.jp/fhir/core/StructureDefinition/JP_Observation"]},"#
            + #""status":"final","subject":{"reference":"Patient/p-1"},"#
            + #""effectiveDateTime":"2026-06-01T08:57:22+09:00""#
    )
    private static let patient = FHIRSample.resource(
        "Patient",
        "p-1",
        #""identifier":[{"system":"urn:oid:1.2.392.100495.20.3.51.1","value":" 0001000001 "}]"#
    )

    @Test func `sound resources break nothing, in lines, alone and in a bundle`() throws {
        let files = [
            "Observation.ndjson": Self.sound + "\n\n" + Self.patient + "\r\n",
            "a/1.JSON": FHIRSample.resource("Basic", "b"),
            "b": FHIRSample.bundle("searchset", [FHIRSample.entry("p-2")], #""total":1"#),
        ]
        let profile = try FHIRSample.profile(files.mapValues { Array($0.utf8) })
        #expect(profile.broken == [:])
        #expect(profile.outcomes == [.judged: 3])
        #expect(
            profile.counts == ["Observation": 1, "Patient": 2, "Basic": 1, "Bundle": 1]
        )
        #expect(profile.days == [20_260_601: 1])
        #expect(profile.newest?.rfc3339 == "2026-05-31T23:57:22Z")
    }

    @Test(arguments: ["README.txt", "data.xml", "Patient.ndjson.gz", "json"])
    func `what is not FHIR is foreign`(name: String) throws {
        let facts = try FHIRSample.facts("Read me first.\n", at: name)
        #expect(facts.outcome == .foreign)
        #expect(facts.broken == ["G1"])
    }

    // MARK: - F1

    @Test(arguments: [
        (#"{"id":"1"}"#, "F1 [1].resourceType"),
        (#"{"resourceType":"Patient"}"#, "F1 Patient[1].id"),
        (FHIRSample.resource("Patient", ""), "F1 Patient[1].id"),
        (FHIRSample.resource("Patient", "a_b"), "F1 Patient[1].id"),
        (FHIRSample.resource("Patient", String(repeating: "1", count: 65)), "F1 Patient[1].id"),
        (FHIRSample.resource("Patients", "1"), "F1a [1].resourceType"),
        (FHIRSample.resource("DomainResource", "1"), "F1a [1].resourceType"),
        (FHIRSample.resource("patient", "1"), "F1a [1].resourceType"),
        // Of R5, not of R4.
        (FHIRSample.resource("ActorDefinition", "1"), "F1a [1].resourceType"),
        (
            FHIRSample.resource("Patient", "1", #""meta":{"profile":["JP Patient"]}"#),
            "F1b Patient[1].meta.profile"
        ),
        (
            FHIRSample.resource("Condition", "1", #""recordedDate":"2026/06/01""#),
            "F1b Condition[1].recordedDate"
        ),
        ("[]", "F1 JSON[1]"), ("1", "F1 JSON[1]"), ("", "F1 empty"), (" \n\t\n", "F1 empty"),
        (FHIRSample.resource("Basic", "1") + "{}", "F1 JSON[1]"),
        (#"{"resourceType":7}"#, "F1 JSON[1]"),
        (
            FHIRSample.resource("List", "1", #""entry":[{"resource":{"resourceType":"Basic"}}]"#),
            "F1 List[1].entry.resource"
        ),
    ])
    func `what is no resource of R4 is told`(text: String, broken: String) throws {
        #expect(try FHIRSample.facts(text).broken == [broken])
    }

    @Test(arguments: [
        "1", String(repeating: "a", count: 64), "A-.9", "Composition",
    ])
    func `ids have one to 64 letters, digits, hyphens and dots`(id: String) throws {
        #expect(try FHIRSample.facts(FHIRSample.resource("Patient", id)).broken == [])
    }

    @Test(arguments: ["Account", "Bundle", "List", "TestScript", "VisionPrescription"])
    func `a type of R4 is counted by its name`(type: String) throws {
        let text = FHIRSample.resource(type, "1", type == "Bundle" ? #""type":"document""# : "")
        #expect(try FHIRSample.facts(text).counts == [type: 1])
    }

    @Test func `a line that is cut does not hide the others`() throws {
        let lines = [
            FHIRSample.resource("Patient", "1"), String(Self.sound.dropLast(40)),
            "{\"resourceType\":\"Patient\u{1}", FHIRSample.resource("Patient", "2"),
            String(Self.sound.dropLast(1)),
        ]
        let facts = try FHIRSample.facts(lines.joined(separator: "\n"))
        #expect(facts.broken == ["F1 JSON[2]", "F1 JSON[3]", "F1 JSON[5]"])
        #expect(facts.counts == ["Patient": 2])
        #expect(facts.outcome == .unparsed)
    }

    @Test func `a resource over two lines is none of NDJSON, but is a file`() throws {
        let text = FHIRSample.resource("Patient", "1", "\n\"active\":true")
        #expect(try FHIRSample.facts(text).broken == ["F1 JSON[1]", "F1 JSON[2]"])
        #expect(try FHIRSample.facts(text, at: "1.json").broken == [])
        #expect(try FHIRSample.facts(text + text, at: "1.json").broken == ["F1 JSON"])
    }

    @Test func `of many violations the first thousand have a place, and the others a number`()
        throws
    {
        let lines = (0..<1_203).map { _ in "{}" } + (0..<3).map { _ in "x" }
        let facts = try FHIRSample.facts(lines.joined(separator: "\n"))
        #expect(facts.violations.count == 1_001)
        #expect(facts.broken.last == "F1 206 more")
    }

    // MARK: - F2

    @Test(arguments: [
        (#"{"resourceType":"Coverage","id":"c","contained":[]}"#, "contained.contained"),
        (#"{"resourceType":"Coverage","id":"c","meta":{"versionId":"1"}}"#, "contained.meta"),
        (
            #"{"resourceType":"Coverage","id":"c","meta":{"lastUpdated":"2026-06-01T00:00:00Z"}}"#,
            "contained.meta"
        ),
        (
            #"{"resourceType":"Coverage","id":"c","meta":{"security":[{"code":"R"}]}}"#,
            "contained.meta"
        ),
        (#"{"resourceType":"Coverage","id":"d"}"#, "contained.id"),
        (#"{"resourceType":"Coverage"}"#, "contained.id"),
        (
            #"{"resourceType":"Coverage","id":"c"},{"resourceType":"Coverage","id":"c"}"#,
            "contained.id"
        ),
    ])
    func `what is contained keeps dom-2 to dom-5`(contained: String, member: String) throws {
        // What is not called c is not referred to.
        let reference = contained.contains(#""c""#) ? "#c" : "Patient/1"
        let text = FHIRSample.resource(
            "Claim",
            "1",
            #""contained":[\#(contained)],"insurance":[{"coverage":{"reference":"\#(reference)"}}]"#
        )
        #expect(try FHIRSample.facts(text).broken == ["F2 Claim[1].\(member)"])
    }

    @Test(arguments: [
        // Before and after, by reference, by canonical, and back to what contains it.
        ##""a":{"reference":"#c"},"contained":[{"resourceType":"Basic","id":"c"}]"##,
        ##""contained":[{"resourceType":"Basic","id":"c"}],"a":[{"b":{"reference":"#c"}}]"##,
        ##""contained":[{"resourceType":"ValueSet","id":"c"}],"valueSet":"#c""##,
        ##""contained":[{"resourceType":"Basic","id":"c","subject":{"reference":"#"}}]"##,
        ##""contained":[{"resourceType":"Basic","id":"c","a":{"reference":"#d"}},"##
            + ##"{"resourceType":"Basic","id":"d","a":{"reference":"#c"}}]"##,
    ])
    func `what is contained and referred to breaks nothing`(members: String) throws {
        let files = ["1.ndjson": FHIRSample.resource("Questionnaire", "1", members)]
        #expect(try FHIRSample.broken(files) == [:])
    }

    @Test func `a type that is contained is one of R4`() throws {
        let text = FHIRSample.resource(
            "Basic",
            "1",
            ##""contained":[{"resourceType":"Nothing","id":"c"},{"id":"d"}],"a":["#c","#d"]"##
        )
        #expect(
            try FHIRSample.facts(text).broken
                == ["F1a Basic[1].contained.resourceType", "F1 Basic[1].contained.resourceType"]
        )
    }

    // MARK: - F5

    @Test(arguments: [
        (#""versionId":"""#, "versionId"), (#""versionId":"W/1""#, "versionId"),
        (#""lastUpdated":"2026-06-01""#, "lastUpdated"),
        (#""lastUpdated":"2026-06-01T09:00:02""#, "lastUpdated"),
        (#""lastUpdated":"2026-06-01T09:00+09:00""#, "lastUpdated"),
        (#""lastUpdated":"2026-06-31T09:00:02+09:00""#, "lastUpdated"),
        (#""lastUpdated":"2026-06-01T24:00:00Z""#, "lastUpdated"),
        (#""lastUpdated":"2026-06-01T09:00:02.Z""#, "lastUpdated"),
        (#""lastUpdated":"2026-06-01T09:00:02+14:01""#, "lastUpdated"),
        (#""lastUpdated":"2026-06-01 09:00:02Z""#, "lastUpdated"),
    ])
    func `versions are ids, and their times are instants`(meta: String, member: String) throws {
        let text = FHIRSample.resource("Patient", "1", #""meta":{\#(meta)}"#)
        #expect(try FHIRSample.facts(text).broken == ["F5 Patient[1].meta.\(member)"])
    }

    @Test(arguments: [
        "2026-06-01T09:00:02Z", "2024-02-29T23:59:60.123456789-14:00", "2026-06-01T09:00:02+05:45",
    ])
    func `an instant has a second and a zone`(time: String) throws {
        let text = FHIRSample.resource("Patient", "1", #""meta":{"lastUpdated":"\#(time)"}"#)
        #expect(try FHIRSample.facts(text).broken == [])
    }

    @Test func `a clinical time after the backup is told`() throws {
        var profiler = StoreProfiler(.fhir, cut: Timestamp(seconds: 1_780_000_000))
        let late = FHIRSample.resource("Condition", "1", #""recordedDate":"2026-12-01""#)
        profiler.add(try FHIRSample.facts(late), path: [1], bytes: 1)
        #expect(profiler.finish().broken.keys.sorted() == ["F5"])
    }

    @Test func `a resource that is there twice is told, but not its copies in documents`() throws {
        let one = FHIRSample.resource("Patient", "1")
        let order = FHIRSample.order("1")
        #expect(try FHIRSample.broken(["a.ndjson": one, "b.ndjson": one]) == ["F5a": 1])
        #expect(try FHIRSample.broken(["a.ndjson": "\(one)\n\(one)"]) == ["F5a": 1])
        let search = FHIRSample.bundle("searchset", [FHIRSample.entry("1")], #""total":1"#)
        #expect(try FHIRSample.broken(["a.ndjson": one, "b.json": search]) == ["F5a": 1])
        let document = FHIRSample.bundle("document", [FHIRSample.entry("1")])
        #expect(try FHIRSample.broken(["a.ndjson": one, "b.json": document]) == [:])
        let transaction = FHIRSample.bundle("transaction", [order])
        #expect(try FHIRSample.broken(["a.json": transaction, "b.json": transaction]) == [:])
    }
}
