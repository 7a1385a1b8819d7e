import Format
import Model
import ObjectStore
import Repository
import TestSupport
import Testing
import Verification

/// What a disk or a thief can do to one object: each must be found, named, and traced to exactly
/// the snapshots that it breaks.
@Suite struct DamageTests {
    enum Damage: Hashable, CustomStringConvertible {
        case flipped(at: Double)
        case truncated(to: Double)
        case extended
        case deleted

        static let all: [Damage] = [
            .flipped(at: 0), .flipped(at: 0.3), .flipped(at: 0.5), .flipped(at: 0.8),
            .flipped(at: 1), .truncated(to: 0), .truncated(to: 0.5), .truncated(to: 1), .extended,
            .deleted,
        ]

        /// The damaged bytes; nil if the object is gone.
        func apply(to bytes: [UInt8]) -> [UInt8]? {
            let last = bytes.count - 1
            var bytes = bytes
            switch self {
            case .flipped(let place): bytes[Int(place * Double(last))] ^= 0x40
            case .truncated(let place): bytes.removeSubrange(Int(place * Double(last))...)
            case .extended: bytes.append(0)
            case .deleted: return nil
            }
            return bytes
        }

        var description: String {
            switch self {
            case .flipped(let place): "a byte flipped at \(place)"
            case .truncated(let place): "truncated to \(place)"
            case .extended: "a byte longer"
            case .deleted: "deleted"
            }
        }
    }

    @Test(arguments: Damage.all)
    func `damage to any object is found, named, and traced to its snapshots`(
        damage: Damage
    ) throws {
        try withTemporaryFolder(inMemory: true) { folder in
            let hospital = try TestHospital.withHistory(in: folder)
            let needs = try hospital.needs(of: ["files", "other"])
            let keys = try hospital.keys()
            let heads = try hospital.heads()
            #expect(Set(keys.map { $0.split(separator: "/")[0] }).count == 7)
            for key in keys {
                let whole = try hospital.bytes(of: key)
                try hospital.replace(key, with: damage.apply(to: whole))
                let report = try hospital.verify(heads: heads)
                check(report, key, damage, needs[key] ?? [])
                try hospital.replace(key, with: whole)
            }
            #expect(try hospital.verify(heads: heads).findings.isEmpty)
        }
    }

    private func check(
        _ report: VerificationReport,
        _ key: String,
        _ damage: Damage,
        _ broken: Set<SnapshotRef>
    ) {
        if damage == .deleted, key.hasPrefix("records/") {
            // A record that nobody remembers leaves no trace; its own chain is asked elsewhere.
            return #expect(report.verdict == .proven)
        }
        let failures = report.findings.filter { $0.severity == .failure }
        #expect(report.verdict == .failed, "\(key) \(damage)")
        let objects = failures.compactMap { finding in
            if case .object(let object) = finding.subject { object } else { nil }
        }
        let isRemovedManifest = damage == .deleted && key.hasPrefix("snapshots/")
        #expect(objects == (isRemovedManifest ? [] : [key]), "\(damage): \(report.findings)")
        #expect(Set(failures.flatMap(\.breaks)) == broken, "\(key) \(damage): \(failures)")
    }

    @Test func `two packs that changed places are both named, and what each holds`() throws {
        try withTemporaryFolder(inMemory: true) { folder in
            let hospital = try TestHospital.withHistory(in: folder)
            let needs = try hospital.needs(of: ["files", "other"])
            let packs = try hospital.keys(prefix: "packs/")
            let (one, other) = (packs[0], packs[1])
            let bytes = (one: try hospital.bytes(of: one), other: try hospital.bytes(of: other))
            try hospital.replace(one, with: bytes.other)
            try hospital.replace(other, with: bytes.one)
            let report = try hospital.verify(heads: try hospital.heads())
            #expect(report.verdict == .failed)
            #expect(report.findings.map(\.code) == [.objectMisnamed, .objectMisnamed])
            #expect(report.findings.map(\.subject) == [.object(one), .object(other)])
            #expect(report.findings.map { $0.evidence["holds"] } == [other, one])
            #expect(report.findings.map { Set($0.breaks) } == [needs[one], needs[other]])
        }
    }

    @Test func `a copy elsewhere does not stand for an object that is gone`() throws {
        try withTemporaryFolder(inMemory: true) { folder in
            let hospital = try TestHospital.withHistory(in: folder)
            let needs = try hospital.needs(of: ["files", "other"])
            let pack = try hospital.keys(prefix: "packs/")[0]
            let hex = String(pack.suffix(64))
            for place in ["keys/\(hex)", "index/\(hex)", "lists/\(hex)"] {
                let bytes = try hospital.bytes(of: pack)
                try hospital.replace(place, with: bytes)
                try hospital.replace(pack, with: nil)
                let report = try hospital.verify(heads: try hospital.heads())
                #expect(report.verdict == .failed)
                let missing = report.findings.filter { $0.code == .objectMissing }
                #expect(missing.map(\.subject) == [.object(pack)])
                #expect(missing.map { Set($0.breaks) } == [needs[pack]])
                try hospital.replace(pack, with: bytes)
                try hospital.replace(place, with: nil)
            }
        }
    }

    @Test func `what cannot be read is a doubt about it and its snapshots, and no more`() throws {
        try withTemporaryFolder(inMemory: true) { folder in
            let hospital = try TestHospital.withHistory(in: folder)
            let needs = try hospital.needs(of: ["files", "other"])
            let heads = try hospital.heads()
            for key in try hospital.keys() {
                var faults = FaultyStore.Faults()
                faults.unreadable = [key]
                let store = FaultyStore(hospital.store, faults)
                let report = try Verifier(
                    store: store,
                    request: Verifier.Request(signers: try hospital.signers(), heads: heads)
                ).run()
                #expect(report.verdict == .notProven, "\(key): \(report.findings)")
                #expect(report.findings.map(\.code) == [.objectUnreadable], "\(key)")
                #expect(report.findings.map(\.subject) == [.object(key)])
                #expect(report.findings.map { Set($0.breaks) } == [needs[key] ?? []], "\(key)")
            }
        }
    }

    // MARK: - Freshness

    @Test func `without a head the newest manifest can go, and the claim says so`() throws {
        try withTemporaryFolder(inMemory: true) { folder in
            let hospital = try TestHospital.withHistory(in: folder)
            let heads = try hospital.heads()
            let newest = try #require(try hospital.manifests().last)
            try hospital.replace(newest.storeKey, with: nil)

            let blind = try hospital.verify()
            #expect(blind.verdict == .proven)
            #expect(blind.findings.count { $0.code == .freshnessNotAsked } == 2)
            #expect(blind.heads[newest.manifest.set]?.sequence == 2)
            #expect(try hospital.verify(requiresFreshness: true).verdict == .notProven)

            let report = try hospital.verify(heads: heads)
            #expect(report.verdict == .failed)
            let failures = report.findings.filter { $0.severity == .failure }
            #expect(failures.map(\.code) == [.headBehind])
            #expect(failures.map(\.subject) == [.set(newest.manifest.set)])
            #expect(failures.map(\.breaks) == [[newest.manifest.ref]])
        }
    }

    @Test func `a whole set that is gone is found by its head`() throws {
        try withTemporaryFolder(inMemory: true) { folder in
            let hospital = try TestHospital.withHistory(in: folder)
            let heads = try hospital.heads()
            let other = try #require(try hospital.manifests("other").last).manifest.set
            for key in try hospital.keys(prefix: "snapshots/\(other.hex)/") {
                try hospital.replace(key, with: nil)
            }
            let report = try hospital.verify(heads: heads)
            #expect(report.verdict == .failed)
            let failures = report.findings.filter { $0.severity == .failure }
            #expect(failures.map(\.subject) == [.set(other)])
            #expect(failures.first?.breaks.count == 2)
        }
    }

    @Test func `a store that was set back to an old state is found by its heads`() throws {
        try withTemporaryFolder(inMemory: true) { folder in
            let hospital = try TestHospital.withHistory(in: folder)
            let old = try hospital.storeState()
            try hospital.write("later", [4])
            _ = try hospital.backUp()
            let heads = try hospital.heads()
            try hospital.putBack(old)
            #expect(try hospital.verify().verdict == .proven)
            let report = try hospital.verify(heads: heads)
            #expect(report.verdict == .failed)
            #expect(report.findings.map(\.code) == [.headBehind])
        }
    }

    @Test func `a rolled-back store that went on from there differs from the head`() throws {
        try withTemporaryFolder(inMemory: true) { folder in
            let hospital = try TestHospital.withHistory(in: folder)
            let old = try hospital.storeState()
            _ = try hospital.backUp()
            let heads = try hospital.heads()
            try hospital.putBack(old)
            // The host was set back with it; else it would not use the number again.
            try hospital.forget()
            _ = try hospital.backUp()
            let report = try hospital.verify(heads: heads)
            #expect(report.findings.map(\.code) == [.headDiffers])
        }
    }

    @Test func `an old manifest put where a newer one belongs is misplaced`() throws {
        try withTemporaryFolder(inMemory: true) { folder in
            let hospital = try TestHospital.withHistory(in: folder)
            let stored = try hospital.manifests()
            let other = try #require(try hospital.manifests("other").last).manifest.set
            let bytes = try hospital.bytes(of: stored[0].storeKey)
            let set = stored[0].manifest.set
            for (set, sequence) in [(set, UInt64(4)), (other, 1), (other, 3)] {
                let key = StoreKey.manifest(set: set, sequence: sequence, name: stored[0].name)
                try hospital.replace(key, with: bytes)
                let report = try hospital.verify(heads: try hospital.heads())
                #expect(report.verdict == .failed)
                #expect(report.findings.map(\.code) == [.manifestMisplaced])
                #expect(report.findings.map(\.subject) == [.object(key)])
                try hospital.replace(key, with: nil)
            }
        }
    }

    @Test func `any remembered number can be asked for`() throws {
        try withTemporaryFolder(inMemory: true) { folder in
            let hospital = try TestHospital.withHistory(in: folder)
            let newest = try #require(try hospital.manifests().last)
            for sequence in [UInt64(0), 1 << 53, .max - 1, .max] {
                let head = Head(sequence: sequence, name: newest.name)
                let report = try hospital.verify(heads: [newest.manifest.set: [head]])
                #expect(report.verdict == .failed, "\(sequence)")
                #expect(report.findings.allSatisfy { $0.breaks.count <= 64 })
            }
        }
    }
}
