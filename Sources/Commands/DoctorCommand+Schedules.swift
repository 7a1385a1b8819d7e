import Configuration
import Jobs
import Model
import Reporting

/// Work on stores that nobody does unless somebody thinks of it.
extension DoctorCommand {
    /// How a store comes to be read.
    static let mendReading =
        "add readAt: \"0 1 * * *\" and readFor: 4h to it, or have cron run `toride verify --due`"
    /// How a store comes to be attacked.
    static let mendAttack =
        "add attackAt: \"0 3 1 * *\" to it, or have cron run `toride copy attack`"
    /// What makes a store's class something that can be shown.
    static let mendClass = FindingText.action(.classNotProven, .english)

    /// Which stores are read and attacked on a schedule. That one is not is no fault: cron may do
    /// it. Media are read when they are here, and resist by being away.
    ///
    /// - Parameter configuration: of a site; on a drill host neither is asked for.
    /// - Returns: a check of each for each store.
    func schedules(_ configuration: Configuration) -> [Check] {
        guard configuration.role == .backup else {
            return []
        }
        return configuration.stores.flatMap { store in
            [reading(store, configuration), attack(store, configuration)].compactMap(\.self)
        }
    }

    private func reading(
        _ store: Configuration.Store,
        _ configuration: Configuration
    ) -> Check? {
        guard store.media == nil else {
            return nil
        }
        let isRead = store.readAt != nil || isVerified(store, configuration)
        return Check(
            name: "reading \(store.name)",
            trouble: isRead ? nil : "nobody reads it on a schedule",
            mend: Self.mendReading,
            code: .done
        )
    }

    /// An attack shows of what class a store is; where none can, as things are configured, no
    /// schedule mends that.
    private func attack(
        _ store: Configuration.Store,
        _ configuration: Configuration
    ) -> Check? {
        let name = "attack \(store.name)"
        if let lack = store.classLack(in: configuration) {
            return Check(
                name: name,
                trouble: lack.evidence["reason"],
                mend: Self.mendClass,
                code: Model.ExitCode(Verdict([lack]))
            )
        }
        guard store.media == nil, store.isToResist else {
            return nil
        }
        return Check(
            name: name,
            trouble: store.attackAt == nil ? "nobody attacks it on a schedule" : nil,
            mend: Self.mendAttack,
            code: .done
        )
    }

    /// Whether all that sets have in a store is verified on a schedule, which reads it to its end.
    private func isVerified(
        _ store: Configuration.Store,
        _ configuration: Configuration
    ) -> Bool {
        let sets = configuration.sets.filter { $0.stores.contains(store.name) }
        return !sets.isEmpty && sets.allSatisfy { $0.verification != nil }
    }
}
