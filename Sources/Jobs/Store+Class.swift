package import Configuration
import Copying
package import Model
import ObjectStore

/// What has to show that a store is of the class that it is declared to be (docs/decisions/0019).
extension Configuration.Store {
    /// That nothing can show it, as things are configured.
    ///
    /// - Parameter configuration: of the site, whose other buckets show who is kept out.
    /// - Returns: one finding; nil if something can, or if nothing is declared.
    package func classLack(in configuration: Configuration) -> Finding? {
        guard let copyClass, let reason = lackReason(configuration) else {
            return nil
        }
        return Finding(
            .classNotProven,
            .named(Site.place(of: self)),
            evidence: ["class": copyClass.rawValue, "reason": reason]
        )
    }

    private func lackReason(_ configuration: Configuration) -> String? {
        switch copyClass {
        case .detachedMedium, .attachedForTransfer:
            media == nil ? "no media come and go there" : nil
        case .separateArea where folder != nil:
            "who may enter is asked of buckets alone"
        case .separateArea:
            strangers(in: configuration).isEmpty
                ? "no other bucket's credentials can be tried" : nil
        case .segmentedNetwork:
            probe == nil ? "no probe looks from the other network" : nil
        case .writeOnce, nil:
            nil
        }
    }

    /// Who has credentials and no business here: every other bucket.
    ///
    /// - Parameter configuration: of the site.
    /// - Returns: in the configuration's order.
    func strangers(in configuration: Configuration) -> [Configuration.Store] {
        configuration.stores.filter { $0.name != name && $0.folder == nil }
    }

    /// What has to be tried in an attack on it, as things are configured now: one that lacks any
    /// of these says nothing of the store. A thief's attacks are made all or none; one stands for
    /// them.
    ///
    /// - Parameter configuration: of the site.
    /// - Returns: nothing for a store that is to resist nobody, or of whose class nothing can be
    ///   shown.
    func trials(in configuration: Configuration) -> [Trial] {
        var trials: [Trial] = []
        if isToResistThief {
            trials.append(.attack(.delete))
        }
        if copyClass == .separateArea, folder == nil {
            trials.append(.trespass(.anyone))
            trials += strangers(in: configuration).map { .trespass(.store($0.name)) }
        }
        if let probe {
            trials += probe.targets.map { .reach(from: probe.from, target: $0) }
        }
        return trials
    }
}
