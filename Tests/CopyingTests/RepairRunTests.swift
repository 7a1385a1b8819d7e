import Copying
import Format
import LocalStore
import Model
import ObjectStore
import Primitives
import Repository
import TestSupport
import Testing
import Verification
import Workers

/// What is damaged or missing in one store is put right from another, and never made worse.
@Suite struct RepairRunTests {
    private enum Damage: CaseIterable {
        case flipped, cut, longer, lost
    }

    private func verify(
        _ hospital: borrowing TestHospital,
        _ store: any ObjectStore
    ) throws -> VerificationReport {
        let request = Verifier.Request(
            signers: try hospital.signers(),
            heads: try hospital.heads()
        )
        return try Verifier(store: store, request: request).run()
    }

    private func damaged(_ bytes: [UInt8], _ damage: Damage) -> [UInt8]? {
        var bytes = bytes
        switch damage {
        case .flipped: bytes[bytes.count / 2] ^= 1
        case .cut: bytes.removeLast()
        case .longer: bytes.append(0)
        case .lost: return nil
        }
        return bytes
    }

    private func items(_ report: VerificationReport) -> [RepairPlan.Item] {
        report.findings.compactMap { finding in
            guard case .object(let key) = finding.subject, let name = StoredKind(key: key).name
            else {
                return nil
            }
            return RepairPlan.Item(key: key, name: name, finding: finding)
        }
    }

    /// Packs, keys and indexes, each damaged in another way.
    private func spoil(_ store: MemoryStore, _ keys: [String]) -> [String: [UInt8]] {
        var bad: [String: [UInt8]] = [:]
        let kinds = ["packs/", "keys/", "index/"]
        let spoilt = keys.filter { key in kinds.contains { key.hasPrefix($0) } }.sorted()
        for (number, key) in spoilt.enumerated() {
            store.change(key) { bytes in
                let damage = Damage.allCases[number % Damage.allCases.count]
                bytes = bytes.flatMap { damaged($0, damage) }
                bad[key] = bytes
            }
        }
        return bad
    }

    @Test func `everything that is whole elsewhere is whole afterwards`() throws {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital.withHistory(in: folder)
            let target = MemoryStore(try hospital.storeState())
            let bad = spoil(target, try hospital.keys())
            let found = try verify(hospital, target)
            #expect(found.verdict == .failed)
            let run = RepairRun(target, from: [MemoryStore([:]), hospital.store])
            let plan = try run.plan(items(found))
            #expect(plan.lost.isEmpty && plan.healable.count == plan.steps.count)
            #expect(Set(plan.steps.map(\.source)) == [hospital.store.place])
            #expect(try target.list(prefix: "quarantine/").isEmpty, "a plan writes nothing")
            let healed = try run.heal(plan)
            #expect(healed.failure == nil)
            #expect(healed.findings.count == plan.steps.count)
            #expect(Set(healed.findings.map(\.code)) == [.objectHealed])
            let after = try verify(hospital, target)
            #expect(after.verdict == .proven)
            #expect(after.findings.map(\.code).allSatisfy { $0 == .objectUnfinished })
            for (key, bytes) in bad {
                let aside = "quarantine/\(key.replacing("/", with: "-")).1"
                #expect(try target.get(aside, bytesMax: 1 << 30) == bytes)
            }
        }
    }

    @Test func `a folder is put right as well`() throws {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital.withHistory(in: folder)
            let whole = MemoryStore(try hospital.storeState())
            let key = try #require(try hospital.keys(prefix: "packs/").first)
            let bytes = try hospital.bytes(of: key)
            try hospital.replace(key, with: damaged(bytes, .flipped))
            let run = RepairRun(hospital.store, from: [whole])
            let healed = try run.heal(try run.plan(items(try hospital.verify())))
            #expect(healed.findings.map(\.subject) == [.object(key)])
            #expect(healed.findings.first?.evidence["from"] == whole.place)
            #expect(try hospital.verify(heads: hospital.heads()).verdict == .proven)
        }
    }

    @Test func `what no store has whole is told, and left as it is`() throws {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital.withHistory(in: folder)
            let target = MemoryStore(try hospital.storeState())
            let other = MemoryStore(try hospital.storeState())
            let key = try #require(try hospital.keys(prefix: "packs/").first)
            for store in [target, other] {
                store.change(key) { $0 = $0.flatMap { damaged($0, .flipped) } }
            }
            let before = try target.get(key, bytesMax: 1 << 30)
            let run = RepairRun(target, from: [other])
            let plan = try run.plan(items(try verify(hospital, target)))
            #expect(plan.lost.map(\.key) == [key] && plan.healable.isEmpty)
            #expect(try run.heal(plan).findings.isEmpty)
            #expect(try target.get(key, bytesMax: 1 << 30) == before)
        }
    }

    @Test func `what reads well at the second look is left alone`() throws {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital.withHistory(in: folder)
            let target = MemoryStore(try hospital.storeState())
            let key = try #require(try hospital.keys(prefix: "packs/").first)
            let name = try #require(StoredKind(key: key).name)
            let item = RepairPlan.Item(
                key: key,
                name: name,
                finding: Finding(.objectDamaged, .object(key))
            )
            let run = RepairRun(target, from: [hospital.store])
            #expect(try run.heal(try run.plan([item])).findings.isEmpty)
            #expect(try target.list(prefix: "quarantine/").isEmpty)
        }
    }

    @Test func `a store that cannot be written says so`() throws {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital.withHistory(in: folder)
            let memory = MemoryStore(try hospital.storeState())
            _ = spoil(memory, try hospital.keys())
            var faults = FaultyStore.Faults()
            faults.unwritable = "packs/"
            let target = FaultyStore(memory, faults)
            let run = RepairRun(target, from: [hospital.store])
            let packs = items(try verify(hospital, target)).filter { $0.key.hasPrefix("packs/") }
            let healed = try run.heal(try run.plan(packs))
            #expect(healed.failure?.exitCode == .couldNotLook)
            #expect(healed.findings.isEmpty)
        }
    }

    @Test func `a repair that is asked to stop stops`() throws {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital.withHistory(in: folder)
            let target = MemoryStore(try hospital.storeState())
            _ = spoil(target, try hospital.keys())
            let stop = StopFlag()
            stop.set()
            let run = RepairRun(target, from: [hospital.store], stop: stop)
            let found = items(try verify(hospital, target))
            #expect(throws: Stopped.self) { try run.plan(found) }
        }
    }

    @Test(arguments: 0..<20)
    func `a repair that ends anywhere leaves no less than there was, and the next completes it`(
        moment: Int
    ) throws {
        try withTemporaryFolder(inMemory: true) { folder in
            let hospital = try TestHospital.withHistory(in: folder)
            let memory = MemoryStore(try hospital.storeState())
            _ = spoil(memory, try hospital.keys())
            let before = items(try verify(hospital, memory))
            let needed = before.reduce(0) { sum, item in
                sum + ((try? hospital.bytes(of: item.key).count) ?? 0)
            }
            var faults = FaultyStore.Faults()
            faults.roomBytes = needed * moment / 20
            let full = FaultyStore(memory, faults)
            let run = RepairRun(full, from: [hospital.store])
            let first = try run.heal(try run.plan(before))
            #expect(first.failure != nil)
            let half = items(try verify(hospital, memory))
            #expect(Set(half.map(\.key)).isSubset(of: before.map(\.key)))
            #expect(half.count == before.count - first.findings.count)
            full.change { $0.roomBytes = nil }
            #expect(try run.heal(try run.plan(half)).failure == nil)
            #expect(try verify(hospital, memory).verdict == .proven)
        }
    }
}
