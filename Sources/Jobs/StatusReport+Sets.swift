import Catalog
import Configuration
import Model

extension StatusReport {
    /// Policies that demand no more: a drill every quarter, and every byte read in 90 days.
    private static let drillAgeMax: Duration = .seconds(100 * 86_400)
    private static let verificationAgeMax: Duration = .seconds(90 * 86_400)

    /// Judges the last verification of a set's first store.
    ///
    /// - Parameters:
    ///   - verification: nil if there was none.
    ///   - set: whose schedule it answers.
    ///   - clock: the set's.
    /// - Returns: what is wrong with its verdict, or its age.
    static func judgeVerification(
        _ verification: VerificationRow?,
        of set: Configuration.BackupSet,
        _ clock: Clock
    ) -> [Finding] {
        guard let verification else {
            return [Finding(.neverVerified, clock.set)]
        }
        let late = clock.age(
            of: verification.finished,
            begun: verification.started,
            atMost: verificationAgeMax,
            by: [set.verification?.schedule],
            graceHours: grace.verification,
            else: .verificationLate
        )
        switch verification.verdict {
        case .proven: return late
        case .notProven: return [Finding(.verificationNotProven, clock.set)] + late
        case .failed: return [Finding(.verificationFailed, clock.set)] + late
        }
    }

    /// Judges the newest drill of a set.
    ///
    /// - Parameters:
    ///   - drill: nil if there was none.
    ///   - plans: those that are late by their own schedules.
    ///   - clock: the set's.
    /// - Returns: what is wrong with its verdict, or its age.
    static func judgeDrill(
        _ drill: DrillRow?,
        late plans: [Finding],
        _ clock: Clock
    ) -> [Finding] {
        guard let drill else {
            return [Finding(.neverDrilled, clock.set)]
        }
        let old = clock.age(
            of: drill.finished ?? drill.started,
            begun: drill.started,
            atMost: drillAgeMax,
            by: [],
            graceHours: grace.drill,
            else: .drillLate
        )
        // That it is late is told once.
        let late = old.filter { plans.isEmpty || $0.code != .drillLate } + plans
        switch drill.verdict {
        case .proven: return late
        case .notProven: return [Finding(.drillNotProven, clock.set)] + late
        case .failed: return [Finding(.drillFailed, clock.set)] + late
        }
    }
}
