import Model
package import ObjectStore
import Primitives
package import Workers

/// Tries to enter an area as those who have no business there, and asks whose it is
/// (docs/decisions/0019).
///
/// A stranger must be somebody: credentials that do not open their own store are refused
/// everywhere, and show nothing.
package struct TrespassRun: Sendable {
    /// What is read, if it is not refused: nothing that anybody wants.
    private static let sacrificeBytes = Array("made to be trespassed on\n".utf8)

    private let area: any SeparateStore
    private let strangers: [(name: String, store: any SeparateStore)]
    private let stop: StopFlag

    /// Prepares it.
    ///
    /// - Parameters:
    ///   - area: what others are to be unable to enter.
    ///   - strangers: other stores, whose credentials are tried.
    ///   - stop: asked between two of them.
    package init(
        _ area: any SeparateStore,
        strangers: [(name: String, store: any SeparateStore)],
        stop: StopFlag = StopFlag()
    ) {
        self.area = area
        self.strangers = strangers
        self.stop = stop
    }

    /// Tries everyone, the one without credentials first.
    ///
    /// - Parameter report: gets what became of each.
    /// - Throws: ``StoreError`` if not even the area's own credentials store an object, and the
    ///   report has nothing yet; ``CryptoError``; ``Stopped``.
    package func run(_ report: inout AttackReport) throws {
        let key = try sacrifice(&report)
        report.add(try enter(as: .anyone, nil, key), at: area.place)
        for (name, store) in strangers {
            try stop.check()
            report.add(try enter(as: .store(name), store, key), at: area.place)
        }
        askOwners(&report)
        try stop.check()
    }

    // MARK: - Trespass

    /// Stores what strangers are to read. It is no `Sacrifice`: nobody looks afterwards what is
    /// left of it, and it needs neither versions nor locks.
    ///
    /// - Returns: its key; why there is none, where that is not to cost what the report has.
    private func sacrifice(
        _ report: inout AttackReport
    ) throws -> Result<String, StoreError> {
        let key = try Sacrifice.newKey()
        do throws(StoreError) {
            try area.put(TrespassRun.sacrificeBytes, at: key)
        } catch {
            guard !report.attempts.isEmpty else {
                throw error
            }
            return .failure(error)
        }
        report.sacrifices[key] = ObjectName(SHA256.hash(TrespassRun.sacrificeBytes))
        return .success(key)
    }

    private func enter(
        as stranger: Trial.Stranger,
        _ store: (any SeparateStore)?,
        _ key: Result<String, StoreError>
    ) throws -> AttackReport.Attempt {
        let trial = Trial.trespass(stranger)
        let other = try Sacrifice.newKey()
        do throws(StoreError) {
            try store?.checkCredentials()
        } catch {
            let reason = "its credentials do not open its own area: \(error.description)"
            return AttackReport.Attempt(trial, nil, reason: reason)
        }
        do throws(StoreError) {
            let answer = try area.trespass(by: store, on: try key.get(), writing: other)
            let loss: AttackReport.Loss? = answer == .done ? .separation : nil
            return AttackReport.Attempt(trial, answer, loss: loss)
        } catch {
            return AttackReport.Attempt(trial, nil, reason: error.description)
        }
    }

    // MARK: - Owners

    private func askOwners(_ report: inout AttackReport) {
        let access: AccessList
        do throws(StoreError) {
            access = try area.accessList()
        } catch {
            // Nor can it be compared with another.
            let attempt = AttackReport.Attempt(.owners(.anyone), nil, reason: error.description)
            report.add(attempt, at: area.place)
            return
        }
        report.access = access
        var known: Set<String> = [access.owner]
        let compared = strangers.map { name, store in
            compare(access, .owners(.store(name)), store, &known)
        }
        for attempt in [lookForOthers(access, besides: known)] + compared {
            report.add(attempt, at: area.place)
        }
    }

    /// Compares the area's owner, and who was given a right, with the owner of another area.
    private func compare(
        _ access: AccessList,
        _ trial: Trial,
        _ store: any SeparateStore,
        _ known: inout Set<String>
    ) -> AttackReport.Attempt {
        let owner: String
        do throws(StoreError) {
            owner = try store.accessList().owner
        } catch {
            return AttackReport.Attempt(trial, nil, reason: error.description)
        }
        known.insert(owner)
        let isOwner = owner == access.owner
        guard isOwner || access.grantees.contains(owner) else {
            return AttackReport.Attempt(trial, .told("apart"))
        }
        // Another service may name its users the same; the same one may have two addresses.
        guard store.service == area.service else {
            return TrespassRun.doubt(trial, "the same id at another address")
        }
        return TrespassRun.harm(trial, isOwner ? "the same owner" : "shared with its owner")
    }

    /// Looks for everybody, and for those of whom nothing is known, among those who may enter.
    private func lookForOthers(
        _ access: AccessList,
        besides known: Set<String>
    ) -> AttackReport.Attempt {
        let trial = Trial.owners(.anyone)
        do throws(StoreError) {
            let isOpen = try access.isOpen ? true : area.isPublic()
            guard !isOpen else {
                return TrespassRun.harm(trial, "open to everybody")
            }
        } catch {
            return AttackReport.Attempt(trial, nil, reason: error.description)
        }
        let others = access.grantees.filter { !known.contains($0) }.count + access.unnamed
        guard others == 0 else {
            return TrespassRun.doubt(trial, "shared with \(others) others")
        }
        return AttackReport.Attempt(trial, .told("apart"))
    }

    private static func harm(_ trial: Trial, _ word: String) -> AttackReport.Attempt {
        AttackReport.Attempt(trial, .told(word), loss: .separation)
    }

    private static func doubt(_ trial: Trial, _ word: String) -> AttackReport.Attempt {
        AttackReport.Attempt(trial, .told(word), reason: word)
    }
}
