import Format
import Model
import Repository
import Sealing

/// Ends a run: works out which objects the snapshot needs, stores their list, and writes the
/// manifest.
struct Closing {
    let past: Past
    let sink: ChunkSink
    let repository: Repository

    /// Stores the list pages and gives the manifest that is to be signed.
    func store(
        _ taken: Taken,
        _ request: BackupRun.Request,
        started: Timestamp,
        finished: Timestamp
    ) throws -> (manifest: Manifest, objects: [ObjectRef]) {
        let needed = neededObjects()
        let pages = try storePages(needed.objects)
        let manifest = Manifest(
            set: past.set,
            sequence: past.sequence,
            previous: past.previous,
            repository: repository.descriptor.repository,
            descriptor: repository.descriptorDigest,
            run: sink.keys.run.id,
            secret: sink.keys.secret.id,
            epoch: past.epoch,
            keys: needed.runs.sorted(),
            recipients: past.recipients,
            root: taken.root,
            pages: pages,
            needed: Manifest.Totals(
                objects: UInt64(needed.objects.count),
                bytes: needed.objects.reduce(0) { $0 + $1.size }
            ),
            new: newTotals(),
            complete: taken.isComplete,
            started: started,
            // A clock that was set back during the run must not make an end before the start.
            finished: max(started, finished),
            tool: request.tool
        )
        return (manifest, needed.objects)
    }

    private func neededObjects() -> (objects: [ObjectRef], runs: Set<KeyID>) {
        sink.withState { state in
            let used = state.known.usedPacks
            let runs = used.reduce(into: Set([sink.keys.run.id])) { $0.formUnion($1.runs) }
            let oldKeys = runs.subtracting([sink.keys.run.id]).sorted().compactMap {
                past.keys[$0]
            }
            let keys = [sink.keys.secretObject] + oldKeys + [sink.keys.runObject]
            let oldIndexes = used.flatMap { $0.indexes.prefix(1) }
            let objects =
                keys + used.map(\.object) + state.storedPacks + oldIndexes + state.storedIndexes
            return (inOrderOfStoring(objects), runs)
        }
    }

    private func inOrderOfStoring(_ objects: [ObjectRef]) -> [ObjectRef] {
        var seen: Set<ObjectName> = []
        let unique = objects.filter { seen.insert($0.name).inserted }
        let old = unique.filter { past.ordinals[$0.name] != nil }
            .sorted { (past.ordinals[$0.name] ?? 0) < (past.ordinals[$1.name] ?? 0) }
        return old + unique.filter { past.ordinals[$0.name] == nil }
    }

    private func storePages(_ objects: [ObjectRef]) throws -> [ObjectName] {
        var next = (past.ordinals.values.max() ?? -1) + 1
        var pages: [Int: [ListPage.Entry]] = [:]
        for object in objects {
            let ordinal: Int
            if let known = past.ordinals[object.name] {
                ordinal = known
            } else {
                ordinal = next
                next += 1
            }
            let (page, slot) = ordinal.quotientAndRemainder(dividingBy: Limits.pageEntriesMax)
            pages[page, default: []].append(ListPage.Entry(slot: UInt16(slot), object: object))
        }
        var names: [ObjectName] = []
        for number in pages.keys.sorted() {
            let entries = (pages[number] ?? []).sorted { $0.slot < $1.slot }
            let page = ListPage(number: UInt32(number), entries: entries)
            names.append(try repository.put(page))
        }
        return names
    }

    private func newTotals() -> Manifest.Totals {
        sink.withState { state in
            let isNewSecret = past.keys[sink.keys.secret.id] != sink.keys.secretObject
            let keys = [sink.keys.runObject] + (isNewSecret ? [sink.keys.secretObject] : [])
            return Manifest.Totals(
                objects: UInt64(state.storedPacks.count + state.storedIndexes.count + keys.count),
                bytes: state.storedBytes + keys.reduce(0) { $0 + $1.size }
            )
        }
    }
}
