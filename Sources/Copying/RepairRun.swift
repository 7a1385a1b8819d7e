package import Model
package import ObjectStore
import Primitives
package import Workers

/// Puts objects of a store right from other stores of the same repository: each is read there,
/// hashed to its name, stored by ``HealableStore/heal(_:at:)``, and read back. No key is needed.
package struct RepairRun: Sendable {
    /// What was put right.
    package struct Healed: Sendable {
        /// A notice for each object that is whole now.
        package internal(set) var findings: [Finding] = []
        /// Why the rest was not put right, where the store itself refused.
        package internal(set) var failure: StoreError?
    }

    /// Told how far it is: objects that were dealt with, and all.
    package typealias Progress = (_ done: Int, _ total: Int) -> Void

    private let target: any ObjectStore
    private let sources: [any ObjectStore]
    private let stop: StopFlag

    /// Prepares to repair.
    ///
    /// - Parameters:
    ///   - target: what is to be put right.
    ///   - sources: where whole objects are looked for, in order.
    ///   - stop: asked between objects.
    package init(
        _ target: any ObjectStore,
        from sources: [any ObjectStore],
        stop: StopFlag = StopFlag()
    ) {
        self.target = target
        self.sources = sources
        self.stop = stop
    }

    /// Looks for each object in the sources, and writes nothing.
    ///
    /// - Parameters:
    ///   - items: what is damaged or missing.
    ///   - progress: told how far it is.
    /// - Returns: where each is whole.
    /// - Throws: ``Stopped``.
    package func plan(
        _ items: [RepairPlan.Item],
        progress: Progress = { _, _ in }
    ) throws(Stopped) -> RepairPlan {
        var steps: [RepairPlan.Step] = []
        for item in items {
            try stop.check()
            steps.append(RepairPlan.Step(item: item, source: fetch(item)?.place))
            progress(steps.count, items.count)
        }
        return RepairPlan(steps: steps)
    }

    /// Does what a plan says, and reads each object back.
    ///
    /// - Parameters:
    ///   - plan: what to do; what no store has whole is passed over.
    ///   - progress: told how far it is.
    /// - Returns: what is whole now; the rest stays what its own finding says.
    /// - Throws: ``Stopped``.
    package func heal(
        _ plan: RepairPlan,
        progress: Progress = { _, _ in }
    ) throws(Stopped) -> Healed {
        var healed = Healed()
        for (number, step) in plan.healable.enumerated() {
            try stop.check()
            do throws(StoreError) {
                if let finding = try heal(step.item) {
                    healed.findings.append(finding)
                }
            } catch {
                // What refuses one refuses the others, as a store that nobody may write to does.
                healed.failure = error
                return healed
            }
            progress(number + 1, plan.healable.count)
        }
        return healed
    }

    // MARK: - One object

    private func heal(_ item: RepairPlan.Item) throws(StoreError) -> Finding? {
        // What reads well at the second look is left alone; and what was whole elsewhere when it
        // was planned is hashed again.
        guard !isWholeInTarget(item), let found = fetch(item) else {
            return nil
        }
        guard let healable = target as? any HealableStore else {
            throw .failed(
                operation: "healing",
                key: item.key,
                place: target.place,
                reason: "nothing can be put right in a store of this kind",
                hint: "make a new copy with `toride copy run`"
            )
        }
        try healable.heal(found.bytes, at: item.key)
        // What is kept in memory is not what the disk took.
        (target as? any CachedStore)?.forgetCache(of: item.key)
        guard isWhole(try target.get(item.key, bytesMax: Limits.objectBytesMax), item) else {
            return nil
        }
        return Finding(
            .objectHealed,
            .object(item.key),
            evidence: ["from": found.place, "was": item.finding.code.rawValue],
            breaks: item.finding.breaks
        )
    }

    /// What each source lacks is no matter, as long as one has it whole.
    private func fetch(_ item: RepairPlan.Item) -> ObjectSources.Found? {
        ObjectSources(stores: sources)
            .find(item.key, item.name, bytesMax: Limits.objectBytesMax).found
    }

    private func isWholeInTarget(_ item: RepairPlan.Item) -> Bool {
        // What cannot be read is to be put right; what memory alone has whole is, too.
        (target as? any CachedStore)?.forgetCache(of: item.key)
        let bytes = try? target.get(item.key, bytesMax: Limits.objectBytesMax)
        return bytes.map { isWhole($0, item) } ?? false
    }

    private func isWhole(_ bytes: [UInt8], _ item: RepairPlan.Item) -> Bool {
        ObjectName(SHA256.hash(bytes)) == item.name
    }
}
