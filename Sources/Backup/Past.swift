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
    /// Key objects that are in the store, by the key that they seal.
    private(set) var keys: [KeyID: ObjectRef] = [:]
    /// The place of each object in the set's order of first storing.
    private(set) var ordinals: [ObjectName: Int] = [:]
    /// What the next manifest follows.
    let sequence: UInt64
    let previous: ObjectName?
    /// To whom this run seals, rising.
    let recipients: [String]

    init(
        _ request: BackupRun.Request,
        _ repository: Repository,
        _ state: HostState,
        trusting key: VerifyingKey
    ) throws {
        let set = try state.establish(request.set)
        self.set = set
        scope = SealingScope(repository: repository.descriptor.repository, set: set)
        let history = try History(
            of: repository.store,
            set: set,
            trusting: TrustedSigners([key])
        )
        newest = history.newest(of: set)
        findings = history.findings
        let links = Chain.links(of: history.manifests[set] ?? [])
        let unread = history.unread[set] ?? []
        let heads = Set([request.remembered, try state.head(of: request.set)].compactMap(\.self))
        let remembered = heads.max { $0.sequence < $1.sequence }
        findings +=
            request.remembered == nil
            ? Chain.freshness(of: set, links, unread: unread, heads: Array(heads))
            : Chain.judge(set, links, unread: unread, heads: Array(heads))
        // The host goes on from what it remembers, even if the store has lost it: a sequence is
        // never used twice, and the gap stays visible. Where it remembers nothing, a manifest that
        // is there and cannot be read counts by its name.
        let places = links.map(\.head) + (remembered.map { [$0] } ?? unread)
        let newestPlace = places.max { $0.sequence < $1.sequence }
        let highest = newestPlace?.sequence ?? 0
        guard highest < Limits.sequenceMax else {
            throw BackupError.historyUnusable(set: request.set)
        }
        sequence = highest + 1
        let isRemembered = remembered?.sequence == highest
        previous = isRemembered ? remembered?.name : newestPlace?.name
        guard let secret = try state.secret(of: request.set, epoch: 1) else {
            throw BackupError.secretMissing(set: request.set)
        }
        recipients = Set(request.recipients.map(\.description)).sorted()
        let leftover = try Journal.leftover(folder: state.folder(of: request.set))
        try load(repository, secret, leftover, damaged: request.damaged)
    }

    /// The object that seals the set's secret to exactly the recipients; nil if it must be made.
    func secretObject(_ id: KeyID) -> ObjectRef? {
        guard newest == nil || newest?.manifest.recipients == recipients else {
            return nil
        }
        return keys[id]
    }

    private mutating func load(
        _ repository: Repository,
        _ secret: borrowing SetSecret,
        _ leftover: Journal.Leftover,
        damaged: Set<ObjectName>
    ) throws {
        let indexes = loadPages(repository)
        var present: [String: UInt64] = [:]
        for prefix in ["packs/", "keys/"] {
            for object in try repository.store.list(prefix: prefix) {
                present[object.key] = object.size
            }
        }
        let own = Journal.digest(ofRecipients: recipients)
        for (key, left) in leftover.keys
        where left.recipients == own && present[left.object.storeKey] == left.object.size {
            keys[key] = left.object
        }
        // Whoever is a recipient now must be able to open all that a snapshot needs; keys that
        // were sealed before he became one he cannot open.
        if let newest, !Set(newest.manifest.recipients).isSuperset(of: recipients) {
            findings.append(Finding(.recipientsChanged, .set(set)))
        } else {
            for index in indexes {
                load(index, repository, secret, present, damaged, isLeftover: false)
            }
        }
        for index in leftover.indexes {
            load(index, repository, secret, present, damaged, isLeftover: true)
        }
    }

    /// The index objects of the newest snapshot. A page that cannot be read is told, and what it
    /// names is stored again.
    private mutating func loadPages(_ repository: Repository) -> [ObjectRef] {
        var indexes: [ObjectRef] = []
        for name in newest?.manifest.pages ?? [] {
            do {
                let page = try repository.page(name)
                for entry in page.entries {
                    ordinals[entry.object.name] =
                        Int(page.number) * Limits.pageEntriesMax + Int(entry.slot)
                    if entry.object.kind == .index {
                        indexes.append(entry.object)
                    }
                }
            } catch {
                note(error, StoreKey.list(name))
            }
        }
        return indexes
    }

    /// Takes in what an index tells of. A chunk is known only if its pack is there at full size and
    /// not known to be damaged, and the keys to it are there; else it is stored again.
    private mutating func load(
        _ index: ObjectRef,
        _ repository: Repository,
        _ secret: borrowing SetSecret,
        _ present: [String: UInt64],
        _ damaged: Set<ObjectName>,
        isLeftover: Bool
    ) {
        do {
            let bytes = try repository.get(
                index.storeKey,
                name: index.name,
                bytesMax: 2 * Limits.indexBytesMax
            )
            let table = try IndexCodec.open(bytes, scope: scope, secret: secret)
            if !isLeftover {
                for (key, object) in table.keys where present[object.storeKey] == object.size {
                    keys[key] = object
                }
            }
            for pack in table.packs
            where present[StoreKey.pack(pack.name)] == pack.size && !damaged.contains(pack.name)
                && pack.entries.allSatisfy({ keys[$0.origin.run] != nil })
            {
                known.add(pack, index: index)
            }
        } catch {
            note(error, index.storeKey)
        }
    }

    private mutating func note(_ error: any Error, _ key: String) {
        let isMissing =
            if case RepositoryError.store(.missing) = error { true } else { false }
        findings.append(
            Finding(
                isMissing ? .objectMissing : .objectDamaged,
                .object(key),
                evidence: ["reason": "\(error)"]
            )
        )
    }
}
