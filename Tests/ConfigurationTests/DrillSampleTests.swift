import Configuration
import Model
import Testing

/// `sample:` of a drill plan, and what cannot stand beside it.
@Suite struct DrillSampleTests {
    private static let aim = "{confidence: 95%, defects: 1%}"

    /// A plan `d` on line 8, of the set `ehr` on `/srv/ehr`.
    private func plan(_ keys: String) -> String {
        headAndSet + "drills: {d: {set: ehr, \(keys)}}\n"
    }

    /// A plan `d` on line 9, of a group of charts and more.
    private func group(_ more: String, joins: String = "", charts: String = "") -> String {
        let clinical = "clinical: {stores: [{hl7: /srv/charts}]}"
        return head + """
            sets:
              charts: {source: {files: {paths: [/srv/charts]}}, \(clinical)\(charts)}
              db: {source: {postgresql: {connection: service=a, database: b}}}
            groups: {g: {sets: [charts, db], lag: 15m\(joins)}}
            drills: {d: {group: g, \(more)}}

            """
    }

    @Test func `a sample has a confidence and a share of defects`() throws {
        let text = plan("level: 2, sample: \(Self.aim)")
        let sample = try #require(try parse(text).drills.first?.sample)
        #expect(sample.confidence == Percentage("95%") && sample.defects == Percentage("1%"))
        #expect(sample.filesMin == 299)
        #expect(try parse(plan("level: 2")).drills.first?.sample == nil)
    }

    @Test func `a group with a database has a sample of its files`() throws {
        let text = group("level: 2, rpo: 24h, sample: \(Self.aim)")
        #expect(try parse(text).drills.first?.sample != nil)
    }

    @Test(arguments: ["90%", "99.99%", "99.5 %", "\"95%\""])
    func `confidences from 90 to 99·99 % are taken`(text: String) throws {
        let plan = plan("level: 2, sample: {confidence: \(text), defects: 20%}")
        #expect(try parse(plan).drills.first?.sample != nil)
    }

    @Test(arguments: ["89.99%", "100%", "95", "0.95", "high", "99.999%"])
    func `other confidences are refused`(text: String) {
        expectRuleBroken(
            plan("level: 2, sample: {confidence: \(text), defects: 1%}"),
            line: 8,
            key: "drills.d.sample.confidence",
            "is no share from 90% to 99.99%"
        )
    }

    @Test(arguments: ["0%", "0.001%", "20.01%", "-1%", "1"])
    func `shares of defects from 0·01 to 20 % are taken, and no others`(text: String) {
        expectRuleBroken(
            plan("level: 2, sample: {confidence: 95%, defects: \(text)}"),
            line: 8,
            key: "drills.d.sample.defects",
            "is no share from 0.01% to 20%"
        )
    }

    @Test func `half a sample is none, and neither is one with other keys`() {
        expectRefused(
            plan("level: 2, sample: {confidence: 95%}"),
            line: 8,
            key: "drills.d.sample.defects",
            .missingKey
        )
        expectRefused(
            plan("level: 2, sample: {confidence: 95%, defects: 1%, files: 300}"),
            line: 8,
            key: "drills.d.sample.files",
            .unknownKey(suggestion: nil, allowed: ["confidence", "defects"])
        )
    }

    @Test(arguments: ["level: 0, ", "level: 1, ", "level: 3, ", ""])
    func `a sample is of level 2`(level: String) {
        expectRuleBroken(
            plan("\(level)sample: \(Self.aim)"),
            line: 8,
            key: "drills.d.sample",
            "is of level 2 alone: below it nothing is restored, above it servers need every file"
        )
    }

    @Test func `a database has no sample`() {
        let database = "sets: {db: {source: {postgresql: {connection: service=a, database: b}}}}\n"
        expectRuleBroken(
            head + database + "drills: {d: {set: db, level: 2, sample: \(Self.aim)}}\n",
            line: 6,
            key: "drills.d.sample",
            "has no set of files to draw from: a database and what a program writes come back whole"
        )
    }

    @Test func `what needs every file does not stand beside a sample`() {
        let keys = "level: 2, sample: \(Self.aim)"
        let join = "{of: {set: charts, format: hl7}, in: {set: db, query: select 1}}"
        expectRuleBroken(
            group(keys, joins: ", joins: [{patients: \(join)}]"),
            line: 9,
            key: "drills.d.sample",
            "cannot stand beside the joins of the group g, which needs every file"
        )
        expectRuleBroken(
            group(keys, charts: ", application: {probe: [/usr/bin/ask]}"),
            line: 9,
            key: "drills.d.sample",
            "cannot stand beside the application of the set charts, which needs every file"
        )
        let orthanc = """
            sets:
              pacs: {source: {files: {paths: [/srv/o]}}, clinical: {orthanc: {storage: /srv/o}}}
            drills: {d: {set: pacs, \(keys)}}

            """
        expectRuleBroken(
            head + orthanc,
            line: 7,
            key: "drills.d.sample",
            "cannot stand beside the Orthanc of the set pacs, which needs every file"
        )
        expectRuleBroken(
            plan("rto: 4h, \(keys)"),
            line: 8,
            key: "drills.d.rto",
            "says nothing beside sample: some files are back sooner than all"
        )
    }
}
