import Configuration
import Drills
import Jobs
import Model
import Opening
import Primitives
import Repository
import Workers

extension DrillJob {
    /// Sabotages the way to the data, once the data are judged and wiped.
    ///
    /// - Parameters:
    ///   - chosen: what was drilled.
    ///   - folder: may be made and written; it is removed after.
    ///   - scope: how many sabotages are made.
    ///   - identities: the drill's.
    /// - Returns: the controls, and what kept them from being made. A drill that is stopped makes
    ///   none: it has told that.
    func wayControls(
        _ chosen: [DrillChoice.Chosen],
        in folder: String,
        _ scope: ControlScope,
        with identities: borrowing AgeIdentities
    ) -> (controls: [DrillControl], findings: [Finding]) {
        guard !stop.isStopping else {
            return ([], [])
        }
        let way = WayControls(site: site, plan: plan, in: folder, scope)
        let drilled = chosen.map { one in
            WayControls.Drilled(
                set: one.set.name,
                stored: one.stored,
                repository: one.repository,
                isOpened: one.snapshot != nil
            )
        }
        do {
            let controls = try way.run(
                on: drilled,
                remembersNothing: plan.scenario == .disaster,
                with: identities
            )
            return (controls, [])
        } catch {
            let finding = Finding(
                .controlsNotRun,
                .named("the way to the data"),
                evidence: ["error": "\(type(of: error))"],
                detail: error.words
            )
            return ([], [finding])
        }
    }

    /// The key of whoever signed a snapshot, and so its canary; nil if it is not pinned here.
    func signer(of stored: StoredManifest) throws -> VerifyingKey? {
        guard case .trusted(let signer) = stored.standing else {
            return nil
        }
        return try site.signers().key(of: signer)
    }
}
