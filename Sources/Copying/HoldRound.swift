import Model
import ObjectStore
import Synchronization
import Workers

/// Objects that are held, looked at or released, and what the workers share that do it.
final class HoldRound: Sendable {
    /// What is done with each object.
    enum Act {
        case place
        case check
        case release
    }

    private let act: Act
    private let items: [ObjectCarrier.Item]
    private let holds: HoldKeeper
    private let isEnforced: Bool
    private let total: UInt64
    private let next = Atomic(0)
    /// Of what went well.
    let report: Mutex<HoldReport>
    /// The keys of the objects with which something is wrong.
    let flaws = Mutex<[HoldKeeper.Flaw: Set<String>]>([:])
    /// What ended the work.
    let failure = Mutex<StoreError?>(nil)

    /// Prepares.
    ///
    /// - Parameters:
    ///   - act: what is done.
    ///   - items: with which objects.
    ///   - holds: does it with one.
    ///   - isEnforced: whether a hold keeps anything there.
    ///   - report: knows what stays held.
    init(
        _ act: Act,
        _ items: [ObjectCarrier.Item],
        _ holds: HoldKeeper,
        isEnforced: Bool,
        _ report: HoldReport
    ) {
        self.act = act
        self.items = items
        self.holds = holds
        self.isEnforced = isEnforced
        total = items.reduce(0) { $0 &+ $1.size }
        self.report = Mutex(report)
    }

    /// What one worker does: one object after the other, until none is left or the store fails.
    ///
    /// - Parameters:
    ///   - stop: asked between objects.
    ///   - progress: told how far it is.
    func work(_ stop: StopFlag, _ progress: HoldRun.Progress) {
        while !stop.isStopping, failure.withLock({ $0 == nil }) {
            let number = next.add(1, ordering: .relaxed).oldValue
            guard number < items.count else {
                return
            }
            let item = items[number]
            do throws(StoreError) {
                if let flaw = try handle(item) {
                    flaws.withLock { _ = $0[flaw, default: []].insert(item.key) }
                    continue
                }
                let bytes = report.withLock { report in
                    report.add(item)
                    return report.bytes
                }
                progress(bytes, total)
            } catch {
                failure.withLock { $0 = $0 ?? error }
            }
        }
    }

    /// Does with an object what is to be done; tells why it is not as it must be then.
    private func handle(_ item: ObjectCarrier.Item) throws(StoreError) -> HoldKeeper.Flaw? {
        do throws(StoreError) {
            return try perform(on: item)
        } catch {
            switch error {
            case .missing:
                return HoldKeeper.Flaw(code: .objectMissing, reason: nil)
            case .failed(_, _, _, let reason, _) where act != .release:
                // Whether it is held is not known.
                return HoldKeeper.Flaw(code: .objectUnreadable, reason: reason)
            default:
                throw error
            }
        }
    }

    private func perform(on item: ObjectCarrier.Item) throws(StoreError) -> HoldKeeper.Flaw? {
        switch act {
        case .release:
            try holds.lift(item.key)
            return nil
        case .place, .check:
            guard isEnforced else {
                return HoldKeeper.Flaw(code: .objectNotHeld, reason: "the store enforces no locks")
            }
            return try act == .place ? holds.hold(item) : holds.look(at: item)
        }
    }
}
