import Copying
import Format
import HostState
import LocalStore
import Model
import ObjectStore
import Primitives
import Repository
import TestSupport
import Testing
import Verification

/// A copy holds what the snapshots need, byte for byte, or says what it lacks.
@Suite struct CopyRunTests {
    private static let now = Timestamp(seconds: 4_100_000_000)

    /// Two sets with a past, and a store that is empty.
    private func withScene(
        _ body: (borrowing TestHospital, MemoryStore) throws -> Void
    ) throws {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital.withHistory(in: folder)
            try body(hospital, MemoryStore([:]))
        }
    }

    private func copy(
        _ hospital: borrowing TestHospital,
        from sources: [any ObjectStore]? = nil,
        to target: any ObjectStore,
        sets: [String] = ["files", "other"]
    ) throws -> CopyReport {
        var ids: Set<SetID> = []
        for set in sets {
            ids.insert(try #require(try hospital.state.id(of: set)))
        }
        let request = CopyRun.Request(
            from: sources ?? [hospital.store],
            to: target,
            sets: ids,
            signers: try hospital.signers()
        )
        return try CopyRun(request, clock: { Self.now }).run()
    }

    private func verify(
        _ hospital: borrowing TestHospital,
        _ store: any ObjectStore,
        heads: [SetID: [Head]] = [:]
    ) throws -> VerificationReport {
        let request = Verifier.Request(signers: try hospital.signers(), heads: heads)
        return try Verifier(store: store, request: request).run()
    }

    /// A pack that the oldest snapshot of `files` needs.
    private func pack(_ hospital: borrowing TestHospital) throws -> String {
        let first = try #require(try hospital.manifests("files").first).manifest.ref
        let needs = try hospital.needs(of: ["files"])
        return try #require(
            needs.filter { $0.key.hasPrefix("packs/") && $0.value.contains(first) }
                .map(\.key).sorted().first
        )
    }

    @Test func `a copy is proven by itself, up to the heads of the first store`() throws {
        try withScene { hospital, target in
            let report = try copy(hospital, to: target)
            #expect(report.verdict == .proven && report.snapshots == 5)
            let heads = try hospital.heads()
            #expect(report.heads.mapValues { [$0] } == heads)
            let verified = try verify(hospital, target, heads: heads)
            #expect(verified.verdict == .proven)
            let keys = Set(try target.list(prefix: "").map(\.key))
            let expected = try hospital.keys().filter { StoredKind(key: $0) != .aside }
            #expect(keys == Set(expected))
        }
    }

    @Test func `what is there is not sent again`() throws {
        try withScene { hospital, target in
            let first = try copy(hospital, to: target)
            let again = try copy(hospital, to: target)
            #expect(again.objects == 0 && again.bytes == 0)
            #expect(again.present == first.objects && again.snapshots == 5)
            _ = try hospital.backUp()
            let next = try copy(hospital, to: target)
            #expect(next.objects > 0 && next.objects < first.objects && next.snapshots == 6)
        }
    }

    @Test func `sets that are not asked for stay where they are`() throws {
        try withScene { hospital, target in
            let report = try copy(hospital, to: target, sets: ["other"])
            #expect(report.snapshots == 2 && report.heads.count == 1)
            let other = try #require(try hospital.state.id(of: "other"))
            let sets = try History(of: target, trusting: try hospital.signers()).sets
            #expect(sets == [other])
        }
    }

    @Test func `a damaged object is told, and taken from another store that has it whole`() throws {
        try withScene { hospital, target in
            let twin = MemoryStore(try hospital.storeState())
            let pack = try pack(hospital)
            var bytes = try hospital.bytes(of: pack)
            bytes[bytes.count / 2] ^= 1
            try hospital.replace(pack, with: bytes)
            let report = try copy(hospital, from: [hospital.store, twin], to: target)
            #expect(report.findings.map(\.code) == [.objectDamaged])
            #expect(report.findings.first?.evidence["store"] == hospital.store.place)
            #expect(report.incomplete.isEmpty && report.verdict == .failed)
            #expect(try verify(hospital, target).verdict == .proven)
        }
    }

    @Test func `a snapshot that cannot be brought whole has no manifest in the copy`() throws {
        try withScene { hospital, target in
            let pack = try pack(hospital)
            let broken = try #require(try hospital.needs(of: ["files", "other"])[pack])
            try hospital.replace(pack, with: nil)
            let report = try copy(hospital, to: target)
            #expect(report.findings.map(\.code).contains(.objectMissing))
            #expect(report.incomplete == broken)
            let there = try History(of: target, trusting: try hospital.signers()).manifests
                .values.joined().map(\.manifest.ref)
            #expect(Set(there).isDisjoint(with: broken) && there.count == 5 - broken.count)
        }
    }

    @Test func `an object of another size in the copy is told and not written over`() throws {
        try withScene { hospital, target in
            let pack = try pack(hospital)
            try target.put([1, 2, 3], at: pack)
            try target.put(
                try hospital.bytes(of: StoreKey.descriptor),
                at: StoreKey.descriptor
            )
            let report = try copy(hospital, to: target)
            #expect(report.findings.contains { $0.code == .objectDamaged })
            #expect(try target.get(pack, bytesMax: 10) == [1, 2, 3])
            #expect(!report.incomplete.isEmpty)
        }
    }

    @Test func `a store with another repository is refused before anything is written`() throws {
        try withScene { hospital, target in
            let id = try #require(RandomID(hex: String(repeating: "ab", count: 16)))
            _ = try Repository(creating: RepositoryID(id), in: target)
            #expect(throws: CopyError.self) { try copy(hospital, to: target) }
            #expect(try target.list(prefix: "").count == 1)
        }
    }

    @Test func `snapshots without a descriptor are no empty store`() throws {
        try withScene { hospital, target in
            let manifest = try #require(try hospital.keys(prefix: "snapshots/").first)
            try target.put(try hospital.bytes(of: manifest), at: manifest)
            #expect(throws: CopyError.descriptorMissing(place: target.place)) {
                try copy(hospital, to: target)
            }
        }
    }

    @Test func `records that a copy went on with by itself are its own`() throws {
        try withScene { hospital, target in
            _ = try copy(hospital, to: target)
            let files = try #require(try hospital.state.id(of: "files"))
            let own = try hospital.putRecord(about: [files], in: target)
            let others = [try hospital.putRecord(), try hospital.putRecord(.drill)]
            #expect(try copy(hospital, to: target).verdict == .proven)
            let there = Set(try target.list(prefix: "records/").map(\.key))
            #expect(there.contains(own))
            #expect(!there.contains(others[0]), "two of one number and one signer are a fork")
            #expect(there.contains(others[1]), "of drills the copy has nothing of its own")
            let verified = try verify(hospital, target, heads: try hospital.heads())
            #expect(verified.verdict == .proven && verified.findings == [])
        }
    }

    @Test func `a rewrap is brought, whatever lies there`() throws {
        try withScene { hospital, target in
            _ = try copy(hospital, to: target)
            let ids = try ["files", "other"].map { try #require(try hospital.state.id(of: $0)) }
            try hospital.putRecord(.rewrap, about: [ids[0]], in: target)
            let rewrap = try hospital.putRecord(.rewrap, about: [ids[1]])
            _ = try copy(hospital, to: target)
            #expect(try target.size(of: rewrap) != nil)
        }
    }

    @Test func `a record that cannot be read keeps no copy from its end`() throws {
        try withScene { hospital, target in
            let faulty = FaultyStore(target)
            _ = try copy(hospital, to: faulty)
            let files = try #require(try hospital.state.id(of: "files"))
            let own = try hospital.putRecord(about: [files], in: target)
            faulty.change { $0.unreadable = [own] }
            try hospital.putRecord()
            #expect(try copy(hospital, to: faulty).verdict == .proven)
        }
    }

    @Test func `a gap below what a copy went on with is filled`() throws {
        try withScene { hospital, target in
            let files = try #require(try hospital.state.id(of: "files"))
            let lost = try hospital.putRecord(about: [files])
            try hospital.putRecord()
            _ = try copy(hospital, to: target)
            // As a copy leaves it that was killed: many are on their way at once.
            target.change(lost) { $0 = nil }
            try hospital.putRecord(about: [files, files], in: target)
            try hospital.putRecord()
            #expect(try copy(hospital, to: target).verdict == .proven)
            #expect(try target.size(of: lost) != nil)
            let verified = try verify(hospital, target, heads: try hospital.heads())
            #expect(verified.verdict == .proven && verified.findings == [])
        }
    }

    @Test func `a file that only says whose it is keeps no records away`() throws {
        try withScene { hospital, target in
            let first = try hospital.putRecord()
            guard case .record(let kind, let signer, _, _) = StoredKind(key: first) else {
                Issue.record("\(first) is no record")
                return
            }
            _ = try copy(hospital, to: target)
            let bytes: [UInt8] = [1, 2, 3]
            let name = ObjectName(SHA256.hash(bytes))
            try target.put(
                bytes,
                at: StoreKey.record(kind: kind, signer: signer, sequence: 900, name: name)
            )
            let second = try hospital.putRecord()
            _ = try copy(hospital, to: target)
            #expect(try target.size(of: second) != nil)
        }
    }

    @Test func `a stranger's snapshot is told and not copied`() throws {
        try withScene { hospital, target in
            let request = CopyRun.Request(
                from: [hospital.store],
                to: target,
                sets: [try #require(try hospital.state.id(of: "files"))],
                signers: TrustedSigners([])
            )
            let report = try CopyRun(request, clock: { Self.now }).run()
            #expect(report.snapshots == 0)
            #expect(Set(report.findings.map(\.code)) == [.manifestSignerUnknown])
        }
    }

    @Test(arguments: Array(stride(from: 0, through: 1_400_000, by: 70_000)))
    func `a copy that ends anywhere is whole up to a number, and the next one completes it`(
        room: Int
    ) throws {
        try withScene { hospital, target in
            var faults = FaultyStore.Faults()
            faults.roomBytes = room
            let full = FaultyStore(target, faults)
            do {
                _ = try copy(hospital, to: full)
            } catch let error as any ToldError {
                #expect(error.exitCode == .couldNotLook)
            }
            if try target.size(of: StoreKey.descriptor) != nil {
                let half = try verify(hospital, target)
                let codes = Set(half.findings.filter { $0.severity == .failure }.map(\.code))
                #expect(codes.isEmpty, "room for \(room)")
            }
            full.change { $0.roomBytes = nil }
            #expect(try copy(hospital, to: full).verdict == .proven)
            #expect(try verify(hospital, target, heads: hospital.heads()).verdict == .proven)
        }
    }
}
