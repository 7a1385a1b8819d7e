import Format
import Model
import ObjectStore
import Opening
import Repository
import Sealing
import Workers

/// Verifies the snapshots of one set and epoch with an identity: keys, packs, file lists, in this
/// order. docs/decisions/0005.
final class EpochVerifier {
    /// Most chunks and packs that are handed to the cores at a time.
    private static let batch = (chunks: 32_768, packs: 256)

    /// A snapshot whose keys are open.
    private struct Opened {
        let stored: StoredManifest
        /// Why its file list cannot be judged, if so.
        var isUnreadable = false
    }

    /// What one list page names.
    private struct Page {
        var keys: [ObjectRef] = []
        var indexes: [ObjectRef] = []
        var packs: [ObjectName: UInt64] = [:]
    }

    private let repository: Repository
    private let epoch: SetEpoch
    private let findings: DeepFindings
    private let limits: BundleClaims
    private let stop: StopFlag
    private let keys = OpenedKeys()
    private let places = ChunkPlaces()
    private var pages: [ObjectName: Page] = [:]
    private var snapshots: [Opened] = []
    /// The accounts that an index gives.
    private var accounts: [ObjectName: [Int32]] = [:]
    /// The snapshots that go to a pack by an account of it, as far as somebody asked.
    private var breaks: [Int32: [SnapshotRef]] = [:]

    /// How many snapshots were opened.
    var snapshotCount: Int { snapshots.count }
    /// How many chunks were.
    private(set) var chunkCount: UInt64 = 0

    /// Prepares to verify snapshots of one set and epoch.
    init(
        _ repository: Repository,
        _ epoch: SetEpoch,
        _ findings: DeepFindings,
        _ limits: BundleClaims,
        _ stop: StopFlag
    ) {
        self.repository = repository
        self.epoch = epoch
        self.findings = findings
        self.limits = limits
        self.stop = stop
    }

    // MARK: - Keys

    /// Opens the keys of a snapshot; the older ones come first.
    ///
    /// - Throws: ``Stopped``; what keeps anyone from looking.
    func open(_ stored: StoredManifest, with identities: borrowing AgeIdentities) throws {
        try stop.check()
        let manifest = stored.manifest
        do {
            let objects = try manifest.pages.flatMap { try page($0).keys }
            switch try keys.open(manifest, objects, in: repository, with: identities) {
            case .opened: snapshots.append(Opened(stored: stored))
            case .refused(.invalid, let reason):
                noteInvalid(.snapshot(manifest.ref), reason, [manifest.ref])
            case .refused(_, let reason): noteUnopened(stored, reason)
            }
        } catch let error as RepositoryError {
            noteUnopened(stored, try OpenedKeys.judge(error).reason)
        }
    }

    private func page(_ name: ObjectName) throws -> Page {
        if let known = pages[name] {
            return known
        }
        var page = Page()
        for object in try repository.page(name).entries.map(\.object) {
            switch object.kind {
            case .key: page.keys.append(object)
            case .index: page.indexes.append(object)
            case .pack: page.packs[object.name] = object.size
            }
        }
        pages[name] = page
        return page
    }

    private func pages(of opened: Opened) -> [Page] {
        opened.stored.manifest.pages.compactMap { pages[$0] }
    }

    /// The packs that the opened snapshots need, with their sizes.
    private lazy var packs: [ObjectName: UInt64] = snapshots.reduce(into: [:]) { packs, opened in
        for page in pages(of: opened) {
            packs.merge(page.packs) { one, _ in one }
        }
    }

    /// Bytes of these: what there is to open.
    var bytes: UInt64 { packs.values.reduce(0) { $0 &+ $1 } }

    // MARK: - Packs and lists

    /// Verifies what was opened.
    ///
    /// - Parameter progress: told of bytes that were opened.
    /// - Throws: ``Stopped``; what keeps anyone from looking.
    func run(progress: @escaping @Sendable (UInt64) -> Void) throws {
        guard let secretID = snapshots.first?.stored.manifest.secret,
            let secret = keys.secrets[secretID]
        else {
            return
        }
        let source = ChunkOpener.Source(
            store: repository.store,
            scope: SealingScope(repository: repository.descriptor.repository, set: epoch.set),
            runs: keys.runs,
            secret: secret
        )
        let notes = PackNotes(repository.store, findings, epoch, places) { [unowned self] in
            self.breaks(of: $0)
        }
        let judge = PackJudge(source: source, stop: stop, progress: progress)
        try openIndexes(source, judge, notes)
        let bundles = BundleJudge(places, source, notes, stop, progress)
        let lists = ListJudge(
            places,
            try ChunkOpener(source),
            findings,
            epoch,
            bundles,
            limits,
            stop
        )
        for opened in snapshots where !opened.isUnreadable {
            try stop.check()
            try lists.judge(view(of: opened))
        }
        try bundles.openRest()
        chunkCount = notes.opened
    }

    /// Opens every index once, and judges the packs that it tells of.
    private func openIndexes(
        _ source: ChunkOpener.Source,
        _ judge: PackJudge,
        _ notes: PackNotes
    ) throws {
        var jobs: [PackJudge.Job] = []
        var chunks = 0
        for number in snapshots.indices {
            for index in pages(of: snapshots[number]).flatMap(\.indexes)
            where accounts[index.name] == nil {
                try stop.check()
                guard let table = try open(index, source) else {
                    accounts[index.name] = []
                    continue
                }
                var told: [Int32] = []
                for contents in table.packs {
                    guard let size = packs[contents.name] else {
                        continue  // No snapshot needs it.
                    }
                    let (account, isFurther) = places.add(contents)
                    told.append(account)
                    guard let isFurther else {
                        continue
                    }
                    // The first place of a bundle is opened for the files in it, or at the end.
                    let isOpened = zip(contents.entries, isFurther).map { entry, isFurther in
                        entry.kind != .bundle || isFurther
                    }
                    jobs.append(
                        PackJudge.Job(
                            account: account,
                            contents: contents,
                            size: size,
                            isOpened: isOpened
                        )
                    )
                    chunks += contents.entries.count
                }
                accounts[index.name] = told
                if chunks >= Self.batch.chunks || jobs.count >= Self.batch.packs {
                    try self.judge(jobs, judge, notes)
                    (jobs, chunks) = ([], 0)
                }
            }
        }
        try self.judge(jobs, judge, notes)
    }

    /// What an index tells; nil, and a finding, if it does not open.
    private func open(_ index: ObjectRef, _ source: ChunkOpener.Source) throws -> ChunkTable? {
        do {
            let bytes = try repository.get(
                index.storeKey,
                name: index.name,
                bytesMax: 2 * Limits.indexBytesMax
            )
            return try IndexCodec.open(bytes, scope: source.scope, secret: source.secret.secret)
        } catch {
            let (refusal, reason) = try OpenedKeys.judge(error)
            var refs: [SnapshotRef] = []
            for number in snapshots.indices
            where pages(of: snapshots[number]).contains(where: { $0.indexes.contains(index) }) {
                refs.append(snapshots[number].stored.manifest.ref)
                if refusal != .invalid, !snapshots[number].isUnreadable {
                    noteUnopened(snapshots[number].stored, reason)
                }
                snapshots[number].isUnreadable = true
            }
            if refusal == .invalid {
                noteInvalid(.object(index.storeKey), reason, refs)
            }
            return nil
        }
    }

    private func judge(_ jobs: [PackJudge.Job], _ judge: PackJudge, _ notes: PackNotes) throws {
        for (job, result) in zip(jobs, try judge.run(jobs)) {
            if let reason = result.unreadable {
                notes.noteUnreadable(job.account, reason)
            }
            if let reason = result.tableFault {
                try notes.noteTable(job.account, reason)
            }
            for chunk in result.chunks {
                try notes.note(chunk, job.account)
            }
        }
    }

    // MARK: - What a snapshot sees

    private func sees(_ opened: Opened) -> [Bool] {
        var isSeen = [Bool](repeating: false, count: places.accounts.count)
        let pages = pages(of: opened)
        let needed = Set(pages.flatMap(\.packs.keys))
        for account in pages.flatMap(\.indexes).flatMap({ accounts[$0.name] ?? [] }) {
            isSeen[Int(account)] = needed.contains(places.accounts[Int(account)].pack)
        }
        return isSeen
    }

    private func view(of opened: Opened) -> DeepSnapshot {
        let isSeen = sees(opened)
        let manifest = opened.stored.manifest
        let keys = Set(manifest.keys)
        let lacks = zip(places.accounts, isSeen).contains { account, isSeen in
            isSeen && !account.runs.isSubset(of: keys)
        }
        if lacks {
            let reason = "a pack holds chunks of a run whose key the manifest does not name"
            noteInvalid(.snapshot(manifest.ref), reason, [manifest.ref])
        }
        return DeepSnapshot(stored: opened.stored, isSeen: isSeen)
    }

    private func breaks(of account: Int32) -> [SnapshotRef] {
        if let known = breaks[account] {
            return known
        }
        let pack = places.accounts[Int(account)].pack
        let refs = snapshots.filter { opened in
            let pages = pages(of: opened)
            return pages.contains { $0.packs[pack] != nil }
                && pages.contains { page in
                    page.indexes.contains { accounts[$0.name]?.contains(account) ?? false }
                }
        }
        .map(\.stored.manifest.ref)
        breaks[account] = refs
        return refs
    }

    // MARK: - Findings

    private func noteInvalid(_ subject: Subject, _ reason: String, _ refs: [SnapshotRef]) {
        findings.distrust(epoch)
        findings.add(.snapshotInvalid, subject, ["reason": reason], breaks: refs)
    }

    private func noteUnopened(_ stored: StoredManifest, _ reason: String) {
        let ref = stored.manifest.ref
        findings.add(.snapshotUnopened, .snapshot(ref), ["reason": reason], breaks: [])
    }
}
