import Configuration
import Console
import Custody
import Drills
import FileSystem
import Format
import Glibc
import HostState
import Jobs
import LocalStore
import Model
import ObjectStore
import Reporting
import TestSupport
import Testing

@testable import Commands

/// No patient stands in what a drill leaves behind or tells to programs: only on the operator's own
/// terminal, and in the file of tokens that stays on the drill host.
@Suite struct DrillPrivacyTests {
    /// Three current messages of the fixtures, by their path beneath `ssmix2`.
    private func messages() throws -> [String] {
        let all = try contents(of: Tool.fixture("ssmix2"))
        let current = all.filter { $0.value != nil && $0.key.hasSuffix("_1") }.keys.sorted()
        try #require(current.count > 3)
        return Array(current.prefix(3))
    }

    @Test func `whatever is damaged, nothing tells whose it was but the terminal`() throws {
        let names = try messages()
        try ClinicalSite.run { site, source in
            let (outcome, progress) = try drill(site) { moment, part, context in
                if moment == .beforeJudging {
                    let folder = "\(context.folder(of: part.set))\(source)/ssmix2"
                    try damage(names.map { "\(folder)/\($0)" })
                }
            }
            #expect(outcome.result.verdict == .failed)
            let codes = Set(outcome.result.findings.map(\.code))
            let expected: Set<FindingCode> = [
                .restoredContentDiffers, .restoredFileMissing, .restoredFileUnexpected,
                .ssmix2TextDamaged, .ssmix2PathInvalid, .clinicalCountsDiffer,
            ]
            #expect(expected.isSubset(of: codes), "\(codes)")
            try expectNobody(outcome, site, progress, told: names)
        }
    }

    @Test func `what an error says of a file is for the operator alone`() throws {
        let names = try messages()
        try ClinicalSite.run { site, _ in
            let (outcome, progress) = try drill(site) { moment, _, _ in
                if moment == .beforeJudging {
                    throw FileSystemError("open", "/scratch/\(names[0])", code: EIO)
                }
            }
            let found = try #require(outcome.result.findings.first { $0.code == .restoreFailed })
            #expect(found.subject == .named("charts"))
            #expect(found.evidence == ["error": "open \(EIO)", "phase": "judge"])
            #expect(found.detail?.contains(names[0]) == true)
            try expectNobody(outcome, site, progress, told: [names[0]])
        }
    }

    // MARK: - Helpers

    private func drill(
        _ site: borrowing DatabaseSite,
        injection: @escaping DrillInjection
    ) throws -> (DrillJob.Outcome, progress: String) {
        let collector = Collector()
        let outcome = try site.drill(
            "look",
            injection: injection,
            progress: { collector.take("\($0)\n") }
        )
        return (outcome, collector.text)
    }

    /// Changes a bit of the first file, removes the second and gives the third another name.
    private func damage(_ paths: [String]) throws {
        let file = try FileHandle.open(paths[0], O_RDWR)
        let bytes = try file.readAll(bytesMax: 1 << 20)
        let middle = bytes.count / 2
        try file.write([bytes[middle] | 0x80][...], at: Int64(middle))
        #expect(unsafe unlink(paths[1]) == 0)
        #expect(unsafe rename(paths[2], "\(paths[2]).locked") == 0)
    }

    /// Looks for every patient in all that a drill left behind or told; of `names`, files that the
    /// operator must be told of, the paths too.
    private func expectNobody(
        _ outcome: DrillJob.Outcome,
        _ site: borrowing DatabaseSite,
        _ progress: String,
        told names: [String]
    ) throws {
        let search = try PatientSearch()
        #expect(search.count > 1_500)
        let stored = try site.store().get(outcome.recordKey, bytesMax: 1 << 20)
        let catalog = site.site.state.catalogPath
        let places = [
            ("the record", try Envelope(decoding: stored).payload),
            ("--json", DrillReport.json(outcome).canonical),
            ("the catalog", try read(catalog)),
            ("the catalog's log", try read("\(catalog)-wal")),
            ("the progress", Array(progress.utf8)),
        ]
        for (place, bytes) in places {
            #expect(search.found(in: bytes) == [], "\(place)")
        }
        // The search sees, and so does whoever may: the terminal, and the host's map of tokens.
        let files = Set(names.compactMap { $0.split(separator: "/").last.map { String($0) } })
        let screen = search.found(in: Array(try screen(outcome, site).utf8))
        #expect(files.isSubset(of: screen), "\(screen)")
        let meanings = search.found(in: try meanings(outcome, site))
        #expect(files.isSubset(of: meanings), "\(meanings)")
    }

    private func read(_ path: String) throws -> [UInt8] {
        try SmallFile.read(path, bytesMax: 1 << 30) ?? []
    }

    private func screen(
        _ outcome: DrillJob.Outcome,
        _ site: borrowing DatabaseSite
    ) throws -> String {
        let configuration = site.site.configuration
        let plan = try #require(configuration.drill(named: outcome.plan))
        let collector = Collector()
        let terminal = Terminal(
            language: .english,
            isJSON: false,
            isQuiet: false,
            output: { text, _ in collector.take(text) }
        )
        DrillReport.show(outcome, plan, terminal)
        return collector.text
    }

    /// What the drill's tokens stand for, one a line.
    private func meanings(
        _ outcome: DrillJob.Outcome,
        _ site: borrowing DatabaseSite
    ) throws -> [UInt8] {
        let path = "\(site.site.state.path)/drills/\(outcome.id).tokens"
        guard case .object(let members) = try JSONValue(canonical: try read(path), of: "tokens")
        else {
            return []
        }
        return members.values.flatMap { value -> [UInt8] in
            guard case .string(let text) = value else {
                return []
            }
            return (Base64.decode(text) ?? []) + [UInt8(ascii: "\n")]
        }
    }
}
