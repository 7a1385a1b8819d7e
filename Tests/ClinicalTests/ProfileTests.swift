import Clinical
import Format
import Model
import TestSupport
import Testing

/// Facts of files are folded into profiles, and profiles compared.
@Suite struct ProfileTests {
    private static let cut = Timestamp(seconds: 1_800_000_000)

    private func facts(_ rule: ClinicalRule? = nil, _ entries: [RelationEntry] = []) -> FileFacts {
        var facts = FileFacts(.judged)
        facts.counts = ["OML-11/1": 1]
        facts.days = [20260118: 1]
        facts.newest = Timestamp(seconds: 1_700_000_000)
        facts.violations = rule.map { [Violation($0, at: "PID-3")] } ?? []
        facts.entries = entries
        return facts
    }

    private func profile(
        _ files: [FileFacts],
        known: [String: Set<UInt64>] = [:],
        format: ClinicalFormat = .ssmix2
    ) -> (profile: StoreProfile, offences: [StoreProfiler.Offence]) {
        var profiler = StoreProfiler(format, cut: Self.cut, known: known)
        for (number, facts) in files.enumerated() {
            profiler.add(facts, path: Array("f\(number)".utf8), bytes: 10)
        }
        return (profiler.finish(), profiler.offences)
    }

    private func findings(
        _ restored: [FileFacts],
        sealed: [FileFacts]?,
        waived: Set<String> = []
    ) -> [Finding] {
        let before = sealed.map { profile($0).profile }
        let (now, offences) = profile(restored, known: before?.known(waived: waived) ?? [:])
        let comparison = ProfileComparison(
            store: "ssmix2",
            sealed: before,
            restored: now,
            waived: waived
        )
        return comparison.findings(
            offences.map { ProfileComparison.Located($0, path: Array("f\($0.file)".utf8)) }
        )
    }

    // MARK: - Rules

    @Test func `a store that is what it was has no finding`() {
        let files = [facts(), facts()]
        #expect(findings(files, sealed: files).isEmpty)
    }

    @Test func `an absolute rule fails even where it was broken before, unless it is waived`() {
        let files = [facts(.ssmix2Timestamp)]
        let failed = findings(files, sealed: files)
        #expect(failed.map(\.code) == [.ssmix2TimestampInvalid])
        #expect(failed.first?.subject == .path(Array("f0".utf8)))
        #expect(failed.first?.evidence == ["rule": "S4", "place": "PID-3"])
        let waived = findings(files, sealed: files, waived: ["S4"])
        #expect(waived.map(\.code) == [.clinicalKnown])
        #expect(Verdict(waived) == .proven)
    }

    @Test func `a waived rule fails where more is broken than before`() {
        let more = findings(
            [facts(.ssmix2Timestamp), facts(.ssmix2Timestamp)],
            sealed: [facts(.ssmix2Timestamp), facts()],
            waived: ["S4"]
        )
        #expect(more.map(\.code) == [.clinicalKnown, .ssmix2TimestampInvalid])
        #expect(more.last?.subject == .path(Array("f1".utf8)))
    }

    @Test func `without a sealed profile rules that are compared cannot be judged`() {
        let found = findings([facts()], sealed: nil)
        #expect(found.map(\.code) == [.clinicalWitnessMissing])
        #expect(Verdict(found) == .notProven)
    }

    @Test func `of many violations a few are shown and the others counted`() {
        let files = [FileFacts](repeating: facts(.ssmix2Timestamp), count: 50)
        let found = findings(files, sealed: files)
        #expect(found.count == Limits.clinicalShownMax + 1)
        #expect(found.last?.evidence["more"] == "\(50 - Limits.clinicalShownMax)")
    }

    @Test func `a time after the backup breaks the format's rule and is not the newest`() {
        var late = facts()
        late.newest = Timestamp(seconds: Self.cut.seconds + 3_601)
        let (profile, offences) = profile([facts(), late])
        #expect(profile.newest == Timestamp(seconds: 1_700_000_000))
        #expect(offences.map(\.rule) == [.ssmix2Timestamp])
        late.newest = Timestamp(seconds: Self.cut.seconds + 3_600)
        #expect(self.profile([late]).offences.isEmpty)
    }

    // MARK: - Numbers

    @Test func `each number that differs is named`() {
        var other = facts()
        other.counts = ["OML-11/0": 1]
        other.days = [20260119: 1]
        other.newest = Timestamp(seconds: 1_700_000_001)
        let found = findings([other], sealed: [facts()])
        #expect(Set(found.map(\.code)) == [.clinicalCountsDiffer])
        let subjects = found.map(\.subject)
        for what in ["OML-11/0", "OML-11/1", "20260118", "20260119", "newest"] {
            #expect(subjects.contains(.named("ssmix2: \(what)")), "\(what)")
        }
        let day = found.first { $0.subject == .named("ssmix2: 20260118") }
        #expect(day?.evidence == ["sealed": "1", "restored": "0"])
    }

    @Test func `what is exchanged changes the sum of a relation, another order does not`() {
        let tally = Relation("tally")
        let one = [RelationEntry(tally, 1, 10), RelationEntry(tally, 2, 20)]
        let swapped = [RelationEntry(tally, 1, 20), RelationEntry(tally, 2, 10)]
        let found = findings([facts(nil, swapped)], sealed: [facts(nil, one)])
        #expect(found.map(\.subject) == [.named("ssmix2: tally")])
        #expect(findings([facts(nil, one.reversed())], sealed: [facts(nil, one)]).isEmpty)
    }

    @Test func `a changed pixel has a name of its own`() {
        let found = findings(
            [facts(nil, [RelationEntry(.pixels, 1, 2)])],
            sealed: [facts(nil, [RelationEntry(.pixels, 1, 1)])]
        )
        #expect(found.map(\.code) == [.dicomPixelsDiffer])
        #expect(found.first?.evidence == ["rule": "D9"])
    }

    // MARK: - What was not judged

    @Test func `a file that could not be read breaks G2, and is in the way of any proof`() {
        func findings(isRead: Bool) -> [Finding] {
            var profiler = StoreProfiler(.hl7, cut: Self.cut)
            if isRead {
                profiler.add(facts(), path: Array("f0".utf8), bytes: 10)
            } else {
                profiler.addUnread(path: Array("f0".utf8), bytes: 10)
            }
            let profile = profiler.finish()
            let comparison = ProfileComparison(
                store: "hl7",
                sealed: profile,
                restored: profile,
                waived: []
            )
            return comparison.findings(
                profiler.offences.map {
                    ProfileComparison.Located($0, path: Array("f\($0.file)".utf8))
                }
            )
        }
        let found = findings(isRead: false)
        #expect(found.map(\.code) == [.clinicalFileUnread])
        #expect(found.first?.subject == .path(Array("f0".utf8)))
        #expect(found.first?.evidence == ["rule": "G2"])
        #expect(Verdict(found) == .notProven)
        #expect(findings(isRead: true).isEmpty)
    }

    @Test(arguments: [(false, false), (false, true), (true, false)])
    func `a store of too many keys, now or at the backup, is not proven`(
        isSealedPartial: Bool,
        isRestoredPartial: Bool
    ) {
        var (sealed, restored) = (profile([facts()]).profile, profile([facts()]).profile)
        sealed.isPartial = isSealedPartial
        restored.isPartial = isRestoredPartial
        let found = ProfileComparison(
            store: "ssmix2",
            sealed: sealed,
            restored: restored,
            waived: []
        ).findings([])
        let isClean = !isSealedPartial && !isRestoredPartial
        #expect(found.map(\.code) == (isClean ? [] : [.clinicalTooMuch]))
        #expect(Verdict(found) == (isClean ? .proven : .notProven))
    }

    @Test func `keys are held up to their limit, and beyond it no rule between files is judged`() {
        let part = Limits.clinicalEntriesMax / 4
        let many = facts(nil, [RelationEntry](repeating: RelationEntry(.study, 1), count: part))
        for isBeyond in [false, true] {
            // One study, of which the last images are another patient's: that breaks D6.
            let last = [RelationEntry](
                repeating: RelationEntry(.study, 1, 7),
                count: isBeyond ? part + 1 : part
            )
            let (profile, _) = profile([many, many, many, facts(nil, last)], format: .dicom)
            #expect(profile.isPartial == isBeyond)
            #expect(profile.broken["D6"]?.count == (isBeyond ? nil : 1))
        }
    }

    // MARK: - Forms

    @Test func `a profile reads what it writes`() throws {
        let files = [
            facts(.ssmix2Timestamp, [RelationEntry(.patient, .max, 1)]), FileFacts.foreign,
        ]
        let (written, _) = profile(files)
        let witness = ClinicalWitness(stores: [.init(root: Array("srv/x".utf8), profile: written)])
        let read = try ClinicalWitness(decoding: witness.encoded)
        #expect(read == witness)
        #expect(read.profile(of: Array("srv/x".utf8), .ssmix2) == written)
        #expect(read.profile(of: Array("srv/x".utf8), .dicom) == nil)
        #expect(read.profile(of: Array("srv/y".utf8), .ssmix2) == nil)
    }

    @Test(arguments: UInt64(0)..<20)
    func `facts read what they write, and nothing crashes on other bytes`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var writer = FactsWriter()
        var bytes: [UInt8] = []
        var written: [FileFacts] = []
        for number in 0..<20 {
            var one = facts(
                number.isMultiple(of: 3) ? ClinicalRule.all.randomElement(using: &random) : nil,
                (0..<Int.random(in: 0..<4, using: &random)).map { _ in
                    RelationEntry(.patient, .random(in: .min ... .max, using: &random))
                }
            )
            one.newest = number.isMultiple(of: 2) ? nil : Timestamp(seconds: -Int64(number))
            writer.append(one, path: [UInt8(number + 1)], size: UInt64(number), to: &bytes)
            written.append(one)
        }
        var reader = FactsReader()
        var input = ByteReader(bytes, of: "facts")
        for (number, expected) in written.enumerated() {
            let (path, size, facts) = try reader.next(&input)
            #expect(path == [UInt8(number + 1)] && size == UInt64(number) && facts == expected)
        }
        #expect(input.remaining == 0)
        for _ in 0..<200 {
            var damaged = bytes
            let place = Int.random(in: 0..<bytes.count, using: &random)
            damaged[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            var reader = FactsReader()
            var input = ByteReader(damaged, of: "facts")
            while input.remaining > 0, (try? reader.next(&input)) != nil {}
        }
    }

    @Test func `every rule has an id of its own and a source`() {
        let all = ClinicalRule.all
        #expect(Set(all.map(\.id)).count == all.count)
        #expect(all.allSatisfy { !$0.source.isEmpty })
    }
}
