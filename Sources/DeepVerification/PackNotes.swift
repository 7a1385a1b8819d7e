import Format
import Model
import ObjectStore
import Primitives

/// Findings about packs and the chunks in them, and whether they show more than plain damage.
///
/// A pack whose bytes are not those of its name is damaged, which everyone sees. One whose bytes
/// are right, and whose chunks are not what their ids say, was written so.
final class PackNotes {
    private let store: any ObjectStore
    private let findings: DeepFindings
    private let epoch: SetEpoch
    private let places: ChunkPlaces
    private let breaks: (Int32) -> [SnapshotRef]
    private var isWhole: [ObjectName: Bool] = [:]
    private var unreadable: Set<ObjectName> = []
    /// How many chunks were opened, and were what their ids say.
    private(set) var opened: UInt64 = 0

    /// Notes findings; `breaks` gives the snapshots that go to a pack by an account of it.
    init(
        _ store: any ObjectStore,
        _ findings: DeepFindings,
        _ epoch: SetEpoch,
        _ places: ChunkPlaces,
        breaks: @escaping (Int32) -> [SnapshotRef]
    ) {
        self.store = store
        self.findings = findings
        self.epoch = epoch
        self.places = places
        self.breaks = breaks
    }

    /// Notes what became of a chunk where an account says that it lies.
    func note(_ chunk: PackJudge.Opened, _ account: Int32) throws {
        places.mark(chunk.entry, in: account, chunk.state, chunk.content)
        let pack = places.accounts[Int(account)].pack
        switch chunk.state {
        case .unopened: break
        case .whole: opened += 1
        case .damaged:
            try distrustIfWhole(pack)
            findings.add(
                .chunkDamaged,
                .object(StoreKey.pack(pack)),
                ["chunk": String(chunk.entry.chunk.digest.hex.prefix(16))],
                breaks: breaks(account)
            )
        case .missing: noteUnreadable(account, "a chunk in it could not be read")
        }
    }

    /// Notes that a pack could not be read.
    func noteUnreadable(_ account: Int32, _ reason: String) {
        let pack = places.accounts[Int(account)].pack
        guard unreadable.insert(pack).inserted else {
            return
        }
        findings.add(
            .chunkMissing,
            .object(StoreKey.pack(pack)),
            ["reason": reason],
            breaks: breaks(account)
        )
    }

    /// Notes that a pack's own table is not what it must be.
    func noteTable(_ account: Int32, _ reason: String) throws {
        let pack = places.accounts[Int(account)].pack
        try distrustIfWhole(pack)
        findings.add(
            .packTableDiffers,
            .object(StoreKey.pack(pack)),
            ["reason": reason],
            breaks: breaks(account)
        )
    }

    private func distrustIfWhole(_ pack: ObjectName) throws {
        let isWhole = try self.isWhole[pack] ?? hashes(pack)
        self.isWhole[pack] = isWhole
        if isWhole {
            findings.distrust(epoch)
        }
    }

    private func hashes(_ pack: ObjectName) throws -> Bool {
        let digest = SHA256()
        do throws(StoreError) {
            unsafe try store.stream(StoreKey.pack(pack)) { unsafe digest.update($0) }
        } catch {
            if case .unavailable = error {
                throw error
            }
            return false
        }
        return digest.finish() == pack.digest
    }
}
