import Clinical
import Format
import Model
import Recovery

/// The clinical stores of a set of files: judged, and spoilt to see whether that shows.
extension FilesPart {
    /// Sabotages of one store in one drill; the seed takes others in the next.
    private static let sabotagesInDrill = 2

    /// Judges the set's stores.
    func judgeStores(_ context: DrillContext) throws -> [Finding] {
        var findings: [Finding] = []
        for store in stores {
            context.progress("\(set): judging \(store.format.rawValue)")
            let judged = try judge(store, context)
            context.note(judged, of: store, in: set)
            findings += judged.findings
        }
        return findings
    }

    /// Spoils the set's stores, and asks the same judges, who know nothing of hashes of files.
    func storeControls(_ context: DrillContext) throws -> [DrillControl] {
        var controls: [DrillControl] = []
        for store in stores {
            let spoiler = StoreSpoiler(
                store,
                restoredTo: context.folder(of: set),
                seed: context.seed,
                stop: stop
            )
            // Each sabotage before was undone: the store is what it was judged to be.
            let judged = context.stores.first { $0.set == set && $0.store == store }?.judged
            let clean = Set(judged?.findings ?? [])
            for sabotage in chosen(store, context) {
                guard let undo = try spoiler.spoil(sabotage) else {
                    continue
                }
                let findings = try judge(store, context).findings
                try undo()
                let isFound = findings.contains {
                    $0.code == sabotage.expected && !clean.contains($0)
                }
                controls.append(
                    DrillControl(
                        set: set,
                        sabotage: "\(store.format.rawValue): \(sabotage.name)",
                        foundAs: isFound ? sabotage.expected : nil
                    )
                )
            }
        }
        return controls
    }

    private func chosen(
        _ store: StoreJudge.Store,
        _ context: DrillContext
    ) -> [StoreSabotage] {
        let all = StoreSabotage.all(of: store.format)
        guard context.controls == .rotating else {
            return all
        }
        let start = Int(context.seed.prefix % UInt64(all.count))
        return (0..<min(Self.sabotagesInDrill, all.count)).map { all[(start + $0) % all.count] }
    }

    private func judge(
        _ store: StoreJudge.Store,
        _ context: DrillContext
    ) throws -> StoreJudge.Judged {
        let sealed = try snapshot.attachment(ClinicalWitness.attachmentName)
        let judge = StoreJudge(
            store,
            witness: try sealed.map { try ClinicalWitness(decoding: $0) },
            cut: snapshot.root.cut,
            stop: stop
        )
        return try judge.judge(restoredTo: context.folder(of: set))
    }
}
