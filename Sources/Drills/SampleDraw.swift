import Format
import Model
import Primitives
import Recovery
import Repository

/// Draws a ``DrawnSample`` from a file list in one pass, in memory for the sample alone.
struct SampleDraw {
    private struct Candidate {
        let path: [UInt8]
        let priority: Digest
        let modified: Timestamp
        let changed: Timestamp
        let size: UInt64
    }

    private static let day: Duration = .seconds(86_400)
    private static let year: Duration = .seconds(366 * 86_400)

    private let aim: SampleAim
    private let seed: Digest
    private let cut: Timestamp
    private let demands: PathSelection
    private var files = 0
    // What cannot be told apart comes in an order that nobody can choose either.
    private var drawn: Foremost<Candidate>
    private var newest = Foremost<Candidate>(Limits.sampleNewestMax) {
        ($1.modified, $0.priority) < ($0.modified, $1.priority)
    }
    private var oldest = Foremost<Candidate>(Limits.sampleOldestMax) {
        ($0.modified, $0.priority) < ($1.modified, $1.priority)
    }
    private var changed = Foremost<Candidate>(Limits.sampleChangedMax) {
        ($1.changed, $0.priority) < ($0.changed, $1.priority)
    }
    private var largest = Foremost<Candidate>(1) {
        ($1.size, $0.priority) < ($0.size, $1.priority)
    }
    private var stores: [(root: [UInt8], files: Foremost<Candidate>)]
    private var demanded: [[UInt8]] = []

    /// Begins.
    ///
    /// - Parameters:
    ///   - aim: how sure the drill must be.
    ///   - seed: as ``SampleRequest`` has it.
    ///   - cut: of the snapshot: no file counts as newer.
    ///   - stores: the roots of its clinical stores.
    ///   - demands: paths that are always taken, with all beneath them.
    init(
        _ aim: SampleAim,
        seed: Digest,
        cut: Timestamp,
        stores: [[UInt8]] = [],
        demanding demands: [[UInt8]] = []
    ) {
        self.aim = aim
        self.seed = seed
        self.cut = cut
        self.demands = PathSelection(demands)
        drawn = Foremost(aim.filesMin) { $0.priority < $1.priority }
        self.stores = stores.map { root in
            let files = Foremost<Candidate>(Limits.sampleStoreMax) { $0.priority < $1.priority }
            return (root: root, files: files)
        }
    }

    /// Takes the next record of the list.
    mutating func offer(_ record: FileRecord) {
        guard case .regular(let content) = record.kind, content.size > 0 else {
            return
        }
        files += 1
        let candidate = Candidate(
            path: record.path,
            priority: SHA256.hash(seed.bytes + record.path),
            modified: min(record.modified, cut),
            changed: min(record.identity.changed, cut),
            size: content.size
        )
        drawn.offer(candidate)
        newest.offer(candidate)
        oldest.offer(candidate)
        changed.offer(candidate)
        largest.offer(candidate)
        if demands.holder(of: record.path) != nil {
            demanded.append(record.path)
        }
        // A canary is no file of a store: StoreTree.
        for number in stores.indices where !CanaryDocument.isPath(record.path) {
            if RecordPath.isBeneath(record.path, stores[number].root) {
                stores[number].files.offer(candidate)
            }
        }
    }

    /// What was drawn; nil if that is everything, and so no sample.
    func finish() -> DrawnSample? {
        guard aim.filesMin < files else {
            return nil
        }
        let strata = strata()
        let drawnPaths = Set(drawn.elements.map(\.path))
        var paths = drawnPaths
        for stratum in strata.values {
            paths.formUnion(stratum)
        }
        guard paths.count < files else {
            return nil
        }
        return DrawnSample(
            aim: aim,
            seed: seed,
            files: files,
            strata: strata.mapValues(\.count),
            drawnPaths: drawnPaths,
            paths: paths
        )
    }

    /// What is always taken.
    private func strata() -> [DrawnSample.Stratum: Set<[UInt8]>] {
        let (late, early) = (newest.elements, oldest.elements)
        let newestDay = late.prefix { file in
            late.first.map { $0.modified.since(file.modified) < Self.day } ?? false
        }
        let oldestYear = early.prefix { file in
            early.first.map { file.modified.since($0.modified) < Self.year } ?? false
        }
        let lists: [DrawnSample.Stratum: [[UInt8]]] = [
            .newestDay: newestDay.map(\.path),
            .oldestYear: oldestYear.map(\.path),
            .lastChanged: changed.elements.map(\.path),
            .largest: largest.elements.map(\.path),
            .stores: stores.flatMap { $0.files.elements.map(\.path) },
            .demanded: demanded,
        ]
        return lists.mapValues { Set($0) }
    }
}
