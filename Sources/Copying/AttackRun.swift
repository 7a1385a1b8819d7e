package import Model
package import ObjectStore
package import Workers

/// Attacks a store with the credentials that a thief would find on this host, on objects that are
/// made for it, and looks after each attack at what is left.
///
/// What the store answers is not believed: one that says "refused" and did it has harmed, and one
/// that put a delete marker over a locked version has not. An object is attacked again only if it
/// was left as it was; else the next one would be tried on the leavings of the last.
package struct AttackRun: Sendable {
    private let store: any AttackableStore
    private let locks: LockKeeper
    private let stop: StopFlag

    /// Prepares an attack.
    ///
    /// - Parameters:
    ///   - store: what is attacked; as it is, without a wrapper that helps its readers.
    ///   - clock: by which locks are reckoned.
    ///   - stop: asked between two attacks.
    package init(
        _ store: any AttackableStore,
        clock: @escaping @Sendable () -> Timestamp,
        stop: StopFlag = StopFlag()
    ) {
        self.store = store
        self.stop = stop
        locks = LockKeeper(store, clock: clock)
    }

    /// Tries every attack.
    ///
    /// - Parameter report: gets what became of each.
    /// - Throws: ``StoreError`` if not even the first object can be stored and looked at;
    ///   ``CryptoError``; ``Stopped``.
    package func run(_ report: inout AttackReport) throws {
        // That one new object resists shows nothing of those that never got the flag.
        report.findings += try locks.flagFindings()
        var target: Sacrifice? = try sacrifice(&report)
        for attack in Attack.allCases {
            try stop.check()
            let attempt = try attempt(attack, &target, &report)
            report.add(attempt, at: store.place)
        }
    }

    /// Tries one attack; leaves `target` for the next one if nothing was done to it.
    private func attempt(
        _ attack: Attack,
        _ target: inout Sacrifice?,
        _ report: inout AttackReport
    ) throws -> AttackReport.Attempt {
        let sacrifice: Sacrifice
        do {
            sacrifice = try target ?? self.sacrifice(&report)
        } catch let error as StoreError {
            return AttackReport.Attempt(.attack(attack), nil, reason: error.description)
        }
        let attempt = make(attack, on: sacrifice)
        let isUntouched = attempt.outcome == .refused || attempt.outcome == .notApplicable
        target = isUntouched ? sacrifice : nil
        return attempt
    }

    private func sacrifice(_ report: inout AttackReport) throws -> Sacrifice {
        let sacrifice = try Sacrifice(in: store)
        report.sacrifices[sacrifice.key] = sacrifice.name
        return sacrifice
    }

    private func make(_ attack: Attack, on sacrifice: Sacrifice) -> AttackReport.Attempt {
        var answer: AttackAnswer?
        var reason: String?
        do throws(StoreError) {
            answer = try store.attempt(attack, on: sacrifice.key)
        } catch {
            reason = error.description
        }
        var loss: AttackReport.Loss?
        var isSeen = false
        do throws(StoreError) {
            loss = try sacrifice.loss(in: store)
            isSeen = true
        } catch {
            reason = reason ?? error.description
        }
        var isUndone: Bool?
        // What cannot be seen is taken back too.
        if attack.concernsStore, loss != nil || !isSeen {
            isUndone = undo(attack, sacrifice)
        }
        return AttackReport.Attempt(
            .attack(attack),
            answer,
            loss: loss,
            isUndone: isUndone,
            reason: reason
        )
    }

    /// Takes back what was done to the whole store, and looks whether that went well.
    private func undo(_ attack: Attack, _ sacrifice: Sacrifice) -> Bool {
        do throws(StoreError) {
            try store.undo(attack)
            guard let lockable = store as? any LockableStore else {
                return true
            }
            return try sacrifice.storeLoss(in: lockable) == nil
        } catch {
            return false  // Told with the attack.
        }
    }
}
