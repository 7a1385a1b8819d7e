import Drills
import Model
import Primitives
import Repository
import TestSupport
import Testing
import Workers

/// Drills of level 0 and 1: the objects of a snapshot, where they lie.
@Suite struct CopiesDrillTests {
    private func withHospital(_ body: (borrowing TestHospital) throws -> Void) throws {
        try withTemporaryFolder(inMemory: true) { folder in
            let hospital = try TestHospital(in: folder)
            var random = SeededGenerator(seed: 8)
            for number in 0..<20 {
                try hospital.write("a/\(number)", random.bytes(100 + number))
            }
            try hospital.write("large", random.bytes(3 << 20))
            _ = try hospital.backUp()
            try body(hospital)
        }
    }

    /// What a drill came to, and which steps of a recovery it claims.
    private func drill(
        _ hospital: borrowing TestHospital,
        _ depth: CopiesPart.Depth,
        seed: UInt8 = 1,
        recoveryTimeMax: Duration? = nil
    ) throws -> (result: DrillResult, steps: Set<DrillStep>) {
        let part = CopiesPart(
            set: "files",
            stored: try #require(try hospital.manifests().last),
            cut: nil,
            in: try Repository(opening: hospital.store),
            depth: depth,
            stop: StopFlag()
        )
        let context = DrillContext(
            scratch: "\(hospital.folder)/scratch",
            seed: SHA256.hash([seed]),
            timeline: DrillTimeline(),
            progress: { _ in }
        )
        let request = DrillRun.Request(
            level: depth.rawValue,
            recoveryTimeMax: recoveryTimeMax,
            recoveryPointMax: nil,
            identityIsOnBackupHost: false,
            scratchIsMemory: true
        )
        let result = try DrillRun(request, parts: [part], context: context).run()
        return (result, Set(context.timeline.reached.keys))
    }

    /// Flips a bit in the middle of an object.
    private func flip(_ key: String, _ hospital: borrowing TestHospital) throws {
        var bytes = try hospital.bytes(of: key)
        bytes[bytes.count / 2] ^= 1
        try hospital.replace(key, with: bytes)
    }

    static let depths: [CopiesPart.Depth] = [.presence, .bits]

    @Test(arguments: depths, UInt8(0)..<4)
    func `a whole copy is proven, every sabotage is found, and nothing came back`(
        depth: CopiesPart.Depth,
        seed: UInt8
    ) throws {
        try withHospital { hospital in
            let before = try hospital.storeState()
            let (result, steps) = try drill(hospital, depth, seed: seed)
            #expect(result.verdict == .proven, "\(result.findings)")
            #expect(result.level == depth.rawValue)
            var found: [FindingCode?] = [.objectMissing, .objectDamaged, .objectMissing]
            if depth == .bits {
                found.append(.objectDamaged)
            }
            #expect(result.controls.map(\.foundAs) == found)
            let recovery: [DrillStep] = [.firstByte, .allData, .proven, .usable]
            #expect(steps.contains(.checked) && steps.isDisjoint(with: recovery))
            #expect(try hospital.storeState() == before, "a control wrote into the store")
        }
    }

    @Test(arguments: depths)
    func `a lost object fails the drill and is named`(depth: CopiesPart.Depth) throws {
        try withHospital { hospital in
            let key = try #require(try hospital.keys(prefix: "packs/").first)
            try hospital.replace(key, with: nil)
            let (result, _) = try drill(hospital, depth)
            #expect(result.verdict == .failed)
            let found = result.findings.filter { $0.severity == .failure }
            #expect(found.map(\.code) == [.objectMissing])
            #expect(found.map(\.subject) == [.object(key)])
        }
    }

    @Test(arguments: depths)
    func `an object that is cut short fails the drill`(depth: CopiesPart.Depth) throws {
        try withHospital { hospital in
            let key = try #require(try hospital.keys(prefix: "index/").first)
            try hospital.replace(key, with: Array(try hospital.bytes(of: key).dropLast()))
            let (result, _) = try drill(hospital, depth)
            #expect(result.verdict == .failed)
            let found = result.findings.filter { $0.severity == .failure }
            #expect(found.map(\.code) == [.objectDamaged])
            #expect(found.map(\.subject) == [.object(key)])
        }
    }

    @Test(arguments: depths)
    func `a damaged list page fails the drill, for nobody knows what is needed`(
        depth: CopiesPart.Depth
    ) throws {
        try withHospital { hospital in
            let key = try #require(try hospital.keys(prefix: "lists/").first)
            try flip(key, hospital)
            let (result, _) = try drill(hospital, depth)
            #expect(result.verdict == .failed)
            #expect(result.findings.contains { $0.code == .objectDamaged })
        }
    }

    @Test func `one altered bit fails level 1, and level 0 does not look for it`() throws {
        try withHospital { hospital in
            let key = try #require(try hospital.keys(prefix: "packs/").last)
            try flip(key, hospital)
            let (bits, _) = try drill(hospital, .bits)
            #expect(bits.verdict == .failed)
            #expect(
                bits.findings.contains { $0.code == .objectDamaged && $0.subject == .object(key) }
            )
            #expect(try drill(hospital, .presence).result.verdict == .proven)
        }
    }

    @Test func `what another set needs is not this drill's matter`() throws {
        try withHospital { hospital in
            _ = try hospital.backUp("other")
            let needed = Set(try hospital.needs(of: ["files"]).keys)
            let key = try #require(
                try hospital.keys(prefix: "packs/").first { !needed.contains($0) }
            )
            try flip(key, hospital)
            let (result, _) = try drill(hospital, .bits)
            #expect(result.verdict == .proven, "\(result.findings)")
        }
    }

    @Test func `a target for a recovery is not met by looking`() throws {
        try withHospital { hospital in
            let (result, _) = try drill(hospital, .bits, recoveryTimeMax: .seconds(3_600))
            #expect(result.verdict == .notProven)
            #expect(result.findings.map(\.code).contains(.firstRecordUnknown))
        }
    }

    @Test func `a store that cannot be looked at shows nothing about the data`() throws {
        try withHospital { hospital in
            var faults = FaultyStore.Faults()
            faults.unreadable = [try #require(try hospital.keys(prefix: "packs/").first)]
            let repository = try Repository(opening: FaultyStore(hospital.store, faults))
            let stored = try #require(try hospital.manifests().last)
            let part = CopiesPart(
                set: "files",
                stored: stored,
                cut: nil,
                in: repository,
                depth: .bits,
                stop: StopFlag()
            )
            let context = DrillContext(
                scratch: "\(hospital.folder)/scratch",
                seed: SHA256.hash([1]),
                timeline: DrillTimeline(),
                progress: { _ in }
            )
            let findings = try part.judge(context)
            #expect(findings.map(\.code) == [.objectUnreadable])
            #expect(Verdict(findings) == .notProven)
        }
    }
}
