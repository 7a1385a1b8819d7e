import Copying
import Format
import HostState
import Model
import ObjectStore
import Repository
import TestSupport
import Testing
import Workers

/// What a snapshot needs is held until it is released, and what is not is told.
@Suite struct HoldRunTests {
    private static let now = Timestamp(seconds: 4_100_000_000)

    /// A bucket with the three snapshots of a set.
    private struct Scene {
        let base: LockingMemoryStore
        /// As they lie in the bucket, the oldest first.
        let snapshots: [StoredManifest]
        /// Which snapshots need each object.
        let needs: [String: Set<SnapshotRef>]

        var run: HoldRun {
            get throws { try HoldRun(ManyVersions(base)) }
        }

        /// The keys of what a snapshot needs.
        func keys(_ snapshot: StoredManifest) -> Set<String> {
            Set(needs.filter { $0.value.contains(snapshot.manifest.ref) }.keys)
        }

        /// The keys of what is held, in whichever version.
        func held() throws -> Set<String> {
            let versions = try base.versions(prefix: "")
            return Set(
                try versions.filter { try base.isHeld($0.key, version: $0.version) }.map(\.key)
            )
        }

        /// The first of a snapshot's keys that begin so.
        func key(_ prefix: String, of snapshot: StoredManifest) throws -> String {
            try #require(keys(snapshot).filter { $0.hasPrefix(prefix) }.min())
        }
    }

    private func withScene(_ body: (Scene) throws -> Void) throws {
        try withTemporaryFolder(inMemory: true) { folder in
            let hospital = try TestHospital.withHistory(in: folder)
            let files = try #require(try hospital.state.id(of: "files"))
            let base = LockingMemoryStore(lockPolicy: nil, clock: { Self.now })
            let request = CopyRun.Request(
                from: [hospital.store],
                to: base,
                sets: [files],
                signers: try hospital.signers()
            )
            _ = try CopyRun(request, clock: { Self.now }).run()
            let history = try History(of: base, trusting: try hospital.signers())
            let snapshots = try #require(history.manifests[files])
            try #require(snapshots.count == 3)
            let needs = try hospital.needs(of: ["files"])
            try body(Scene(base: base, snapshots: snapshots, needs: needs))
        }
    }

    // MARK: - Placing

    @Test func `all that a snapshot needs is held, and nothing else`() throws {
        try withScene { scene in
            let second = scene.snapshots[1]
            let told = Counter()
            let report = try scene.run.place(second) { _, _ in _ = told.next() }
            let keys = scene.keys(second)
            #expect(report.findings == [] && report.objects == keys.count)
            #expect(try scene.held() == keys)
            #expect(keys.contains(StoreKey.descriptor) && keys.contains(second.storeKey))
            let sizes = try keys.map { try scene.base.size(of: $0) ?? 0 }
            #expect(report.bytes == sizes.reduce(0, +))
            #expect(told.next() >= keys.count)
            let check = try scene.run.check([second])
            #expect(check.findings == [] && check.objects == keys.count)
            // Nothing that is held can be removed, whatever its lock.
            for key in keys {
                #expect(try scene.base.attempt(.deleteVersion, on: key) != .done)
            }
        }
    }

    @Test func `a hold that somebody lifted is told until it is set again`() throws {
        try withScene { scene in
            let second = scene.snapshots[1]
            _ = try scene.run.place(second)
            let pack = try scene.key("packs/", of: second)
            try scene.base.setHold(false, on: pack, version: nil)
            let report = try scene.run.check([second])
            #expect(report.findings.map(\.code) == [.objectNotHeld])
            #expect(report.findings.first?.subject == .object(pack))
            #expect(report.findings.first?.breaks == [second.manifest.ref])
            #expect(report.findings.first?.evidence["reason"] == "no hold is on it")
            #expect(report.objects == scene.keys(second).count - 1)
            #expect(try scene.held().contains(pack) == false, "a look changes nothing")
            #expect(try scene.run.place(second).findings == [])
            #expect(try scene.run.check([second]).findings == [])
        }
    }

    @Test func `of what was written over the version that is read is held`() throws {
        try withScene { scene in
            let second = scene.snapshots[1]
            let pack = try scene.key("packs/", of: second)
            let right = try #require(try scene.base.versions(prefix: pack).first)
            #expect(try scene.base.attempt(.overwrite, on: pack) == .done)
            #expect(try scene.run.place(second).findings == [])
            #expect(try scene.base.isHeld(pack, version: right.version))
            #expect(try !scene.base.isHeld(pack, version: nil))
            #expect(try scene.run.check([second]).findings == [])
        }
    }

    @Test(arguments: ["packs/", "lists/", "snapshots/", "toride.json"])
    func `what is missing is told as missing`(prefix: String) throws {
        try withScene { scene in
            let second = scene.snapshots[1]
            let key = try scene.key(prefix, of: second)
            #expect(try scene.base.attempt(.deleteVersion, on: key) == .done)
            let report = try scene.run.place(second)
            #expect(report.findings.map(\.code) == [.objectMissing])
            #expect(report.findings.first?.subject == .object(key))
            #expect(report.findings.first?.breaks == [second.manifest.ref])
            #expect(report.findings.first?.evidence["store"] == scene.base.place)
            // The rest is held, as far as it is known.
            #expect(report.objects > 0)
        }
    }

    @Test func `of versions that cannot be told apart none is held`() throws {
        try withScene { scene in
            let second = scene.snapshots[1]
            let pack = try scene.key("packs/", of: second)
            let bytes = try scene.base.get(pack, bytesMax: 1 << 30)
            // As long as the right one, and newer.
            try scene.base.heal(bytes.reversed(), at: pack)
            let hidden = try HoldRun(StubbornBucket(scene.base, .hidesBytes)).place(second)
            #expect(hidden.findings.map(\.code) == [.objectNotHeld])
            #expect(hidden.findings.first?.subject == .object(pack))
            #expect(hidden.findings.first?.evidence["reason"] == "403 AccessDenied")
            #expect(try !scene.held().contains(pack))
            let unlisted = try HoldRun(StubbornBucket(scene.base, .hidesVersions)).place(second)
            #expect(unlisted.findings.map(\.code) == [.objectNotHeld] && unlisted.objects == 0)
            #expect(unlisted.findings.first?.evidence["reason"] == "403 AccessDenied")
            #expect(throws: StoreError.self) {
                try HoldRun(StubbornBucket(scene.base, .hidesVersions))
                    .release([second], keeping: [])
            }
        }
    }

    @Test func `an object none of whose versions is right is damaged, and not held`() throws {
        try withScene { scene in
            let second = scene.snapshots[1]
            let pack = try scene.key("packs/", of: second)
            let bytes = try scene.base.get(pack, bytesMax: 1 << 30)
            #expect(try scene.base.attempt(.deleteVersion, on: pack) == .done)
            try scene.base.heal([1], at: pack)
            for count in [1, 2] {
                let report = try scene.run.place(second)
                #expect(report.findings.map(\.code) == [.objectDamaged], "\(count)")
                #expect(report.findings.first?.subject == .object(pack))
                #expect(try !scene.held().contains(pack))
                try scene.base.heal(bytes.reversed(), at: pack)
            }
            // That the wrong one is held is no hold on the object.
            try scene.base.setHold(true, on: pack, version: nil)
            #expect(try scene.run.check([second]).findings.map(\.code) == [.objectNotHeld])
        }
    }

    @Test func `one of several right versions is enough`() throws {
        try withScene { scene in
            let second = scene.snapshots[1]
            let pack = try scene.key("packs/", of: second)
            _ = try scene.run.place(second)
            try scene.base.heal(try scene.base.get(pack, bytesMax: 1 << 30), at: pack)
            #expect(try !scene.base.isHeld(pack, version: nil))
            #expect(try scene.run.check([second]).findings == [])
        }
    }

    // MARK: - Buckets that do not

    private static let reasons: [StubbornBucket.Way: String] = [
        .refuses: "403 AccessDenied", .forgets: "the store keeps no hold",
        .enforcesNone: "the store enforces no locks",
    ]

    @Test(arguments: [StubbornBucket.Way.refuses, .forgets, .enforcesNone])
    func `what takes no hold is told once for all objects`(way: StubbornBucket.Way) throws {
        try withScene { scene in
            let second = scene.snapshots[1]
            let report = try HoldRun(StubbornBucket(scene.base, way)).place(second)
            #expect(report.objects == 0 && report.bytes == 0)
            let keys = scene.keys(second)
            let first = try #require(keys.min())
            let reason = try #require(Self.reasons[way])
            let expected = Finding(
                .objectNotHeld,
                .object(first),
                evidence: [
                    "count": "\(keys.count)", "reason": reason, "store": scene.base.place,
                ],
                breaks: [second.manifest.ref]
            )
            #expect(report.findings == [expected])
        }
    }

    @Test func `holds that nothing enforces are none`() throws {
        try withScene { scene in
            let second = scene.snapshots[1]
            _ = try scene.run.place(second)
            let bucket = StubbornBucket(scene.base, .enforcesNone)
            let report = try HoldRun(bucket).check([second])
            #expect(report.findings.map(\.code) == [.objectNotHeld] && report.objects == 0)
            #expect(report.findings.first?.evidence["count"] == "\(scene.keys(second).count)")
        }
    }

    @Test func `who may not look is in doubt`() throws {
        try withScene { scene in
            let second = scene.snapshots[1]
            let run = try HoldRun(StubbornBucket(scene.base, .isSilent))
            for report in [try run.place(second), try run.check([second])] {
                #expect(Set(report.findings.map(\.code)) == [.objectUnreadable])
                #expect(Verdict(report.findings) == .notProven)
            }
        }
    }

    @Test func `a store that is busy, or that is asked to stop, tells nothing`() throws {
        try withScene { scene in
            let busy = try HoldRun(StubbornBucket(scene.base, .isBusy))
            #expect(throws: StoreError.self) { try busy.check(scene.snapshots) }
            let stop = StopFlag()
            stop.set()
            let stopped = try HoldRun(ManyVersions(scene.base), stop: stop)
            #expect(throws: Stopped.self) { try stopped.place(scene.snapshots[2]) }
            #expect(try scene.held() == [])
        }
    }

    @Test func `a store that is no bucket takes no hold`() {
        let error = #expect(throws: StoreError.self) { try HoldRun(MemoryStore([:])) }
        #expect(error?.hint.contains("bucket") == true)
    }

    // MARK: - Lifting

    @Test func `what another held snapshot needs stays held`() throws {
        try withScene { scene in
            let (second, third) = (scene.snapshots[1], scene.snapshots[2])
            _ = try scene.run.place(second)
            _ = try scene.run.place(third)
            let both = scene.keys(second).intersection(scene.keys(third))
            let report = try scene.run.release([second], keeping: [third])
            #expect(report.findings == [] && !report.isBlocked)
            #expect(report.kept == both.count && !both.isEmpty)
            #expect(report.objects == scene.keys(second).subtracting(both).count)
            #expect(report.objects > 0)
            #expect(try scene.held() == scene.keys(third))
            let last = try scene.run.release([third], keeping: [])
            #expect(last.kept == 0 && last.objects == scene.keys(third).count)
            #expect(try scene.held() == [])
        }
    }

    @Test func `nothing is lifted while it is not known what another snapshot needs`() throws {
        try withScene { scene in
            let (second, third) = (scene.snapshots[1], scene.snapshots[2])
            _ = try scene.run.place(second)
            let pages = Set(third.manifest.pages).subtracting(second.manifest.pages)
            let page = StoreKey.list(try #require(pages.min()))
            #expect(try scene.base.attempt(.deleteVersion, on: page) == .done)
            let report = try scene.run.release([second], keeping: [third])
            #expect(report.isBlocked && report.objects == 0)
            #expect(report.findings.map(\.code) == [.objectMissing])
            #expect(report.findings.first?.breaks == [third.manifest.ref])
            #expect(try scene.held() == scene.keys(second))
        }
    }

    @Test func `a list that cannot be read is waited for, and one that is gone is not`() throws {
        try withScene { scene in
            let second = scene.snapshots[1]
            _ = try scene.run.place(second)
            let page = StoreKey.list(try #require(second.manifest.pages.first))
            let bytes = try scene.base.get(page, bytesMax: 1 << 20)
            try scene.base.setHold(false, on: page, version: nil)
            #expect(try scene.base.attempt(.deleteVersion, on: page) == .done)
            try scene.base.put(bytes.reversed(), at: page)
            let held = try scene.held()
            let blocked = try scene.run.release([second], keeping: [])
            #expect(blocked.isBlocked && blocked.objects == 0)
            #expect(blocked.findings.map(\.code) == [.objectDamaged])
            #expect(try scene.held() == held)
            #expect(try scene.base.attempt(.deleteVersion, on: page) == .done)
            let both = try scene.run.release([second], keeping: [second])
            #expect(!both.isBlocked && both.objects == 0)
            let report = try scene.run.release([second], keeping: [])
            #expect(!report.isBlocked && report.objects > 0)
            #expect(report.findings.map(\.code) == [.objectMissing])
            #expect(try !scene.held().contains(second.storeKey))
        }
    }

    @Test func `the holds of all versions are lifted`() throws {
        try withScene { scene in
            let second = scene.snapshots[1]
            _ = try scene.run.place(second)
            let pack = try scene.key("packs/", of: second)
            #expect(try scene.base.attempt(.overwrite, on: pack) == .done)
            try scene.base.setHold(true, on: pack, version: nil)
            #expect(try scene.run.release([second], keeping: []).findings == [])
            #expect(try scene.held() == [])
        }
    }

    @Test func `who may not lift is told so, unless nothing is held`() throws {
        try withScene { scene in
            let second = scene.snapshots[1]
            for way in [StubbornBucket.Way.refuses, .forgets] {
                let run = try HoldRun(StubbornBucket(scene.base, way))
                #expect(try run.release([second], keeping: []).findings == [])
                _ = try scene.run.place(second)
                #expect(throws: StoreError.self) { try run.release([second], keeping: []) }
                #expect(try scene.held() == scene.keys(second))
                _ = try scene.run.release([second], keeping: [])
            }
        }
    }
}
