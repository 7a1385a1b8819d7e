import Configuration
import Drills
import Format
import HostState
import Jobs
import Model
import Recovery

extension DrillJob {
    /// What restores and judges a set's snapshot.
    func part(
        _ set: Configuration.BackupSet,
        _ snapshot: OpenedSnapshot
    ) throws -> any DrillPart {
        switch set.source {
        case .files(let files):
            let canary = set.canary ? files.paths.first.map { FilesCanary.path(beneath: $0) } : nil
            return FilesPart(
                set: set.name,
                snapshot: snapshot,
                canaryPath: canary,
                stores: stores(of: set),
                stop: stop
            )
        case .command:
            return FilesPart(set: set.name, snapshot: snapshot, canaryPath: nil, stop: stop)
        case .postgresql where plan.level < .applications:
            // The dump comes back and is compared; unasked() says that nobody asked it.
            return FilesPart(set: set.name, snapshot: snapshot, canaryPath: nil, stop: stop)
        case .postgresql:
            let stores = site.configuration.stores.map(\.path)
            return DatabasePart(
                set: set.name,
                snapshot: snapshot,
                questions: DatabasePart.Questions(
                    firstRecord: set.clinical?.firstRecord,
                    assertions: plan.assertions,
                    hidden: [site.state.path] + stores
                ),
                stop: stop
            )
        }
    }

    /// Databases that a plan of a lower level leaves unasked: a dump that is whole need not load.
    func unasked(_ sets: [Configuration.BackupSet]) -> [Finding] {
        guard plan.level < .applications else {
            return []
        }
        return sets.filter(\.isDatabase).map { set in
            Finding(
                .partSkipped,
                .named(set.name),
                evidence: [
                    "reason": "the database was not asked", "level": "\(plan.level.rawValue)",
                ]
            )
        }
    }

    private func stores(of set: Configuration.BackupSet) -> [StoreJudge.Store] {
        (set.clinical?.stores ?? []).map { store in
            StoreJudge.Store(
                root: RecordPath.relative(store.path),
                format: store.format,
                waived: Set(store.waived.keys),
                localOffset: site.configuration.site.standardOffsetSeconds
            )
        }
    }
}

extension Configuration.BackupSet {
    fileprivate var isDatabase: Bool {
        if case .postgresql = source {
            return true
        }
        return false
    }
}
