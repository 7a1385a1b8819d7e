import Catalog
import Configuration
import Copying
import Format
import HostState
import Model
import ObjectStore
import Repository
import TestSupport
import Testing
import Workers

@testable import Jobs

/// A site with three snapshots of `files`, all of which lie in a bucket too.
struct HoldScene {
    /// When everything happens, unless a test says otherwise.
    static let noon = Timestamp(seconds: 1_795_402_800)

    let site: Site
    let base: LockingMemoryStore
    /// The oldest first.
    let snapshots: [StoredManifest]

    /// Runs `body` on one.
    static func run(_ body: (HoldScene) throws -> Void) throws {
        try withTemporaryFolder(inMemory: true) { folder in
            let hospital = try TestHospital.withHistory(in: folder)
            let site = try configured(in: folder, state: "state")
            let base = LockingMemoryStore(lockPolicy: nil, clock: { noon })
            let files = try #require(try site.setID(named: "files"))
            let other = try #require(try site.setID(named: "other"))
            let request = CopyRun.Request(
                from: [hospital.store],
                to: base,
                sets: [files, other],
                signers: try site.signers()
            )
            _ = try CopyRun(request, clock: { noon }).run()
            let history = try History(of: base, trusting: try site.signers())
            let snapshots = try #require(history.manifests[files])
            try #require(snapshots.count == 3)
            try body(HoldScene(site: site, base: base, snapshots: snapshots))
        }
    }

    private static func configured(in folder: String, state: String) throws -> Site {
        let text = """
            site: {name: Test, timezone: Asia/Tokyo}
            state: \(folder)/\(state)
            recipients: {recovery: age1\(String(repeating: "q", count: 58))}
            stores:
              primary: {path: \(folder)/store}
              vault: {s3: {endpoint: "http://127.0.0.1:1", bucket: vault}}
              old: {s3: {endpoint: "http://127.0.0.1:1", bucket: old}}
            sets:
              files: {source: {files: {paths: [/nowhere]}}, stores: [primary, vault]}
              other: {source: {files: {paths: [/nowhere]}}, stores: [primary, vault]}

            """
        return Site(try Configuration.parse(Array(text.utf8), file: "test"))
    }

    /// The same bucket as another host sees it, with a catalog and a key of its own. The two
    /// believe each other, as far as it goes.
    func neighbour() throws -> HoldScene {
        let folder = String(site.state.path.dropLast("/state".count))
        let other = try HoldScene.configured(in: folder, state: "neighbour")
        try other.state.prepare()
        for host in [site, other] {
            try host.state.makeSigningKey(.verifier)
        }
        for (host, friend) in [(site, other), (other, site)] {
            var pins = try host.state.pins()
            for pin in try friend.state.ownPins() {
                pins.put(pin)
            }
            try host.state.keep(pins)
        }
        return HoldScene(site: other, base: base, snapshots: snapshots)
    }

    /// The bucket, as it is opened anew for each run.
    var vault: ManyVersions { ManyVersions(base) }

    /// The set by its id, which any host knows.
    var files: SetID { snapshots[0].manifest.set }

    func job(
        _ snapshot: String,
        because reason: String = "incident 12",
        after seconds: Int64 = 0
    ) throws -> HoldJob {
        let now = Timestamp(seconds: HoldScene.noon.seconds + seconds)
        return try HoldJob(
            site,
            snapshot: snapshot,
            store: "vault",
            reason: reason,
            now: { now },
            stop: StopFlag()
        )
    }

    func holds() throws -> [HoldRow] {
        try site.catalog().openHolds()
    }

    func records() throws -> [RecordChains.Record] {
        try RecordChains(of: vault, kind: .hold, trusting: try site.signers())
            .chains.flatMap(\.records)
    }

    /// The holds by the records in the bucket.
    func recorded() throws -> [UInt64] {
        try RecordedHolds(in: vault, trusting: try site.signers()).open
            .map(\.head.sequence).sorted()
    }

    /// What `copy run` finds of holds.
    func check() throws -> [Finding] {
        try HeldSnapshots.check(of: [files], in: vault, site, stop: StopFlag())
    }

    /// The keys of what is held.
    func held() throws -> Set<String> {
        Set(try base.list(prefix: "").map(\.key).filter { try base.isHeld($0, version: nil) })
    }

    /// A pack that a snapshot needs.
    func aPack(_ stored: StoredManifest) throws -> String {
        let repository = try Repository(opening: base)
        let entries = try stored.manifest.pages.flatMap { try repository.page($0).entries }
        return try #require(
            entries.map(\.object).filter { $0.kind == .pack }.map(\.storeKey).min()
        )
    }

    /// What is held of a snapshot, by the row of its hold.
    func row(_ stored: StoredManifest, _ recordKey: String?) -> HoldRow {
        HoldRow(
            set: stored.manifest.set,
            head: stored.head,
            store: base.place,
            reason: "incident 12",
            placed: HoldScene.noon,
            recordKey: recordKey
        )
    }

    /// Lifts a hold and removes the object, as who may lift can.
    func remove(_ key: String) throws {
        try base.setHold(false, on: key, version: nil)
        #expect(try base.attempt(.deleteVersion, on: key) == .done)
    }
}
