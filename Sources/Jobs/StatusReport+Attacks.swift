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
        // Each medium that comes and goes has a place of its own, and resists by being away.
        let stores = site.configuration.stores.filter { $0.isToResist && $0.media == nil }
        return try stores.flatMap { store -> [Finding] in
            let place = Site.place(of: store)
            guard let attack = try catalog.newestAttack(of: place) else {
                return [Finding(.attackNever, .named(place))]
            }
            return judgeAttack(attack, now)
        }
    }

    private static func judgeAttack(_ attack: AttackRow, _ now: Timestamp) -> [Finding] {
        let subject = Subject.named(attack.store)
        var findings: [Finding] = []
        switch attack.verdict {
        case .proven:
            break
        case .failed where attack.attacks(.harmed).isEmpty:
            // What was attacked stood it; objects that never got the flag would not.
            findings.append(Finding(.objectNotLocked, subject))
        case .failed:
            let evidence = ["attack": attack.attacks(.harmed).joined(separator: ", ")]
            findings.append(Finding(.attackSucceeded, subject, evidence: evidence))
        case .notProven:
            let evidence = ["attack": attack.attacks(.unanswered).joined(separator: ", ")]
            findings.append(Finding(.attackUnanswered, subject, evidence: evidence))
        }
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
}
