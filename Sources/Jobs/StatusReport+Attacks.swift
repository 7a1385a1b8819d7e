import Catalog
import Configuration
import Copying
import Model

extension StatusReport {
    /// How old the last attack on a store that is to resist may be: one a quarter, and some days.
    private static let attackAgeMax: Duration = .seconds(100 * 86_400)

    /// What is known of how stores stand an attacker that are to resist him.
    static func judgeAttacks(
        _ site: Site,
        _ catalog: Catalog,
        _ now: Timestamp
    ) throws -> [Finding] {
        // The credentials that a thief would find lie on the backup host.
        guard site.configuration.role == .backup else {
            return []
        }
        return try site.configuration.stores.flatMap { store -> [Finding] in
            let findings = [store.classLack(in: site.configuration)].compactMap(\.self)
            // Each medium that comes and goes has a place of its own, and resists by being away.
            guard store.media == nil,
                store.isToResistThief || store.isToResist && findings.isEmpty
            else {
                return findings
            }
            let place = Site.place(of: store)
            let attack = try catalog.newestAttack(of: place)
            let trials = store.trials(in: site.configuration)
            return findings + judgeAttack(attack, on: place, asked: trials, now)
        }
    }

    /// What is to be told of the last attack on a store: what was not tried in it, what came of
    /// it, and how long ago it was.
    ///
    /// - Parameters:
    ///   - attack: the last one; nil if there was none.
    ///   - place: the store's name and place.
    ///   - trials: what has to be tried there, as things are configured now.
    ///   - now: by the host's clock.
    /// - Returns: nothing if the store stood all of it in time.
    static func judgeAttack(
        _ attack: AttackRow?,
        on place: String,
        asked trials: [Trial],
        _ now: Timestamp
    ) -> [Finding] {
        let subject = Subject.named(place)
        guard let attack else {
            return [Finding(.attackNever, subject)]
        }
        var findings: [Finding] = []
        let lacking = Set(attack.lacks(of: trials).map(\.name)).sorted()
        if !lacking.isEmpty {
            let evidence = ["attack": lacking.joined(separator: ", ")]
            findings.append(Finding(.attackNever, subject, evidence: evidence))
        }
        // What got through is told whatever else was not tried.
        findings += judgeOutcome(of: attack, subject)
        let age = now.since(attack.finished)
        if age < .zero - skewMax {
            let evidence = ["finished": attack.finished.rfc3339]
            findings.append(Finding(.datedInTheFuture, subject, evidence: evidence))
        } else if age > attackAgeMax {
            let evidence = ["ageSeconds": "\(age.components.seconds)"]
            findings.append(Finding(.attackLate, subject, evidence: evidence))
        }
        return findings
    }

    private static func judgeOutcome(of attack: AttackRow, _ subject: Subject) -> [Finding] {
        switch attack.verdict {
        case .proven:
            return []
        case .failed where attack.attacks(.harmed).isEmpty:
            // What was attacked stood it; objects that never got the flag would not.
            return [Finding(.objectNotLocked, subject)]
        case .failed:
            let codes = Dictionary(grouping: attack.attacks(.harmed), by: AttackReport.code)
            return codes.sorted { $0.key.rawValue < $1.key.rawValue }.map { code, attacks in
                Finding(code, subject, evidence: ["attack": attacks.joined(separator: ", ")])
            }
        case .notProven where attack.attacks(.unanswered).isEmpty:
            return []  // Its class could not be shown, which is told by itself.
        case .notProven:
            let evidence = ["attack": attack.attacks(.unanswered).joined(separator: ", ")]
            return [Finding(.attackUnanswered, subject, evidence: evidence)]
        }
    }
}
