import Clinical
import Model
import TestSupport
import Testing

/// What FHIR says between resources, files and stores.
@Suite struct FHIRStoreTests {
    private static let patient = FHIRSample.resource("Patient", "p")

    private func broken(referringBy reference: String) throws -> [String: UInt64] {
        let one = FHIRSample.resource("Basic", "b", #""subject":{"reference":"\#(reference)"}"#)
        return try FHIRSample.broken(["Basic.ndjson": one, "Patient.ndjson": Self.patient])
    }

    @Test(arguments: [
        "Patient/p", "Patient/p/_history/3", "Patient/p#name", "Basic/b",
        "https://fhir.example/base/Patient/p", "https://fhir.example/Patient/p/_history/1",
        // Not in any store: what a server will find, and what is no resource.
        "Patient?identifier=a|1", "https://www.example/guide.html", "urn:isbn:1",
    ])
    func `references that lead somewhere break nothing`(reference: String) throws {
        #expect(try broken(referringBy: reference) == [:])
    }

    @Test(arguments: [
        ("Patient/q", "F3"), ("Patient/q/_history/1", "F3"), ("Observation/p", "F3"),
        ("urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0", "F3"), ("urn:oid:1.2.3", "F3"),
        ("", "F3"), ("p", "F3"), ("/Patient/p", "F3"), ("Patient/", "F3"), ("Patients/p", "F3"),
        ("Patient/p/q", "F3"), ("Patient/p_", "F3"), ("#c", "F3"),
        ("https://fhir.example/base/Patient/q", "F3a"),
    ])
    func `references that lead nowhere are told`(reference: String, rule: String) throws {
        #expect(try broken(referringBy: reference) == [rule: 1])
    }

    @Test func `each resource that is missing is told once, however many refer to it`() throws {
        let lines = (0..<5_000).map { number in
            let reference = #""subject":{"reference":"Patient/\#(number % 3_000)"}"#
            return FHIRSample.resource("Basic", "\(number)", reference)
        }
        let broken = try FHIRSample.broken(["Basic.ndjson": lines.joined(separator: "\n")])
        #expect(broken == ["F3": 3_000])
    }

    @Test func `a transaction refers to its entries by their names`() throws {
        let claim =
            #"{"fullUrl":"urn:uuid:c","resource":{"resourceType":"Claim","#
            + #""patient":{"reference":"urn:uuid:p"}},"request":{"method":"POST","url":"Claim"}}"#
        let whole = FHIRSample.bundle("transaction", [claim, FHIRSample.order("p")])
        #expect(try FHIRSample.broken(["1.json": whole]) == [:])
        let half = FHIRSample.bundle("transaction", [claim])
        #expect(try FHIRSample.broken(["1.json": half]) == ["F3": 1])
    }

    // MARK: - Bundles

    @Test(arguments: [
        FHIRSample.bundle("collection", []), FHIRSample.bundle("document", []),
        FHIRSample.bundle("message", []), FHIRSample.bundle("batch", [FHIRSample.order("1")]),
        FHIRSample.bundle("batch-response", [#"{"response":{"status":"200"}}"#]),
        FHIRSample.bundle("transaction-response", [#"{"response":{"status":"200"}}"#]),
        FHIRSample.bundle("searchset", [], #""total":0"#),
        FHIRSample.bundle("searchset", [FHIRSample.entry("1")]),
        FHIRSample.bundle(
            "searchset",
            [
                FHIRSample.entry("1", #""search":{"mode":"match"}"#),
                FHIRSample.entry("2", #""search":{"mode":"include"}"#),
            ],
            #""total":1"#
        ),
        FHIRSample.bundle(
            "searchset",
            [FHIRSample.entry("1")],
            #""total":90,"link":[{"relation":"next","url":"https://fhir.example?page=2"}]"#
        ),
        FHIRSample.bundle(
            "history",
            [
                #"{"fullUrl":"https://fhir.example/Patient/1","resource":"#
                    + FHIRSample.resource("Patient", "1", #""meta":{"versionId":"2"}"#)
                    + #","request":{"method":"PUT","url":"Patient/1"}}"#,
                #"{"fullUrl":"https://fhir.example/Patient/1","resource":"#
                    + FHIRSample.resource("Patient", "1", #""meta":{"versionId":"1"}"#)
                    + #","request":{"method":"POST","url":"Patient"}}"#,
                #"{"request":{"method":"DELETE","url":"Patient/2"}}"#,
            ],
            #""total":3"#
        ),
    ])
    func `sound bundles break nothing`(text: String) throws {
        #expect(try FHIRSample.broken(["1.json": text]) == [:])
    }

    @Test(arguments: [
        (FHIRSample.bundle("set", []), "F6 Bundle[1].type"),
        (#"{"resourceType":"Bundle","entry":[]}"#, "F6 Bundle[1].type"),
        (
            FHIRSample.bundle("searchset", [FHIRSample.entry("1")], #""total":2"#),
            "F6 Bundle[1].total"
        ),
        (
            FHIRSample.bundle("searchset", [FHIRSample.entry("1")], #""total":0"#),
            "F6 Bundle[1].total"
        ),
        (FHIRSample.bundle("searchset", [], #""total":-1"#), "F6 Bundle[1].total"),
        (FHIRSample.bundle("collection", [], #""total":0"#), "F6 Bundle[1].total"),
        (FHIRSample.bundle("collection", ["{}"]), "F6 Bundle[1].entry[1]"),
        (
            FHIRSample.bundle("transaction", [FHIRSample.order("1"), FHIRSample.entry("2")]),
            "F6 Bundle[1].entry.request"
        ),
        (FHIRSample.bundle("collection", [FHIRSample.order("1")]), "F6 Bundle[1].entry.request"),
        (
            FHIRSample.bundle("batch-response", [FHIRSample.entry("1")]),
            "F6 Bundle[1].entry.response"
        ),
        (
            FHIRSample.bundle("document", [FHIRSample.entry("1"), FHIRSample.entry("1")]),
            "F6 Bundle[1].entry[2].fullUrl"
        ),
        (
            FHIRSample.bundle(
                "collection",
                [#"{"fullUrl":"https://a/Basic/1/_history/1","resource":{"resourceType":"Basic"}}"#]
            ),
            "F6 Bundle[1].entry[1].fullUrl"
        ),
        (
            FHIRSample.bundle("searchset", [#"{"resource":{"resourceType":"Basic"}}"#]),
            "F6 Bundle[1].entry[1].resource.id"
        ),
        (
            FHIRSample.bundle(
                "collection",
                [#"{"fullUrl":"https://a/Basic/1","resource":{"resourceType":"Basic","id":"2"}}"#]
            ),
            "F6a Bundle[1].entry.fullUrl (1)"
        ),
    ])
    func `a bundle that contradicts itself is told`(text: String, broken: String) throws {
        #expect(try FHIRSample.facts(text, at: "1.json").broken == [broken])
    }

    @Test func `a type that comes after the entries is a type all the same`() throws {
        let entries = #""entry":[\#(FHIRSample.entry("1"))]"#
        let text = #"{\#(entries),"total":2,"type":"searchset","resourceType":"Bundle"}"#
        #expect(try FHIRSample.facts(text, at: "1.json").broken == ["F6 Bundle[1].total"])
    }

    // MARK: - Times and tallies

    @Test(arguments: [
        ("Observation", #""effectiveDateTime":"2026-06-01""#, "2026-05-31T15:00:00Z"),
        (
            "Observation", #""issued":"2026-06-01T00:00:00Z","effectiveDateTime":"2026""#,
            "2026-06-01T00:00:00Z"
        ),
        (
            "Encounter", #""status":"finished","period":{"start":"2026-06","end":"2026-07"}"#,
            "2026-05-31T15:00:00Z"
        ),
        ("Immunization", #""occurrenceDateTime":"2026-06-01T12:00:00""#, "2026-06-01T03:00:00Z"),
        (
            "MedicationRequest", #""authoredOn":"2026-06-01T12:00:00-05:00""#,
            "2026-06-01T17:00:00Z"
        ),
    ])
    func `the newest time is when something was done`(
        type: String,
        members: String,
        newest: String
    ) throws {
        let facts = try FHIRSample.facts(FHIRSample.resource(type, "1", members))
        #expect(facts.newest?.rfc3339 == newest)
        #expect(facts.days.values.reduce(0, +) == 1)
    }

    @Test(arguments: [
        ("Encounter", #""status":"planned","period":{"start":"2030-06-01"}"#),
        ("Encounter", #""period":{"start":"2030-06-01"}"#),
        ("ServiceRequest", #""occurrenceDateTime":"2030-06-01""#),
        ("MedicationStatement", #""effectiveDateTime":"2030-06-01""#),
        ("Coverage", #""period":{"start":"2026-04-01","end":"2027-03-31"}"#),
        ("Appointment", #""start":"2030-06-01T00:00:00Z""#),
        ("Patient", #""meta":{"lastUpdated":"2026-06-01T00:00:00Z"},"birthDate":"2026-01-01""#),
    ])
    func `what may be planned, and when a server wrote, is no such time`(
        type: String,
        members: String
    ) throws {
        let facts = try FHIRSample.facts(FHIRSample.resource(type, "1", members))
        #expect(facts.newest == nil)
        #expect(facts.days == [:])
        #expect(facts.broken == [])
    }

    @Test func `another patient's resource changes the tally, another order does not`() throws {
        func sums(_ lines: [String]) throws -> UInt64? {
            let bytes = Array(lines.joined(separator: "\n").utf8)
            return try FHIRSample.profile(["1.ndjson": bytes]).sums[Relation("fhir-tally")]
        }
        func one(_ id: String, _ patient: String) -> String {
            FHIRSample.resource("Basic", id, #""subject":{"reference":"Patient/\#(patient)"}"#)
        }
        let before = try sums([one("1", "a"), one("2", "a"), one("3", "b")])
        #expect(before != nil)
        #expect(try sums([one("3", "b"), one("2", "a"), one("1", "a")]) == before)
        #expect(try sums([one("1", "a"), one("2", "b"), one("3", "b")]) != before)
        #expect(try sums([one("1", "a"), one("2", "a")]) != before)
    }

    // MARK: - Other stores

    @Test func `patients and studies have the keys that other formats give them`() throws {
        let lines = [
            FHIRSample.resource("Patient", "1", #""identifier":[{"value":" 0001 "},{"value":""}]"#),
            FHIRSample.resource(
                "ImagingStudy",
                "1",
                #""identifier":[{"system":"urn:dicom:uid","value":"urn:oid:1.2.3"},{"value":"9"}]"#
            ),
            FHIRSample.resource("Basic", "1", #""subject":{"identifier":{"value":"0002"}}"#),
            FHIRSample.resource("Basic", "2", #""identifier":[{"value":"0003"}]"#),
        ]
        let facts = try FHIRSample.facts(lines.joined(separator: "\n"))
        func key(_ text: String) -> UInt64 { KeyHash.of(Array(text.utf8)[...]) }
        #expect(facts.entries(of: "patient").map(\.key) == [key("0001")])
        #expect(facts.entries(of: "study-mentioned").map(\.key) == [key("1.2.3")])
        #expect(facts.entries(of: "patient-mentioned").map(\.key) == [key("0002")])
    }
}
