import Configuration
package import Copying
package import Model
package import ObjectStore
import Synchronization
import Verification
package import Workers

/// Puts right what is damaged or missing in a store, from the site's other stores:
/// docs/decisions/0018.
///
/// A list page that is put right may name objects that nobody missed before. So it is verified,
/// put right, and verified again, until nothing more can be done; what was whole is read once.
package struct RepairJob {
    /// What was found, and done.
    package struct Report: Sendable {
        /// The store's name and place.
        package let place: String
        /// What is still to be put right, and where it is whole.
        package internal(set) var plan = RepairPlan()
        /// A notice for each object that was put right.
        package internal(set) var healed: [Finding] = []
        /// What the last verification found, but for what was put right.
        package internal(set) var findings: [Finding] = []
        /// Stores that could not be looked at, and why.
        package internal(set) var unreachable: [String] = []
        /// Why not all was put right that could be, where the store refused.
        package internal(set) var failure: StoreError?

        /// Whether nothing is damaged or missing, now that what could be was put right.
        package var isWhole: Bool {
            verdict == .proven
        }

        /// `failed` while anything is to be put right, and else what the verification says.
        package var verdict: Verdict {
            plan.steps.isEmpty && failure == nil ? Verdict(findings) : .failed
        }

        /// Adds what was put right, which is planned no more.
        fileprivate mutating func note(_ healed: RepairRun.Healed) {
            self.healed += healed.findings
            failure = healed.failure
            let done = Set(healed.findings.map(\.subject))
            plan = RepairPlan(steps: plan.steps.filter { !done.contains(.object($0.item.key)) })
        }
    }

    /// Told how far it is with what it is doing.
    package typealias Progress = @Sendable (_ done: UInt64, _ total: UInt64) -> Void

    private let site: Site
    private let plan: VerifyPlan
    private let now: @Sendable () -> Timestamp
    private let stop: StopFlag
    /// The stores that are looked at.
    package let parts: [VerifyPlan.Part]
    /// Those that cannot be opened.
    package let absent: [VerifyPlan.Absence]

    /// Prepares.
    ///
    /// - Parameters:
    ///   - site: whose stores.
    ///   - copy: this store alone; nil for all.
    ///   - now: the host's clock.
    ///   - stop: asked between objects.
    /// - Throws: as ``VerifyPlan/parts()``.
    package init(
        _ site: Site,
        copy: String? = nil,
        now: @escaping @Sendable () -> Timestamp,
        stop: StopFlag
    ) throws {
        self.site = site
        self.now = now
        self.stop = stop
        plan = try VerifyPlan(site: site, copy: copy)
        (parts, absent) = try plan.parts()
    }

    /// Begins the time that the repair spends with media that are mounted.
    ///
    /// - Throws: as ``VerifyPlan/visit(to:now:)``.
    package func visit() throws -> MediaVisit? {
        try plan.visit(to: parts, now: now)
    }

    /// Verifies a store, and says where what it lacks is whole. Writes nothing.
    ///
    /// - Parameters:
    ///   - part: one of ``parts``.
    ///   - progress: told how far the verification is.
    /// - Returns: what is to be done.
    /// - Throws: as ``Verifier/run(goingOnFrom:progress:)``.
    package func look(
        at part: VerifyPlan.Part,
        progress: @escaping Progress = { _, _ in }
    ) throws -> Report {
        var report = Report(place: part.store.place)
        let sources = sources(for: part, &report)
        let found = try verify(part, Memory(), progress)
        let run = RepairRun(part.store, from: sources, stop: stop)
        report.plan = try run.plan(items(found, part, sources))
        report.findings = found.findings
        return report
    }

    /// Verifies a store and puts right what can be, until nothing more can. The last verification
    /// is signed and written down as any other.
    ///
    /// - Parameters:
    ///   - part: one of ``parts``.
    ///   - progress: told how far it is.
    /// - Returns: what was done, and what is left.
    /// - Throws: as ``Verifier/run(goingOnFrom:progress:)``; what ``VerifyPlan`` throws where the
    ///   verdict cannot be written down.
    package func repair(
        _ part: VerifyPlan.Part,
        progress: @escaping Progress = { _, _ in }
    ) throws -> Report {
        let started = now()
        var report = Report(place: part.store.place)
        let sources = sources(for: part, &report)
        let run = RepairRun(part.store, from: sources, stop: stop)
        let memory = Memory()
        var tried: Set<String> = []
        var found: VerificationReport
        repeat {
            found = try verify(part, memory, progress)
            report.plan = try run.plan(items(found, part, sources))
            // One that was put right and is damaged again is left to whoever looks at the disk.
            let steps = report.plan.healable.filter { tried.insert($0.item.key).inserted }
            guard !steps.isEmpty else {
                break
            }
            let healed = try run.heal(RepairPlan(steps: steps)) { done, total in
                progress(UInt64(done), UInt64(total))
            }
            report.note(healed)
        } while report.failure == nil
        report.findings = found.findings
        guard report.failure == nil else {
            let done = Set(report.healed.map(\.subject))
            report.findings.removeAll { done.contains($0.subject) }
            return report
        }
        found.findings += report.healed
        report.findings +=
            try plan.remember(found, of: part, started: started, finished: now()).findings
        return report
    }

    // MARK: - Looking

    private func verify(
        _ part: VerifyPlan.Part,
        _ memory: Memory,
        _ progress: @escaping Progress
    ) throws -> VerificationReport {
        try Verifier(store: part.store, request: part.request, stop: stop)
            .run(goingOnFrom: memory, progress: progress)
    }

    /// The site's other stores, as far as they can be opened. Media that lie in a safe are no help.
    private func sources(
        for part: VerifyPlan.Part,
        _ report: inout Report
    ) -> [any ObjectStore] {
        var sources: [any ObjectStore] = []
        for store in (try? site.storesHere()) ?? [] {
            do {
                let opened = try site.open(store)
                if opened.place != part.store.place {
                    sources.append(opened)
                }
            } catch {
                report.unreachable.append("\(store.name): \(error.words)")
            }
        }
        return sources
    }

    /// What was whole in an earlier round is not read again.
    private final class Memory: ReadingMemory {
        private let whole = Mutex<Set<StoredObject>>([])

        func has(_ object: StoredObject) -> Bool {
            whole.withLock { $0.contains(object) }
        }

        func note(_ object: StoredObject) {
            whole.withLock { _ = $0.insert(object) }
        }
    }
}
