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
    /// The newest manifest in the store whose signer is believed.
    let newest: StoredManifest?
    /// Which of the set's secrets this run works with.
    let epoch: UInt64
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
        let own = SignerPin(key: key.bytes, kinds: HostState.Signer.host.kinds)
        let signers = try state.trustedSigners(and: request.signers + [own])
        guard signers.retirements(of: key.signer).isEmpty else {
            throw BackupError.signerRetired(set: request.set)
        }
        let history = try History(of: repository.store, set: set, trusting: signers)
        newest = history.newest(of: set)
        findings = history.findings
        let manifests = history.manifests[set] ?? []
        let links = Chain.links(of: manifests)
        let unread = history.unread[set] ?? []
        let heads = Set([request.remembered, try state.head(of: request.set)].compactMap(\.self))
        let remembered = heads.max { $0.sequence < $1.sequence }
        findings +=
            request.remembered == nil
            ? Chain.freshness(of: set, manifests, unread: unread, heads: Array(heads))
            : Chain.judge(set, manifests, unread: unread, heads: Array(heads))
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
        var epoch = try state.epoch(of: request.set)
        if let newest, newest.manifest.epoch > epoch {
            // The state is older than the store: the secret of that epoch is not to be had.
            let next = newest.manifest.epoch + 1
            epoch = try state.beginEpoch(of: request.set, notBelow: next)
        }
        self.epoch = epoch
        if let newest, newest.manifest.epoch < epoch {
            findings.append(Finding(.epochBegun, .set(set), evidence: ["epoch": "\(epoch)"]))
        }
        guard let secret = try state.secret(of: request.set, epoch: epoch) else {
            throw BackupError.secretMissing(set: request.set)
        }
        recipients = Set(request.recipients.map(\.description)).sorted()
        let leftover = try Journal.leftover(folder: state.folder(of: request.set))
        let rewraps = try Rewraps(of: repository.store, trusting: signers)
        try load(
            repository,
            secret,
            leftover,
            rewraps.trusted(of: set, to: recipients),
            damaged: request.damaged,
            isOwn: newest?.standing == .trusted(key.signer)
        )
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
        _ rewrapped: [KeyID: ObjectRef],
        damaged: Set<ObjectName>,
        isOwn: Bool
    ) throws {
        let (indexes, pageKeys) = loadPages(repository)
        let present = try presentObjects(repository, damaged)
        let isWhole = { (object: ObjectRef) in present[object.storeKey] == object.size }
        let own = Journal.digest(ofRecipients: recipients)
        for (key, left) in leftover.keys where left.recipients == own && isWhole(left.object) {
            keys[key] = left.object
        }
        keys.merge(rewrapped.filter { isWhole($0.value) }) { _, newer in newer }
        // Whoever is a recipient now must be able to open all that a snapshot needs; keys that
        // were sealed before he became one he cannot open, unless they were rewrapped.
        var usable = pageKeys
        if let newest, !Set(newest.manifest.recipients).isSuperset(of: recipients) {
            findings.append(Finding(.recipientsChanged, .set(set)))
            usable = []
        }
        // The indexes of an earlier epoch do not open, and nothing of it is used. Nor is what
        // another signed, or this host with a key that it has retired since: whoever stole it may
        // have written the index.
        if isOwn, newest?.manifest.secret == secret.id {
            for index in indexes {
                guard let table = open(index, repository, secret) else {
                    continue
                }
                for (key, object) in table.keys
                where keys[key] == nil && usable.contains(object) && isWhole(object) {
                    keys[key] = object
                }
                take(table, index, present)
            }
        }
        for index in leftover.indexes {
            if let table = open(index, repository, secret) {
                take(table, index, present)
            }
        }
    }

    /// The sizes of the packs and keys that are in the store and not known to be damaged.
    private func presentObjects(
        _ repository: Repository,
        _ damaged: Set<ObjectName>
    ) throws -> [String: UInt64] {
        var present: [String: UInt64] = [:]
        for prefix in ["packs/", "keys/"] {
            for object in try repository.store.list(prefix: prefix) {
                if let name = StoredKind(key: object.key).name, !damaged.contains(name) {
                    present[object.key] = object.size
                }
            }
        }
        return present
    }

    /// The index objects and the key objects of the newest snapshot. A page that cannot be read is
    /// told, and what it names is stored again.
    private mutating func loadPages(
        _ repository: Repository
    ) -> (indexes: [ObjectRef], keys: Set<ObjectRef>) {
        var indexes: [ObjectRef] = []
        var keys: Set<ObjectRef> = []
        for name in newest?.manifest.pages ?? [] {
            do {
                let page = try repository.page(name)
                for entry in page.entries {
                    ordinals[entry.object.name] =
                        Int(page.number) * Limits.pageEntriesMax + Int(entry.slot)
                    switch entry.object.kind {
                    case .index: indexes.append(entry.object)
                    case .key: keys.insert(entry.object)
                    case .pack: break
                    }
                }
            } catch {
                note(error, StoreKey.list(name))
            }
        }
        return (indexes, keys)
    }

    /// What an index tells; nil, and a finding, if it cannot be read.
    private mutating func open(
        _ index: ObjectRef,
        _ repository: Repository,
        _ secret: borrowing SetSecret
    ) -> ChunkTable? {
        do {
            let bytes = try repository.get(
                index.storeKey,
                name: index.name,
                bytesMax: 2 * Limits.indexBytesMax
            )
            return try IndexCodec.open(bytes, scope: scope, secret: secret)
        } catch {
            note(error, index.storeKey)
            return nil
        }
    }

    /// Takes in what an index tells of. A chunk is known only if its pack is there at full size and
    /// not known to be damaged, and the keys to it are there; else it is stored again.
    private mutating func take(
        _ table: ChunkTable,
        _ index: ObjectRef,
        _ present: [String: UInt64]
    ) {
        for pack in table.packs
        where present[StoreKey.pack(pack.name)] == pack.size
            && pack.entries.allSatisfy({ keys[$0.origin.run] != nil })
        {
            known.add(pack, index: index)
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
