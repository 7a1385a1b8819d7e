import Catalog
package import Configuration
import Format
package import Model
package import ObjectStore
package import Verification
package import Workers

/// Reads of each store what is due by its deadline, the oldest first, and writes down what it read.
///
/// It may be stopped at any object: what was read by then counts.
package struct LedgerJob: Sendable {
    /// What was read of one store, and what was found.
    package struct Report: Sendable {
        /// The store's name and place.
        package let place: String
        /// Objects that were not known there.
        package internal(set) var new = 0
        /// Objects that were known there, and are gone.
        package internal(set) var gone = 0
        /// How many were read to their ends.
        package internal(set) var objectsRead: UInt64 = 0
        /// Their bytes.
        package internal(set) var bytesRead: UInt64 = 0
        /// How many are due yet.
        package internal(set) var objectsLeft: UInt64 = 0
        /// Their bytes.
        package internal(set) var bytesLeft: UInt64 = 0
        /// What is wrong, or late.
        package internal(set) var findings: [Finding] = []
        /// Why the rest was not read, where the store stopped answering.
        package internal(set) var failure: StoreError?

        /// The gravest of what was found.
        package var verdict: Verdict { Verdict(findings) }
    }

    /// How much is written down at once: what a killed run has to read again.
    private static let pageObjects = 128

    let site: Site
    private let limit: RateLimit?
    let lasting: Duration?
    let now: @Sendable () -> Timestamp
    private let uptime: @Sendable () -> Duration
    private let stop: StopFlag
    /// By ``uptime``; nil for no end.
    private let end: Duration?
    /// What is looked at: of stores with media, those of which one is mounted.
    package let stores: [Configuration.Store]

    /// Plans.
    ///
    /// - Parameters:
    ///   - site: whose stores.
    ///   - copy: this store alone; nil for all.
    ///   - limit: on what is read in a second; nil for none.
    ///   - lasting: for how long all stores together are read; nil until nothing is due.
    ///   - now: by which deadlines are reckoned.
    ///   - uptime: by which the run's own time is reckoned; never runs back.
    ///   - stop: asked between objects.
    /// - Throws: ``SiteError`` for a store that is not configured.
    package init(
        _ site: Site,
        copy: String? = nil,
        limit: RateLimit? = nil,
        lasting: Duration? = nil,
        now: @escaping @Sendable () -> Timestamp,
        uptime: @escaping @Sendable () -> Duration,
        stop: StopFlag
    ) throws(SiteError) {
        self.site = site
        self.limit = limit
        self.lasting = lasting
        self.now = now
        self.uptime = uptime
        self.stop = stop
        stores = try site.storesHere(named: copy)
        end = lasting.map { uptime() + $0 }
    }

    /// Lists a store, and reads of it what is due.
    ///
    /// - Parameters:
    ///   - store: one of ``stores``.
    ///   - progress: told how far it is: bytes read, and bytes that are due.
    /// - Returns: what was read and found, to the end or as far as it came.
    /// - Throws: ``StoreError`` if the store cannot be listed; ``CatalogError``.
    package func run(
        _ store: Configuration.Store,
        progress: @escaping Verifier.Progress = { _, _ in }
    ) throws -> Report {
        let visit = try MediaVisit(site, stores: [store], now: now)
        // A medium that then seems to be here still is told as that.
        defer { try? visit.end() }
        let opened = try site.open(store)
        let catalog = try site.catalog()
        var report = Report(place: opened.place)
        let started = now()
        let listed = try opened.list(prefix: "")
        let keys = Set(listed.map(\.key))
        report.findings += try missing(from: keys, of: store, at: opened.place, catalog)
        guard try !isLost(keys, at: opened.place, catalog) else {
            // The empty folder beneath a disk that is not mounted: what that disk has is known.
            let lost = Finding(.descriptorMissing, .object(StoreKey.descriptor))
            report.findings += report.findings.contains(lost) ? [] : [lost]
            return report
        }
        let objects = listed.filter { StoredKind(key: $0.key).name != nil }
            .map { ReadingRow.Object($0) }
        let change = try catalog.note(listing: objects, of: opened.place, at: started)
        (report.new, report.gone) = (change.new, change.gone)
        let begun = uptime()
        let deadline = ReadingDeadline(within: store.readWithin, now: started)
        try read(opened, deadline, catalog, &report, progress)
        try noteLost(objects, catalog, report)
        let seconds = (uptime() - begun) / .seconds(1)
        let rate = seconds >= 1 ? Double(report.bytesRead) / seconds : 0
        try judge(store, rate: rate, catalog, &report)
        return report
    }

    // MARK: - Reading

    private func read(
        _ store: any ObjectStore,
        _ deadline: ReadingDeadline,
        _ catalog: Catalog,
        _ report: inout Report,
        _ progress: @escaping Verifier.Progress
    ) throws {
        let reading = DueReading(store, limit: limit, stop: stop)
        let total = try catalog.readings(
            of: store.place,
            arrivedBefore: .distantFuture,
            readBefore: deadline.due,
            at: deadline.ahead,
            countsDamaged: true
        ).bytes
        let done = ByteTally()
        var last: ReadingRow?
        while mayGoOn, report.failure == nil {
            let page = try catalog.dueReadings(
                of: store.place,
                readBefore: deadline.due,
                after: last,
                atMost: Self.pageObjects
            )
            guard let final = page.last else {
                return
            }
            let read = reading.run(page.map { StoredObject($0.object) }, while: { mayGoOn }) {
                progress(done.add($0), total)
            }
            try note(read.results, of: store.place, catalog, &report)
            report.failure = read.failure
            last = final
        }
    }

    private var mayGoOn: Bool {
        !stop.isStopping && (end.map { uptime() < $0 } ?? true)
    }

    private func note(
        _ results: [DueReading.Result],
        of place: String,
        _ catalog: Catalog,
        _ report: inout Report
    ) throws {
        var read: [ReadingRow.Object] = []
        var damaged: [ReadingRow.Object] = []
        for result in results {
            let object = ReadingRow.Object(result.object)
            switch result.outcome {
            case .whole, .wholeAtLast: read.append(object)
            case .damaged: damaged.append(object)
            case .missing, .unreadable: break
            }
            if let finding = try finding(result, catalog) {
                report.findings.append(finding)
            }
        }
        try catalog.note(read: read, of: place, at: now())
        try catalog.note(damaged: damaged, of: place, at: now())
        report.objectsRead += UInt64(read.count + damaged.count)
        report.bytesRead = (read + damaged).reduce(report.bytesRead) { $0 &+ $1.size }
    }

    private func finding(_ result: DueReading.Result, _ catalog: Catalog) throws -> Finding? {
        let key = result.object.key
        let subject = Subject.object(key)
        switch result.outcome {
        case .whole: return nil
        case .wholeAtLast: return Finding(.objectReadAgain, subject)
        case .damaged(let bytes):
            return Finding(
                .objectDamaged,
                subject,
                evidence: ["bytes": "\(bytes)"],
                breaks: try breaks(key, catalog)
            )
        case .missing:
            // It was listed a moment ago. What nothing needs may go.
            let refs = try breaks(key, catalog)
            return refs.isEmpty ? nil : Finding(.objectMissing, subject, breaks: refs)
        case .unreadable(let reason):
            return Finding(
                .objectUnreadable,
                subject,
                evidence: ["reason": reason],
                breaks: try breaks(key, catalog)
            )
        }
    }

    private func breaks(_ key: String, _ catalog: Catalog) throws -> [SnapshotRef] {
        switch StoredKind(key: key) {
        case .manifest(let set, let sequence, _): [SnapshotRef(set: set, sequence: sequence)]
        case let kind: try kind.name.map { try catalog.snapshots(needing: $0) } ?? []
        }
    }
}

extension ReadingRow.Object {
    /// Takes what a store lists, which may say anything of a size.
    init(_ object: StoredObject) {
        let size = min(object.size, UInt64(Int64.max))
        self.init(key: object.key, size: size, mark: object.mark)
    }
}

extension StoredObject {
    /// What a store listed.
    fileprivate init(_ object: ReadingRow.Object) {
        self.init(key: object.key, size: object.size, mark: object.mark)
    }
}

extension Timestamp {
    /// Later than anything that is dated.
    static let distantFuture = Timestamp(seconds: .max)
}
