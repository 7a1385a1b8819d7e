import Copying
import Format
import LocalStore
import Model
import ObjectStore
import TestSupport
import Testing
import Verification
import Workers

/// An attack tells what could be done to a store, whatever the store says.
@Suite struct AttackRunTests {
    private static let now = Timestamp(seconds: 4_100_000_000)

    private func bucket(_ mode: ObjectLock.Mode?) -> LockingMemoryStore {
        LockingMemoryStore(lockPolicy: mode.map { LockPolicy(mode: $0, days: 35) }) { Self.now }
    }

    private func attack(_ store: any AttackableStore) throws -> AttackReport {
        var report = AttackReport()
        try AttackRun(store, clock: { Self.now }).run(&report)
        return report
    }

    private func outcomes(_ report: AttackReport) -> [Attack: AttackReport.Outcome] {
        let pairs = report.attempts.compactMap { attempt in
            if case .attack(let attack) = attempt.trial { (attack, attempt.outcome) } else { nil }
        }
        return Dictionary(uniqueKeysWithValues: pairs)
    }

    /// The attacks of the findings, which are all of one code.
    private func attacks(_ code: FindingCode, _ report: AttackReport) -> Set<String> {
        #expect(report.findings.allSatisfy { $0.code == code })
        return Set(report.findings.compactMap { $0.evidence["attack"] })
    }

    // MARK: - Buckets

    @Test func `a bucket that locks in compliance resists everything`() throws {
        let store = bucket(.compliance)
        try store.put([1, 2, 3], at: StoreKey.descriptor)
        let report = try attack(store)
        #expect(report.attempts.map(\.trial) == Attack.allCases.map(Trial.attack))
        let found = outcomes(report)
        let harmless: Set<Attack> = [.delete, .overwrite, .liftHold, .disableLocks]
        for (attack, outcome) in found {
            #expect(outcome == (harmless.contains(attack) ? .harmless : .refused), "\(attack)")
        }
        #expect(report.findings == [] && report.verdict == .proven)
        // One more after a deletion, a version that was put on top, and the word that none is held.
        #expect(report.sacrifices.count == 4)
        let keys = Set(try store.versions(prefix: "").map(\.key))
        #expect(keys == Set(report.sacrifices.keys).union([StoreKey.descriptor]))
        #expect(keys.allSatisfy { StoredKind(key: $0) != .foreign })
        #expect(try store.get(StoreKey.descriptor, bytesMax: 3) == [1, 2, 3])
    }

    @Test func `a lock that some may pass over is no lock for a thief`() throws {
        let report = try attack(bucket(.governance))
        #expect(attacks(.attackSucceeded, report) == ["bypass"])
        #expect(outcomes(report)[.deleteVersion] == .refused)
        let evidence = report.findings.first?.evidence
        #expect(evidence?["answer"] == "done" && evidence?["lost"] == "bytes")
        #expect(report.verdict == .failed)
    }

    @Test func `versions without locks go one by one`() throws {
        let report = try attack(bucket(nil))
        let lost = ["delete-version", "delete-in-batch", "bypass"]
        #expect(attacks(.attackSucceeded, report) == Set(lost))
        let found = outcomes(report)
        #expect(found[.delete] == .harmless && found[.overwrite] == .harmless)
        #expect(found[.removeLock] == .notApplicable && found[.shortenLock] == .notApplicable)
        #expect(found[.liftHold] == .harmless)
    }

    @Test func `what was done to the whole bucket is harm, and is taken back`() throws {
        for canBeUndone in [true, false] {
            let store = ScriptedStore(bucket(.compliance), canBeUndone: canBeUndone)
            let report = try attack(store)
            #expect(attacks(.attackSucceeded, report) == ["suspend-versions"])
            let evidence = report.findings.first?.evidence
            #expect(evidence?["lost"] == "versions" && evidence?["undone"] == "\(canBeUndone)")
            #expect(store.isKeeping == canBeUndone)
        }
    }

    @Test func `what was harmed before a stop is told`() throws {
        let stop = StopFlag()
        let base = bucket(nil)
        let store = ScriptedStore(base) { (attack, key) throws(StoreError) -> AttackAnswer? in
            if attack == .bypass {
                stop.set()
            }
            return try base.attempt(attack, on: key)
        }
        var report = AttackReport()
        #expect(throws: Stopped.self) {
            try AttackRun(store, clock: { Self.now }, stop: stop).run(&report)
        }
        let lost = ["delete-version", "delete-in-batch", "bypass"]
        #expect(attacks(.attackSucceeded, report) == Set(lost))
        #expect(report.verdict == .failed)
    }

    // MARK: - Answers

    @Test func `a refusal of what was done is harm`() throws {
        let base = bucket(nil)
        let liar = ScriptedStore(base) { (attack, key) throws(StoreError) -> AttackAnswer? in
            if attack == .delete {
                _ = try base.attempt(.deleteVersion, on: key)
            }
            return .refused("403 AccessDenied")
        }
        let report = try attack(liar)
        #expect(attacks(.attackSucceeded, report) == ["delete"])
        #expect(report.findings.first?.evidence["answer"] == "403 AccessDenied")
    }

    @Test func `no answer is no resistance`() throws {
        let base = bucket(.compliance)
        let silent = ScriptedStore(base) { (_, key) throws(StoreError) -> AttackAnswer? in
            throw .busy(operation: "attacking", key: key, place: "test", reason: "timed out")
        }
        let report = try attack(silent)
        #expect(attacks(.attackUnanswered, report) == Set(Attack.allCases.map(\.rawValue)))
        #expect(report.verdict == .notProven)
        #expect(report.attempts.allSatisfy { $0.outcome == .unanswered && $0.word == "none" })
    }

    @Test func `a word of a store is repeated, and not without end`() throws {
        let word = String(repeating: "x", count: 1_000)
        let report = try attack(ScriptedStore(bucket(.compliance)) { _, _ in .refused(word) })
        #expect(report.verdict == .proven)
        #expect(report.attempts.allSatisfy { $0.word.count == 100 })
    }

    // MARK: - Folders

    @Test func `a folder stands nothing`() throws {
        try withTemporaryFolder { folder in
            let report = try attack(try LocalStore(name: "primary", root: folder))
            #expect(attacks(.attackSucceeded, report) == ["delete", "overwrite"])
            let found = outcomes(report)
            #expect(found[.removeLock] == .notApplicable && found[.bypass] == .notApplicable)
            #expect(found[.liftHold] == .notApplicable)
        }
    }

    @Test(
        .enabled(if: Immutability.isPossible, "NOT TESTED: no file can be made immutable here")
    )
    func `a folder of immutable files stands all but whoever may take the flag away`() throws {
        try withTemporaryFolder { folder in
            defer { try? Immutability.end(in: folder) }
            // From before there were flags.
            try LocalStore(name: "vault", root: folder).put([1], at: StoreKey.descriptor)
            let store = try LocalStore(name: "vault", root: folder, isImmutable: true)
            let report = try attack(store)
            #expect(attacks(.attackSucceeded, report) == ["remove-lock"])
            let found = outcomes(report)
            #expect(found[.delete] == .refused && found[.overwrite] == .refused)
            #expect(try store.isFlagged(StoreKey.descriptor))
        }
    }

    // MARK: - Afterwards

    @Test func `versions of what was attacked are no finding, and others' are`() throws {
        let store = bucket(.compliance)
        try store.put([1], at: "toride.json")
        _ = try attack(store)
        let locks = LockKeeper(store) { Self.now }
        #expect(try locks.versionFindings() == [])
        _ = try store.attempt(.overwrite, on: "toride.json")
        #expect(try locks.versionFindings().map(\.code) == [.objectHasVersions])
        _ = try store.attempt(.delete, on: "toride.json")
        #expect(try locks.versionFindings().map(\.code) == [.objectDeleteMarked])
    }

    @Test func `a verification passes over what was attacked`() throws {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital.withHistory(in: folder)
            let before = try hospital.verify()
            let key = StoreKey.sacrifice(.zero)
            try hospital.store.put([1, 2, 3], at: key)
            let after = try hospital.verify()
            #expect(after.findings == before.findings)
            #expect(after.objectsRead == before.objectsRead)
            try hospital.store.put([1], at: "attacks/other")
            #expect(try hospital.verify().findings.contains { $0.code == .objectForeign })
        }
    }
}
