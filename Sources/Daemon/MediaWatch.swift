import Catalog
import Configuration
import FileSystem
import Format
import Glibc
import Jobs
import Logging
import Model
import Workers

/// Sees media come and go, whoever mounts them, so that the catalog knows each minute in which one
/// was here (docs/decisions/0017). On a thread of its own: a medium that hangs keeps no other work.
///
/// Acts on what changes in the kernel's table of mounts, and touches a medium only then. So one
/// that `media detach` took away stays away, though it is mounted, until it is mounted anew.
struct MediaWatch {
    /// Between two looks: a cartridge is not changed in a second.
    private static let pauseMicroseconds: UInt32 = 1_000_000
    /// Looks that are left out after one at which the catalog could not be used.
    private static let skipsAfterFailure = 30
    /// Between two complaints of that.
    private static let complainSeconds: Int64 = 15 * 60

    private let site: Site
    private let stores: [Configuration.Store]
    private let log: Logger
    private let now: @Sendable () -> Timestamp
    private let mountTable: @Sendable () throws -> MountTable
    private let complaints: Pace
    private var skips = 0
    /// The table at the last look.
    private var mounts: [MountTable.Mount]?
    /// What was seen in each store, by its name.
    private var sights: [String: Sight] = [:]

    /// What was seen in a store.
    private struct Sight {
        /// What is mounted there; nil if nothing is.
        let device: String?
        /// The medium that it is; nil if it is none that the catalog knows.
        let medium: RandomID?
    }

    /// Has seen nothing yet: what is mounted by now has come, and what is not has gone.
    ///
    /// - Parameters:
    ///   - site: whose media.
    ///   - log: where it is told.
    ///   - now: the host's clock.
    ///   - mountTable: what is mounted.
    init(
        _ site: Site,
        _ log: Logger,
        now: @escaping @Sendable () -> Timestamp,
        mountTable: @escaping @Sendable () throws -> MountTable = { try MountTable.current() }
    ) {
        self.site = site
        self.log = log
        self.now = now
        self.mountTable = mountTable
        stores = site.configuration.stores.filter { $0.media != nil }
        complaints = Pace(every: MediaWatch.complainSeconds, from: Timestamp(seconds: 0))
    }

    /// Looks until the site's work is to stop; at nothing where no store has media.
    mutating func run() {
        while !stores.isEmpty, !site.stop.isStopping {
            look()
            usleep(MediaWatch.pauseMicroseconds)
        }
    }

    /// Looks once. What could not be written down is looked at again.
    mutating func look() {
        guard skips == 0 else {
            skips -= 1
            return
        }
        do {
            let table = try mountTable()
            guard table.mounts != mounts else {
                return
            }
            for store in stores {
                try look(at: store, table)
            }
            mounts = table.mounts
        } catch {
            skips = MediaWatch.skipsAfterFailure
            complain(error)
        }
    }

    private mutating func look(at store: Configuration.Store, _ table: MountTable) throws {
        let mount = Site.mount(of: store, in: table)
        let device = mount.map { "\($0.device) \($0.source)" }
        let last = sights[store.name]
        guard last == nil || last?.device != device else {
            return
        }
        let catalog = try site.catalog()
        let rows = try catalog.media()
        // Any mount point will do for a medium, whichever store it was made for.
        let awake = stores.filter { !MediaWatch.isAsleep($0, table) }
        for row in rows {
            let wasHere = try catalog.isHere(row.id) || row.id == last?.medium
            // A folder may stand for a medium, and be here with nothing mounted.
            if wasHere, !awake.contains(where: { row.isMounted(in: $0) }) {
                try end(row, in: store, catalog)
            }
        }
        let isThere = mount != nil && !MediaWatch.isAsleep(store, table)
        let medium = try isThere ? begin(in: store, rows, catalog) : nil
        sights[store.name] = Sight(device: device, medium: medium)
    }

    /// What is mounted on demand is not here until somebody asks, and a look would ask.
    private static func isAsleep(_ store: Configuration.Store, _ table: MountTable) -> Bool {
        Site.mount(of: store, in: table)?.type == "autofs"
    }

    // MARK: - Coming and going

    /// Begins the time of what was mounted, if it is one of ours: what work does that goes to it.
    ///
    /// - Returns: the medium; nil if the catalog does not know it.
    private func begin(
        in store: Configuration.Store,
        _ rows: [MediumRow],
        _ catalog: Catalog
    ) throws -> RandomID? {
        // It is here before it is known: to read it may take its time.
        let came = now()
        guard let medium = try recognised(in: store) else {
            return nil
        }
        let label = medium.document.label
        guard let row = medium.row(among: rows) else {
            tell(.mediumUnknown, store, "the catalog does not know the medium \(label)")
            return nil
        }
        _ = try catalog.beginPresence(of: row.id, at: came)
        log.notice("medium is here", metadata: ["medium": "\(label)", "store": "\(store.name)"])
        return row.id
    }

    /// What is mounted, if it is what it says. What cannot be read is nothing that anyone knows.
    private func recognised(in store: Configuration.Store) throws -> MountedMedium? {
        do {
            return try MediaVisit.medium(in: store, of: site)
        } catch let error as CatalogError {
            throw error
        } catch let error as MediaError {
            tell(.mediumWrong, store, error.words)
        } catch {
            tell(.mediumUnknown, store, error.words)
        }
        return nil
    }

    /// Ends the time of one that is gone, unless `media detach` did so.
    private func end(
        _ row: MediumRow,
        in store: Configuration.Store,
        _ catalog: Catalog
    ) throws {
        let own = site.configuration.store(named: row.store) ?? store
        let (end, policy) = (now(), own.media ?? .standard)
        try catalog.endPresence(of: row.id, at: end, due: end.adding(policy.returnWithin))
        log.notice(
            "medium is gone",
            metadata: ["medium": "\(row.label)", "store": "\(store.name)"]
        )
    }

    // MARK: - Telling

    private func tell(_ code: FindingCode, _ store: Configuration.Store, _ reason: String) {
        log.warning(
            "what is mounted is none of our media",
            metadata: [
                "finding": "\(code.rawValue)", "reason": "\(reason)", "store": "\(store.name)",
            ]
        )
    }

    private func complain(_ error: any Error) {
        if complaints.isTime(now()) {
            let told = error as? any ToldError
            log.error(
                "media come and go unseen",
                metadata: ["error": "\(error.words)", "hint": "\(told?.hint ?? "")"]
            )
        }
    }
}
