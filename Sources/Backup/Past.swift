import Format
import HostState
import Model
import ObjectStore
import Primitives
import Repository
import Sealing

/// What came before a run: the newest manifest, what the store holds of the set, and whether that
/// agrees with what the host remembers.
struct Past {
    let set: SetID
    let scope: SealingScope
    /// The newest manifest in the store that this host signed.
    let newest: StoredManifest?
    private(set) var known = KnownChunks()
    private(set) var findings: [Finding] = []
    /// Key objects by the key that they seal.
    private(set) var keys: [KeyID: ObjectRef] = [:]
    /// The place of each object in the set's order of first storing.
    private(set) var ordinals: [ObjectName: Int] = [:]
    /// What the next manifest follows.
    let sequence: UInt64
    let previous: ObjectName?

    init(
        _ request: BackupRun.Request, _ repository: Repository, _ state: HostState,
        trusting key: VerifyingKey
    ) throws {
        let set = try state.establish(request.set)
        self.set = set
        scope = SealingScope(repository: repository.descriptor.repository, set: set)
        let history = try History(
            of: repository.store, set: set, trusting: TrustedSigners([key]))
        newest = history.newest(of: set)
        findings = history.findings
        let stored = history.manifests[set] ?? []
        let remembered = request.remembered
        if let remembered {
            findings += Chain.judge(set, stored, heads: [remembered])
        }
        // The host goes on from what it remembers, even if the store has lost it: a sequence is
        // never used twice, and the gap stays visible.
        let highest = max(stored.last?.manifest.sequence ?? 0, remembered?.sequence ?? 0)
        sequence = highest + 1
        if let remembered, remembered.sequence == highest {
            previous = remembered.name
        } else {
            previous = stored.last?.name
        }
        guard let secret = try state.secret(of: request.set, epoch: 1) else {
            throw BackupError.secretMissing(set: request.set)
        }
        try load(repository, secret, Journal.leftover(folder: state.folder(of: request.set)))
    }

    /// The object that seals the set's secret to exactly `recipients`; nil if it must be made.
    func secretObject(_ id: KeyID, for recipients: [AgeRecipient]) -> ObjectRef? {
        let texts = recipients.map(\.description).sorted()
        guard newest == nil || newest?.manifest.recipients == texts else {
            return nil
        }
        return keys[id]
    }

    private mutating func load(
        _ repository: Repository, _ secret: borrowing SetSecret, _ leftover: Journal.Leftover
    ) throws {
        var indexes: [ObjectRef] = []
        for page in newest?.manifest.pages ?? [] {
            let page = try repository.page(page)
            for entry in page.entries {
                ordinals[entry.object.name] =
                    Int(page.number) * Limits.pageEntriesMax + Int(entry.slot)
                if entry.object.kind == .index {
                    indexes.append(entry.object)
                }
            }
        }
        // A chunk is known only if its pack is there at full size.
        let present = Dictionary(
            try repository.store.list(prefix: "packs/").map { ($0.key, $0.size) },
            uniquingKeysWith: { one, _ in one })
        for index in indexes + leftover.indexes {
            do {
                let bytes = try repository.get(
                    index.storeKey, name: index.name, bytesMax: 2 * Limits.indexBytesMax)
                let table = try IndexCodec.open(bytes, scope: scope, secret: secret)
                keys.merge(table.keys) { old, _ in old }
                for pack in table.packs
                where present[StoreKey.pack(pack.name)] == pack.size {
                    known.add(pack, index: index)
                }
            } catch let error as any ToldError {
                // What a damaged index tells of is stored again; the damage is told.
                findings.append(
                    Finding(
                        .objectDamaged, .object(index.storeKey),
                        evidence: ["reason": error.description]))
            }
        }
        keys.merge(leftover.keys) { old, _ in old }
    }
}
