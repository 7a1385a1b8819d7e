import Clinical
import Format
import Model
import Recovery
import Repository
import Workers

/// A sample of the files instead of all of them: what comes back, and what can be asked of it.
extension FilesPart {
    /// What a judge demands of any restore: the canary, and the messages of its test patient.
    private func demands() throws -> [[UInt8]] {
        try [canaryPath, sealedTestPatient()?.folder].compactMap { $0 }
    }

    /// Draws what is to come back.
    ///
    /// - Returns: nil if everything is to come back.
    /// - Throws: ``Stopped``; what the snapshot's file list throws.
    func drawnSample() throws -> DrawnSample? {
        guard let request else {
            return nil
        }
        var draw = SampleDraw(
            request.aim,
            seed: request.seed,
            cut: snapshot.root.cut,
            stores: stores.map(\.root),
            demanding: try demands()
        )
        try snapshot.forEachRecord { record in
            try stop.check()
            draw.offer(record)
            return true
        }
        return draw.finish()
    }

    /// Notes that a sample alone comes back, if it is so, before anything claims more.
    ///
    /// - Parameter context: takes the sample into the drill's result.
    /// - Returns: what the drill says of it.
    func tellSample(_ context: DrillContext) -> [Finding] {
        guard let sample else {
            return []
        }
        context.note(SampledPart(set: set, id: stored.manifest.set, sample: sample))
        let evidence = [
            "confidence": "\(sample.aim.confidence)", "defects": "\(sample.aim.defects)",
            "drawn": "\(sample.drawn)", "files": "\(sample.files)",
            "restored": "\(sample.paths.count)",
        ]
        return [Finding(.filesSampled, .named(set), evidence: evidence)]
    }

    /// Whether files of a store were to come back: of a sample that has none of it nothing is there
    /// to be judged.
    func hasFiles(of store: StoreJudge.Store) -> Bool {
        guard let sample else {
            return true
        }
        return sample.paths.contains { path in
            RecordPath.isBeneath(path, store.root) && !CanaryDocument.isPath(path)
        }
    }

    /// What a store can be spoilt by so that the judges of what came back can see it, in an order
    /// that the seed chooses.
    func sabotages(
        of store: StoreJudge.Store,
        _ context: DrillContext
    ) throws -> [StoreSabotage] {
        let all = StoreSabotage.all(of: store.format)
        guard sample != nil else {
            return all.rotated(by: context.seed)
        }
        let sealed = try sealed().witness?.profile(of: store.root, store.format)
        let blind = Set((sealed?.blind(waived: store.waived) ?? []).map(\.code))
        return all.filter { $0.showsInOneFile && !blind.contains($0.expected) }
            .rotated(by: context.seed)
    }
}
