import Format
import Model
import Testing

/// `toride drill plan`: what a drill will prove and what it will not, before anything is restored.
@Suite struct DrillPlanTests {
    private static let plans = ["plain", "formats", "bits", "dump", "asked", "apart", "whole"]

    /// A site with a plan of every kind. No server is there, and none is needed.
    private func withPlans(_ body: (TestSite) throws -> Void) throws {
        try withSite { site in
            try site.configure(
                site.yaml + """
                      charts:
                        source: {files: {paths: [\(site.source)/d]}}
                        clinical:
                          stores: [{hl7: \(site.source)/d, waive: {G1: "letters lie beside"}}]
                      ehr:
                        source: {postgresql: {connection: "service=ehr", database: health}}
                    groups:
                      alone: {sets: [files, charts], lag: 15m}
                      joined:
                        sets: [charts, ehr]
                        lag: 15m
                        joins:
                          - patients:
                              of: {set: charts, format: hl7}
                              in: {set: ehr, query: "select id from patient"}
                    drill: {identityOnThisHost: true}
                    drills:
                      plain: {set: files, level: 2}
                      formats: {set: charts, level: 2}
                      bits: {set: ehr, level: 1}
                      dump: {set: ehr, level: 2}
                      asked: {set: ehr, level: 3}
                      apart: {group: alone, level: 2}
                      whole: {group: joined, level: 3, rto: 4h, rpo: 24h}

                    """
            )
            try body(site)
        }
    }

    /// What is told of a plan.
    private func told(
        _ plan: String,
        _ site: TestSite
    ) throws -> (proves: [String], leaves: [String]) {
        let lines = try site.succeed(["drill", "plan", plan]).out.split(separator: "\n")
        #expect(lines.first?.hasPrefix("\(plan): ") == true)
        func marked(_ mark: String) -> [String] {
            lines.filter { $0.hasPrefix(mark) }.map { String($0.dropFirst(mark.count)) }
        }
        let (proves, leaves) = (marked("  ✓ "), marked("  ✗ "))
        #expect(lines.count == 1 + proves.count + leaves.count)
        return (proves, leaves)
    }

    private func has(_ lines: [String], _ start: String) -> Bool {
        lines.contains { $0.hasPrefix(start) }
    }

    @Test func `files come back as they were, and nobody looks into them unless asked to`() throws {
        try withPlans { site in
            let (proves, leaves) = try told("plain", site)
            #expect(has(proves, "files: every file's content, owner, mode, times and attributes"))
            #expect(has(leaves, "files: no clinical format is judged"))
            #expect(has(leaves, "whether the recovery targets are met"))
            #expect(has(leaves, "the drill identity is on this host"))
        }
    }

    @Test func `a clinical store is judged by its rules, but for what is waived`() throws {
        try withPlans { site in
            let (proves, leaves) = try told("formats", site)
            #expect(has(proves, "charts: every file's content"))
            #expect(has(proves, "charts: \(site.source)/d keeps the rules of hl7"))
            #expect(has(leaves, "charts: rules G1 are waived"))
            #expect(!has(leaves, "charts: no clinical format"))
        }
    }

    @Test func `a database is asked from level 3 on, and the plan says so below`() throws {
        try withPlans { site in
            for plan in ["bits", "dump"] {
                let (proves, leaves) = try told(plan, site)
                #expect(!proves.contains { $0.contains("PostgreSQL") }, "\(plan)")
                #expect(has(leaves, "ehr: "), "\(plan)")
            }
            #expect(try told("dump", site).leaves.contains { $0.contains("is not asked") })
            let (proves, leaves) = try told("asked", site)
            #expect(has(proves, "ehr: a PostgreSQL starts on it"))
            #expect(!leaves.contains { $0.contains("is not asked") })
            #expect(has(leaves, "ehr: the time to a first record"))
            #expect(has(leaves, "ehr: questions of the hospital's own"))
        }
    }

    @Test func `the sets of a group belong together, by time and by their joins`() throws {
        try withPlans { site in
            let apart = try told("apart", site)
            #expect(has(apart.proves, "alone: the sets were taken within the lag"))
            #expect(has(apart.leaves, "alone: whether the sets speak of the same patients"))
            let whole = try told("whole", site)
            #expect(has(whole.proves, "joined: the sets were taken within the lag"))
            #expect(has(whole.proves, "joined: the patients of charts are in ehr"))
            #expect(!has(whole.leaves, "joined: "))
            #expect(!has(whole.leaves, "whether the recovery targets are met"))
        }
    }

    @Test func `without a name all plans are told, for people and for programs alike`() throws {
        try withPlans { site in
            let out = try site.succeed(["drill", "plan"]).out
            let object = try site.succeed(["drill", "plan", "--json"]).object()
            guard case .array(let plans) = object.member("plans") else {
                Issue.record("no plans in \(object)")
                return
            }
            #expect(plans.count == Self.plans.count)
            for (name, plan) in zip(Self.plans, plans) {
                #expect(plan.member("plan") == .string(name))
                #expect(out.contains("\(name): "))
                let (proves, leaves) = try told(name, site)
                #expect(plan.member("proves") == .array(proves.map { .string($0) }))
                #expect(plan.member("leaves") == .array(leaves.map { .string($0) }))
                // Whatever is drilled: some things no drill shows.
                #expect(!leaves.isEmpty)
            }
        }
    }

    @Test func `it is told in Japanese too`() throws {
        try withPlans { site in
            let out = try site.succeed(["drill", "plan", "plain", "--lang", "ja"]).out
            #expect(out.contains("  ✓ files: 全ファイルの中身"))
            #expect(out.contains("  ✗ files: 診療データの形式の検査"))
        }
    }

    @Test func `a plan that there is not is a wrong command line`() throws {
        try withPlans { site in
            let outcome = try site.run(["drill", "plan", "none"])
            expectError(outcome, .usage, "there is no drill none", hint: "plain, formats")
        }
    }
}
