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
        var findings = try unnamedStores()
        for store in stores {
            guard hasFiles(of: store) else {
                let evidence = ["files": "0"]
                let subject = Subject.named(store.format.rawValue)
                findings.append(Finding(.clinicalWitnessMissing, subject, evidence: evidence))
                continue
            }
            context.progress("\(set): judging \(store.format.rawValue)")
            let judged = try judge(store, context)
            context.note(judged, of: store, in: set)
            findings += judged.findings
        }
        return findings
    }

    /// Stores that were profiled when they were backed up, and that nobody here asks to judge.
    private func unnamedStores() throws -> [Finding] {
        let named = Set(stores.map { [$0.root, Array($0.format.rawValue.utf8)] })
        return try (sealed().witness?.stores ?? []).compactMap { sealed in
            let format = sealed.profile.format.rawValue
            guard !named.contains([sealed.root, Array(format.utf8)]) else {
                return nil
            }
            return Finding(
                .partSkipped,
                .named("\(set)/\(format)"),
                evidence: ["reason": "the configuration names no such store"]
            )
        }
    }

    /// Spoils the set's stores, and asks the same judges, who know nothing of hashes of files.
    func storeControls(_ context: DrillContext) throws -> [DrillControl] {
        var controls: [DrillControl] = []
        for store in stores where hasFiles(of: store) {
            let spoiler = StoreSpoiler(
                store,
                restoredTo: context.folder(of: set),
                linked: try sealed().linked,
                seed: context.seed,
                stop: stop
            )
            // Each sabotage before was undone: the store is what it was judged to be.
            let judged = context.stores.first { $0.set == set && $0.store == store }?.judged
            let clean = Set(judged?.findings ?? [])
            var made = 0
            for sabotage in try sabotages(of: store, context) {
                guard made < Self.sabotagesInDrill || context.controls == .all else {
                    break
                }
                guard let undo = try spoiler.spoil(sabotage) else {
                    continue
                }
                made += 1
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
            // Of a sample some stores have nothing that shows in one file: nothing at all is left
            // to see, which nothingControls() asks for.
            guard made > 0 || sample != nil else {
                throw NothingToSpoil(store: "\(set)/\(store.format.rawValue)")
            }
        }
        return controls
    }

    /// Judges a store as it was restored, or where `target` is in place of that.
    func judge(
        _ store: StoreJudge.Store,
        _ context: DrillContext,
        restoredTo target: String? = nil
    ) throws -> StoreJudge.Judged {
        let sealed = try sealed()
        let judge = StoreJudge(
            store,
            witness: sealed.witness,
            cut: snapshot.root.cut,
            isSample: sample != nil,
            stop: stop
        )
        return try judge.judge(
            restoredTo: target ?? context.folder(of: set),
            linked: sealed.linked
        )
    }

    /// What the snapshot says of its stores. Its file list is gone through once and not at each
    /// judging.
    func sealed() throws -> SealedStores {
        if let sealedStores {
            return sealedStores
        }
        var linked: Set<[UInt8]> = []
        try snapshot.forEachRecord { record in
            if case .hardLink = record.kind {
                linked.insert(record.path)
            }
            return !stores.isEmpty
        }
        let witness = try snapshot.attachment(ClinicalWitness.attachmentName)
            .map { try ClinicalWitness(decoding: $0) }
        let sealed = SealedStores(witness: witness, linked: linked)
        sealedStores = sealed
        return sealed
    }
}

/// What a snapshot says that judges of its clinical stores need.
struct SealedStores {
    /// The stores' profiles; nil if it has none.
    let witness: ClinicalWitness?
    /// Names of files that have another name before them in the snapshot: a backup shows each file
    /// once, wherever in the set that was.
    let linked: Set<[UInt8]>
}

/// A clinical store has nothing that could be spoilt, so nothing shows that its judges see.
private struct NothingToSpoil: Error, CustomStringConvertible {
    let store: String
    var description: String { "\(store) has nothing to spoil" }
}
