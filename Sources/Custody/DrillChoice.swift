import Configuration
import Format
import Jobs
import Model
import Opening
import Recovery
import Repository

/// Which snapshot of each set a drill takes, and from which store: the story of its scenario.
struct DrillChoice {
    /// A snapshot to be drilled.
    struct Chosen {
        /// The set, as the configuration has it.
        let set: Configuration.BackupSet
        /// The snapshot's manifest, read and believed.
        let stored: StoredManifest
        /// Nil if it could not be opened, and the plan's level does not ask for that.
        let snapshot: OpenedSnapshot?
        /// Where it lies.
        let repository: Repository
        /// The name of that store.
        let store: String

        /// The moment of the source's view; nil if it is not known.
        var cut: Timestamp? { snapshot?.root.cut }
    }

    /// What was chosen, in the order of asking. A set that the scenario leaves nothing of is not
    /// among them: that is a finding.
    private(set) var chosen: [Chosen] = []
    /// What is wrong with the choice.
    private(set) var findings: [Finding] = []
    /// The newest cut of the snapshots that a drill of an earlier generation passes over; nil in a
    /// drill of the newest.
    private(set) var newestCut: Timestamp?
    private let site: Site
    private let plan: Configuration.DrillPlan

    /// Chooses nothing yet.
    init(_ site: Site, _ plan: Configuration.DrillPlan) {
        self.site = site
        self.plan = plan
        if plan.scenario == .cyber, site.configuration.drill.identityOnThisHost {
            // Whoever owns this host owns the key: nothing was had from a custodian.
            miss(.named("drill identity"), ["what": "key on this host"])
        }
    }

    /// The store that all of it lies in; nil if these are several, or nothing was chosen.
    var store: String? {
        let stores = Set(chosen.map(\.store))
        return stores.count == 1 ? stores.first : nil
    }

    /// Chooses a snapshot of a set.
    ///
    /// - Parameters:
    ///   - set: one of the plan's.
    ///   - identities: open it.
    /// - Throws: what keeps the drill from beginning: a store that is not there, a stranger's
    ///   signature, an identity that does not fit; damage too, at a level that restores.
    mutating func choose(
        _ set: Configuration.BackupSet,
        with identities: borrowing AgeIdentities
    ) throws {
        guard let store = try store(of: set),
            let found = try find(set, in: store, with: identities)
        else {
            return
        }
        guard found.isTrusted else {
            throw DrillJobError.strangeSigner(set.name)
        }
        findings += found.outdated
        guard let stored = try found.before(plan.generation) else {
            findings.append(
                Finding(
                    .partSkipped,
                    .named(set.name),
                    evidence: [
                        "complete": "\(found.completeCount)", "needed": "\(plan.generation + 1)",
                        "reason": "there is no snapshot of that generation",
                    ]
                )
            )
            return
        }
        if plan.generation > 0 {
            let cut = cut(of: found.stored, in: found.repository, with: identities)
            newestCut = max(newestCut ?? cut, cut)
        }
        chosen.append(
            Chosen(
                set: set,
                stored: stored,
                snapshot: try open(stored, in: found.repository, with: identities),
                repository: found.repository,
                store: store.name
            )
        )
    }

    // MARK: - The store

    /// Where a set is looked for; nil if the scenario leaves it no store of its own.
    private mutating func store(
        of set: Configuration.BackupSet
    ) throws -> Configuration.Store? {
        guard let name = plan.store else {
            return try site.store(of: set)
        }
        guard site.configuration.stores(of: set).first?.name != name else {
            miss(.named(set.name), ["store": name, "what": "the set's own store, and no copy"])
            return nil
        }
        return try site.stores(named: name).first
    }

    /// The newest complete snapshot in a store. In a disaster nothing of this host is left but its
    /// configuration: neither its catalog, nor the signers that it has pinned, nor how far it saw a
    /// set.
    private mutating func find(
        _ set: Configuration.BackupSet,
        in store: Configuration.Store,
        with identities: borrowing AgeIdentities
    ) throws -> SnapshotFinder.Found? {
        let isDisaster = plan.scenario == .disaster
        do {
            let finder = try SnapshotFinder(
                site: site,
                store: store.name,
                remembersNothing: isDisaster
            )
            return try finder.find("\(set.name)@latest", with: identities)
        } catch {
            guard isDisaster, Self.isAbsence(error) else {
                throw error
            }
            miss(.named(set.name), ["store": store.name, "what": "no copy"])
            return nil
        }
    }

    private static func isAbsence(_ error: any Error) -> Bool {
        if case .noSuchSnapshot? = error as? RecoveryError {
            return true
        }
        if case .noRepository? = error as? RepositoryError {
            return true
        }
        return false
    }

    private mutating func miss(_ subject: Subject, _ evidence: [String: String]) {
        findings.append(Finding(.scenarioNotMet, subject, evidence: evidence))
    }

    // MARK: - Opening

    /// Opens a snapshot. Where nothing is restored the keyless judges go on without, and say what
    /// is damaged; only that it does not open is told here.
    private mutating func open(
        _ stored: StoredManifest,
        in repository: Repository,
        with identities: borrowing AgeIdentities
    ) throws -> OpenedSnapshot? {
        do {
            return try OpenedSnapshot(stored, in: repository, with: identities)
        } catch {
            guard plan.level < .files, !Self.isWrongKey(error) else {
                throw error
            }
            noteUnopened(stored, error)
            return nil
        }
    }

    /// The cut of a snapshot that is not restored itself.
    private mutating func cut(
        of stored: StoredManifest,
        in repository: Repository,
        with identities: borrowing AgeIdentities
    ) -> Timestamp {
        do {
            return try OpenedSnapshot(stored, in: repository, with: identities).root.cut
        } catch {
            noteUnopened(stored, error)
            // The cut was not after that.
            return stored.manifest.finished
        }
    }

    private static func isWrongKey(_ error: any Error) -> Bool {
        if case .noIdentityMatched? = error as? OpeningError {
            return true
        }
        return false
    }

    private mutating func noteUnopened(_ stored: StoredManifest, _ error: any Error) {
        findings.append(
            Finding(
                .snapshotUnopened,
                .snapshot(stored.manifest.ref),
                detail: error.words
            )
        )
    }
}
