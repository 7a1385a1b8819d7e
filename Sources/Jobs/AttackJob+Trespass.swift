import Configuration
import Copying
import Model
import ObjectStore
import Repository

extension AttackJob {
    /// Tries to enter an area with the credentials of every other bucket of the site, and with
    /// none.
    ///
    /// - Parameters:
    ///   - area: what others are to be unable to enter.
    ///   - store: what it is in the configuration.
    ///   - report: gets what became of it.
    /// - Throws: ``StoreError`` if nothing can be stored there, and nothing was tried before;
    ///   ``CryptoError``; ``Stopped``.
    func trespass(
        _ area: any SeparateStore,
        of store: Configuration.Store,
        _ report: inout AttackReport
    ) throws {
        var strangers: [(name: String, store: any SeparateStore)] = []
        var lost: [AttackReport.Attempt] = []
        for other in store.strangers(in: site.configuration) {
            do {
                let opened = ManyVersions.base(of: try site.open(other))
                if let stranger = opened as? any SeparateStore {
                    strangers.append((other.name, stranger))
                }
            } catch let error as any ToldError {
                // Whoever finds its credentials may be let in.
                let trial = Trial.trespass(.store(other.name))
                lost.append(AttackReport.Attempt(trial, nil, reason: error.description))
            }
        }
        try TrespassRun(area, strangers: strangers, stop: stop).run(&report)
        for attempt in lost {
            report.add(attempt, at: area.place)
        }
    }
}
