package import Clinical
import FileSystem
import Format
import Glibc
package import Model
package import Workers

/// Judges one clinical store of a restored tree by the rules of its format, and by the profile that
/// was sealed when it was backed up.
package struct StoreJudge {
    /// Which store, and what its keeper says of it.
    package struct Store: Hashable, Sendable {
        /// Its root in the snapshot: bytes, without a leading slash.
        package let root: [UInt8]
        /// By whose rules it is judged.
        package let format: ClinicalFormat
        /// The ids of absolute rules that it has always broken.
        package let waived: Set<String>
        /// Seconds by which the hospital's clock is ahead of UTC, summer time apart.
        package let localOffset: Int64
        /// The relations whose keys the drill's joins ask for: they are held in memory.
        package let joined: Set<Relation>

        /// States which store.
        package init(
            root: [UInt8],
            format: ClinicalFormat,
            waived: Set<String>,
            localOffset: Int64,
            joined: Set<Relation> = []
        ) {
            self.root = root
            self.format = format
            self.waived = waived
            self.localOffset = localOffset
            self.joined = joined
        }
    }

    /// What a store was found to be.
    package struct Judged: Sendable {
        /// What came back.
        package let profile: StoreProfile
        /// What is wrong with it.
        package let findings: [Finding]
        /// The keys of the relations that were asked for.
        package let keys: [Relation: [UInt64]]

        /// States what a store was found to be.
        package init(
            profile: StoreProfile,
            findings: [Finding],
            keys: [Relation: [UInt64]]
        ) {
            self.profile = profile
            self.findings = findings
            self.keys = keys
        }
    }

    private let store: Store
    private let sealed: StoreProfile?
    private let cut: Timestamp
    private let isSample: Bool
    private let stop: StopFlag

    /// Prepares to judge.
    ///
    /// - Parameters:
    ///   - store: which one.
    ///   - witness: of its snapshot; nil if it has none.
    ///   - cut: when it was backed up.
    ///   - isSample: whether some of its files came back alone: then each is judged by itself, and
    ///     neither numbers nor what must hold between files.
    ///   - stop: asked at every file.
    package init(
        _ store: Store,
        witness: ClinicalWitness?,
        cut: Timestamp,
        isSample: Bool = false,
        stop: StopFlag
    ) {
        self.store = store
        let sealed = witness?.profile(of: store.root, store.format)
        // A profile that lacks files is none: what they broke would look new. So is one by another
        // edition of the rules: it would differ whatever came back.
        let isUsable = sealed?.unread == 0 && sealed?.rules == ClinicalRule.version
        self.sealed = isUsable ? sealed : nil
        self.cut = cut
        self.isSample = isSample
        self.stop = stop
    }

    /// Reads every file of the store and judges them all.
    ///
    /// - Parameters:
    ///   - target: the folder that the snapshot was restored into.
    ///   - linked: further names of files, in the snapshot.
    /// - Returns: what came back, and what is wrong with it.
    /// - Throws: ``Stopped``; ``FileSystemError`` if the store's folders cannot be listed.
    package func judge(
        restoredTo target: String,
        linked: Set<[UInt8]> = []
    ) throws -> Judged {
        let tree = StoreTree(store.root, restoredTo: target, linked: linked, stop: stop)
        // As it was read when it was sealed, whatever this machine's clock shows.
        let localOffset = sealed?.localOffset ?? store.localOffset
        let reader = store.format.reader(localOffset: localOffset)
        var profiler = StoreProfiler(
            store.format,
            cut: cut,
            localOffset: localOffset,
            known: sealed?.known(waived: store.waived) ?? [:],
            joined: store.joined,
            isSample: isSample
        )
        try tree.forEachFacts(reader) { path, size, facts in
            if let facts {
                profiler.add(facts, path: path, bytes: size)
            } else {
                profiler.addUnread(path: path, bytes: size)
            }
        }
        let profile = profiler.finish()
        let comparison = ProfileComparison(
            store: store.format.rawValue,
            sealed: sealed,
            restored: profile,
            waived: store.waived,
            isSample: isSample
        )
        let located = try locate(profiler.offences, in: tree)
        let keys = store.joined.map { ($0, profiler.keys(of: $0)) }
        return Judged(
            profile: profile,
            findings: comparison.findings(located),
            keys: Dictionary(uniqueKeysWithValues: keys)
        )
    }

    /// Finds the paths of files by their numbers: profiles hold none.
    private func locate(
        _ offences: [StoreProfiler.Offence],
        in tree: StoreTree
    ) throws -> [ProfileComparison.Located] {
        guard !offences.isEmpty else {
            return []
        }
        let wanted = Set(offences.map(\.file))
        var paths: [UInt32: [UInt8]] = [:]
        var number: UInt32 = 0
        try tree.forEachFile { path, _, _, _ in
            if wanted.contains(number) {
                paths[number] = RecordPath.joined(store.root, path)
            }
            number &+= 1
        }
        return offences.map { ProfileComparison.Located($0, path: paths[$0.file]) }
    }
}
