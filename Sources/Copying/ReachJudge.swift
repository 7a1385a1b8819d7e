package import Model
package import Network
import ObjectStore

/// Judges whether a network is kept apart from a store, by what this host saw of the store's
/// addresses, and what a probe in that network said of them (docs/decisions/0019).
///
/// One connection from there shows that it is not. That it is takes three observations in one run:
/// this host reaches the target, which is alive then; the probe reaches its controls, and has a
/// network then; and it does not reach the target.
package struct ReachJudge: Sendable {
    /// What was seen of each address; nothing of one that could not be tried.
    package typealias Observations = [NetworkAddress: NetworkReach.Answer]

    private let from: String
    private let targets: [NetworkAddress]
    private let controls: [NetworkAddress]

    /// States what is asked.
    ///
    /// - Parameters:
    ///   - from: where the probe stands, as it is told.
    ///   - targets: what must not be reached from there.
    ///   - controls: what must be.
    package init(from: String, targets: [NetworkAddress], controls: [NetworkAddress]) {
        self.from = from
        self.targets = targets
        self.controls = controls
    }

    /// Everything that the probe is asked about, in order.
    package var asked: [NetworkAddress] { targets + controls }

    /// Judges by what was seen. A connection counts whatever else went wrong: that the program then
    /// failed does not undo it.
    ///
    /// - Parameters:
    ///   - here: what this host saw of the targets.
    ///   - printed: what the probe's program printed, as far as it came.
    ///   - failure: why the program did not end well; nil if it did.
    /// - Returns: what became of each target, in order.
    package func attempts(
        here: Observations,
        printed: [UInt8],
        failure: String? = nil
    ) -> [AttackReport.Attempt] {
        let connected = connections(in: printed)
        var there: Observations = [:]
        var failure = failure
        if failure == nil {
            do throws(ReachDoubt) {
                there = try read(printed)
            } catch {
                failure = error.reason
            }
        }
        return targets.map { target in
            let trial = Trial.reach(from: from, target: target)
            guard !connected.contains(target) else {
                return AttackReport.Attempt(trial, .done, loss: .separation)
            }
            return AttackReport.Attempt(
                trial,
                there[target].map { .refused($0.rawValue) },
                reason: failure ?? doubt(target, here, there)
            )
        }
    }

    /// Why it shows nothing that the probe did not reach a target; nil if it does.
    private func doubt(
        _ target: NetworkAddress,
        _ here: Observations,
        _ there: Observations
    ) -> String? {
        if here[target] != .connected {
            return "this host does not reach it either (\(word(here[target])))"
        }
        if let control = controls.first(where: { there[$0] != .connected }) {
            return "the probe did not reach its control \(control) (\(word(there[control])))"
        }
        return switch there[target] {
        case .refused: "something there answered; let the firewall drop it, or say unreachable"
        // Whoever is in there may have no such rule.
        case .filtered: "the probe's own machine keeps it from trying"
        default: nil
        }
    }

    private func word(_ answer: NetworkReach.Answer?) -> String {
        answer?.rawValue ?? "not tried"
    }
}
