import Catalog
import Clinical
import Configuration
import Console
import Custody
import Drills
import FileSystem
import Format
import Glibc
import Jobs
import LocalStore
import Model
import ObjectStore
import Primitives
import Processes
import Reporting
import TestSupport
import Testing

@testable import Commands

/// Drills of a sample of files: what comes back, what they say, and what they find.
@Suite struct SampleDrillTests {
    /// For which 11 files are drawn.
    private static let aim = "sample: {confidence: 90%, defects: 20%}"
    private static let files = 300

    /// Lends a site with a set, `data`, of 300 files and a canary, and three plans; and another set
    /// with its plan.
    private func withSite(
        _ body: (borrowing DatabaseSite, _ source: String) throws -> Void
    ) throws {
        try withTemporaryFolder { folder in
            let source = "\(folder)/data"
            try FolderTree.make(source, mode: 0o755)
            var random = SeededGenerator(seed: 15)
            for number in 0..<Self.files {
                let path = "\(source)/f\(number)"
                let file = try FileHandle.open(path, O_WRONLY | O_CREAT | O_EXCL)
                try file.write(random.bytes(2_000 + number))
            }
            try spreadTimes(of: source)
            try FolderTree.make("\(folder)/other", mode: 0o755)
            try FileHandle.open("\(folder)/other/file", O_WRONLY | O_CREAT | O_EXCL).write([1])
            let site = try DatabaseSite(
                in: folder,
                """
                sets:
                  data: {source: {files: {paths: [\(source)]}}, canary: true}
                  other: {source: {files: {paths: [\(folder)/other]}}}
                drills:
                  aside: {set: other, level: 1}
                  some: {set: data, level: 2, \(Self.aim)}
                  most: {set: data, level: 2, sample: {confidence: 99.99%, defects: 0.01%}}
                  all: {set: data, level: 2}
                """
            )
            _ = try site.backUp("data")
            _ = try site.backUp("other")
            try body(site, source)
        }
    }

    /// Gives each file beneath a folder a day of its own, five days between two of them, all of
    /// long ago.
    private func spreadTimes(of folder: String) throws {
        let files = try contents(of: folder).filter { $0.value != nil }.keys.sorted()
        for (number, path) in files.enumerated() {
            let bytes = Array(path.utf8)
            let place = RecordPath.folder(of: bytes)
            let parent = "\(folder)/" + String(decoding: place, as: UTF8.self)
            try FileHandle.open(parent, O_RDONLY | O_DIRECTORY).setModified(
                name: RecordPath.name(of: bytes),
                Timestamp(seconds: 1_000_000_000 + Int64(number) * 432_000)
            )
        }
    }

    /// What a record says beneath `predicate`.
    private func predicate(
        _ outcome: DrillJob.Outcome,
        _ site: borrowing DatabaseSite
    ) throws -> [String: JSONValue] {
        let bytes = try site.store().get(outcome.recordKey, bytesMax: 1 << 20)
        let statement = try JSONValue(
            canonical: try Envelope(decoding: bytes).payload,
            of: "a drill's record"
        )
        guard case .object(let members) = statement,
            case .object(let predicate)? = members["predicate"]
        else {
            Issue.record("no predicate")
            return [:]
        }
        return predicate
    }

    private func said(_ language: Language, _ body: (Terminal) -> Void) -> String {
        let collector = Collector()
        let terminal = Terminal(
            language: language,
            isJSON: false,
            isQuiet: false,
            output: { text, _ in collector.take(text) }
        )
        body(terminal)
        return collector.text
    }

    // MARK: - What comes back

    @Test func `a clean sample is proven, and the record says that it was one`() throws {
        try withSite { site, source in
            let came = Counter()
            let outcome = try site.drill("some") { _, part, context in
                let folder = "\(context.folder(of: part.set))\(source)"
                for bytes in try contents(of: folder).values where bytes != nil {
                    _ = came.next()
                }
            }
            let result = outcome.result
            #expect(result.verdict == .proven, "\(result.findings)")
            let sampled = try #require(result.samples.first)
            let sample = sampled.sample
            #expect(sample.files == Self.files + 1 && sample.drawn == 11)
            #expect(came.next() == sample.paths.count && sample.paths.count < 60)
            #expect(
                sample.strata == [
                    .newestDay: 1, .oldestYear: 20, .lastChanged: 20, .largest: 1, .stores: 0,
                    .demanded: 1,
                ]
            )
            let found = result.findings.filter { $0.code == .filesSampled }
            #expect(found.map(\.subject) == [.named("data")])
            #expect(found.first?.evidence["drawn"] == "11")
            let members = try predicate(outcome, site)
            #expect(members["samples"] == .array([sampled.json]))
            #expect(members["verdict"] == .string("proven"))
            // All data did not come back, and no trend is made of it.
            #expect(outcome.timeline.reached[.checked] != nil)
            #expect(outcome.timeline.reached[.allData] == nil)
            #expect(outcome.timeline.reached[.proven] == nil)
            #expect(outcome.trend.present == nil)
            #expect(result.forecast.time != nil)
            #expect(result.level == 2 && result.claims.isOfSample)
        }
    }

    @Test func `every sabotage is made on a file of the sample, and found`() throws {
        try withSite { site, _ in
            let controls = try site.drill("some").result.controls
            let files = controls.map(\.sabotage)
            for sabotage in ["altered byte", "changed mode", "missing file"] {
                #expect(files.contains(sabotage), "\(files)")
            }
            #expect(controls.allSatisfy { $0.foundAs != nil }, "\(controls)")
        }
    }

    @Test func `the next drill draws others`() throws {
        try withSite { site, _ in
            let first = try site.drill("some").result.samples.first?.sample
            let second = try site.drill("some").result.samples.first?.sample
            #expect(first != nil && second != nil)
            #expect(first?.paths != second?.paths)
        }
    }

    @Test func `a drill of another set gives no other sample to choose`() throws {
        try withSite { site, _ in
            _ = try site.drill("aside")
            let first = try site.drill("some")
            let before = try seed(after: .zero, first, site)
            #expect(first.result.samples.first?.sample.seed == before)
            _ = try site.drill("aside")
            let second = try site.drill("some")
            let record = try site.store().get(first.recordKey, bytesMax: 1 << 20)
            let after = try seed(after: SHA256.hash(record), second, site)
            #expect(second.result.samples.first?.sample.seed == after)
        }
    }

    /// What must have chosen the sample of a drill's only set, by its record and the one before.
    private func seed(
        after previous: Digest,
        _ outcome: DrillJob.Outcome,
        _ site: borrowing DatabaseSite
    ) throws -> Digest {
        let bytes = try site.store().get(outcome.recordKey, bytesMax: 1 << 20)
        let statement = try Statement(decoding: try Envelope(decoding: bytes).payload)
        let manifest = try #require(statement.subjects.first).digest
        let text = Array("toride/sample-seed/v1".utf8)
        return SHA256.hash(text + previous.bytes + manifest.bytes)
    }

    @Test(arguments: ["most", "all"])
    func `where a sample would be everything, everything comes back`(plan: String) throws {
        try withSite { site, _ in
            let outcome = try site.drill(plan)
            #expect(outcome.result.verdict == .proven, "\(outcome.result.findings)")
            #expect(outcome.result.samples.isEmpty && !outcome.result.claims.isOfSample)
            #expect(!outcome.result.findings.contains { $0.code == .filesSampled })
            #expect(outcome.timeline.reached[.allData] != nil)
            #expect(outcome.timeline.reached[.proven] != nil)
            let members = try predicate(outcome, site)
            #expect(members["samples"] == .array([]))
        }
    }

    // MARK: - What is found

    @Test func `a damaged file of the sample fails the drill and is named`() throws {
        try withSite { site, source in
            // The largest always comes.
            let largest = "\(source)/f\(Self.files - 1)"
            let outcome = try site.drill("some") { moment, part, context in
                if moment == .beforeJudging {
                    let path = "\(context.folder(of: part.set))\(largest)"
                    try FileHandle.open(path, O_WRONLY).write([1, 2, 3])
                }
            }
            #expect(outcome.result.verdict == .failed)
            let subject = Subject.path(RecordPath.relative(largest))
            #expect(
                outcome.result.findings.contains {
                    $0.code == .restoredContentDiffers && $0.subject == subject
                }
            )
            let members = try predicate(outcome, site)
            #expect(members["verdict"] == .string("failed"))
        }
    }

    @Test func `a file of the sample that does not come back fails the drill`() throws {
        try withSite { site, source in
            let outcome = try site.drill("some") { moment, part, context in
                if moment == .beforeJudging {
                    let path = "\(context.folder(of: part.set))\(source)/f\(Self.files - 1)"
                    #expect(unsafe unlink(path) == 0)
                }
            }
            #expect(outcome.result.verdict == .failed)
            #expect(outcome.result.findings.contains { $0.code == .restoredFileMissing })
        }
    }

    // MARK: - Words

    @Test func `the report, the list and the plan say so in both languages`() throws {
        try withSite { site, _ in
            let outcome = try site.drill("some")
            let plan = try #require(site.site.configuration.drill(named: "some"))
            let english = said(.english) { DrillReport.show(outcome, plan, $0) }
            #expect(english.contains("data: 11 of 301 files drawn, "))
            #expect(english.contains("of a sample of the files alone"))
            let japanese = said(.japanese) { DrillReport.show(outcome, plan, $0) }
            #expect(japanese.contains("data: 301 ファイルから 11 を抽選し、"))
            #expect(japanese.contains("抽出したファイルについてだけ"))
            let row = try #require(try site.site.catalog().drills().last)
            let shown = said(.english) { DrillReport.showOutcome(of: row, $0) }
            #expect(shown.contains("11 of 301 files drawn, "))
            #expect(said(.english) { $0.say(DrillSampleLines.mark(row, $0)) } == "  sample\n")
            let told = PlanExplanation(plan, site.site.configuration)
            #expect(told.proves.contains { $0.english.hasPrefix("data: 11 files that nobody") })
            #expect(told.proves.contains { $0.japanese.hasPrefix("data: 誰にも選べない 11 ファイル") })
            #expect(told.leaves.contains { $0.english.hasPrefix("data: numbers, rules between") })
            #expect(told.leaves.contains { $0.english.hasPrefix("data: empty files, folders") })
            #expect(!told.proves.contains { $0.english.contains("every file's content") })
        }
    }

    // MARK: - Clinical stores

    private static let formats = ["ssmix2", "dicom", "fhir", "hl7", "uke"]

    /// Lends a site of the fixtures' stores with a plan of a sample.
    private func withStores(
        _ body: (borrowing DatabaseSite, _ source: String) throws -> Void
    ) throws {
        try withTemporaryFolder { folder in
            let source = "\(folder)/hospital"
            try FolderTree.make(source, mode: 0o755)
            for name in Self.formats {
                let copied = try Command("/bin/cp", ["-r", Tool.fixture(name), source])
                    .run(timeout: .seconds(60))
                #expect(copied.status.isSuccess)
            }
            try spreadTimes(of: source)
            let site = try DatabaseSite(
                in: folder,
                """
                sets:
                  charts:
                    source: {files: {paths: [\(source)]}}
                    clinical:
                      stores:
                        - {ssmix2: \(source)/ssmix2/standard_root}
                        - {dicom: \(source)/dicom}
                        - {fhir: \(source)/fhir}
                        - {hl7: \(source)/hl7}
                        - {uke: \(source)/uke}
                drills: {few: {set: charts, level: 2, \(Self.aim)}}
                """
            )
            _ = try site.backUp("charts")
            try body(site, source)
        }
    }

    @Test(arguments: [ControlScope.rotating, .all])
    func `files of stores are judged one by one, and the judges see what is spoilt`(
        controls: ControlScope
    ) throws {
        try withStores { site, _ in
            let outcome = try site.drill("few", controls: controls)
            let result = outcome.result
            #expect(result.verdict == .proven, "\(result.findings)")
            #expect(result.stores.map(\.judged.profile.format.rawValue) == Self.formats)
            #expect(result.stores.allSatisfy { $0.judged.profile.files > 0 })
            let charts = try #require(result.stores.first).judged.profile
            #expect(charts.files >= 20 && charts.files < 200)
            #expect(result.controls.allSatisfy { $0.foundAs != nil }, "\(result.controls)")
            let made = result.controls.map(\.sabotage)
            #expect(made.contains { $0.hasPrefix("ssmix2: ") && !$0.hasSuffix("nothing") })
            let ofAll = [
                "newest day missing", "two patients swapped", "flag 1 to 0", "resource lost",
                "pixel bit flipped",
            ]
            #expect(!made.contains { name in ofAll.contains { name.hasSuffix($0) } }, "\(made)")
            #expect(result.claims.referenceChart.verdict == .proven && result.claims.isOfSample)
        }
    }

    @Test func `a damaged message breaks its rule, and no number is compared`() throws {
        try withStores { site, source in
            let outcome = try site.drill("few") { moment, part, context in
                guard moment == .beforeJudging else {
                    return
                }
                let folder = "\(context.folder(of: part.set))\(source)/ssmix2/standard_root"
                let message = try #require(
                    try contents(of: folder).filter { $0.value != nil && $0.key.hasSuffix("_1") }
                        .keys.sorted().first
                )
                var bytes = try FileHandle.open("\(folder)/\(message)", O_RDONLY)
                    .readAll(bytesMax: 1 << 20)
                bytes[bytes.count / 2] |= 0x80
                try FileHandle.open("\(folder)/\(message)", O_WRONLY | O_TRUNC).write(bytes)
            }
            #expect(outcome.result.verdict == .failed)
            let codes = Set(outcome.result.findings.map(\.code))
            #expect(codes.contains(.restoredContentDiffers))
            #expect(codes.contains(.ssmix2TextDamaged), "\(codes)")
            #expect(!codes.contains(.clinicalCountsDiffer))
        }
    }
}
