import Configuration
import Copying
import FileSystem
import Model
import Network
import Processes
import Workers

/// Looks from here and from a network that is to be kept out whether a store can be reached.
struct ReachRun {
    /// How long the probe's program may take to begin and to end.
    private static let startMax: Duration = .seconds(30)
    /// How long it may take for each address: what is waited usually, and a second.
    private static let perAddressMax: Duration = NetworkReach.timeoutDefault + .seconds(1)
    private static let outputBytesMax = 64 << 10

    /// Where it looks from, and at what.
    let probe: Configuration.NetworkProbe
    /// Whose probe it is.
    let store: Configuration.Store
    /// Ends the probe's program.
    let stop: StopFlag

    /// Looks from here, from there, and from here again: what went away meanwhile was not kept out.
    ///
    /// - Parameters:
    ///   - report: gets what became of each target, in order.
    ///   - place: the store's name and place.
    /// - Throws: ``FileSystemError`` if it cannot be seen where the store lies; ``Stopped``, also
    ///   once the report has what was found.
    func run(_ report: inout AttackReport, at place: String) throws {
        try stop.check()
        let judge = ReachJudge(
            from: probe.from,
            targets: probe.targets,
            controls: probe.controls
        )
        let missed = try missedAddress()
        var here: ReachJudge.Observations = [:]
        for target in probe.targets {
            here[target] = look(at: target)
        }
        try stop.check()
        let (printed, failure) = ask(judge.asked)
        for (target, answer) in here where answer == .connected {
            here[target] = look(at: target)
        }
        for attempt in judge.attempts(here: here, printed: printed, failure: failure) {
            report.add(attempt, at: place)
        }
        if let missed {
            let reason = "the store is at \(missed), which no target names"
            let trial = Trial.reach(from: probe.from, target: missed)
            report.add(AttackReport.Attempt(trial, nil, reason: reason), at: place)
        }
        try stop.check()
    }

    /// The store's own address, if it is seen and no target has it: that targets are kept apart
    /// shows nothing of a store that has moved away from them, or of another port.
    ///
    /// - Throws: ``FileSystemError`` if it cannot be seen where the store lies.
    func missedAddress() throws(FileSystemError) -> NetworkAddress? {
        guard let address = try store.address() else {
            return nil
        }
        let isPortCertain = store.isPortCertain(of: address)
        let isNamed = probe.targets.contains { target in
            isPortCertain ? target == address : target.bytes == address.bytes
        }
        return isNamed ? nil : address
    }

    /// Tries from here; nil if this host cannot, as without IPv6, or is to stop.
    private func look(at target: NetworkAddress) -> NetworkReach.Answer? {
        guard !stop.isStopping else {
            return nil
        }
        do throws(NetworkError) {
            return try NetworkReach.connect(to: target)
        } catch {
            return nil  // Told with the target, as not tried.
        }
    }

    /// Runs the probe's program.
    ///
    /// - Parameter addresses: what it is asked about.
    /// - Returns: what it printed, as far as it came, and why it did not end well.
    private func ask(_ addresses: [NetworkAddress]) -> (printed: [UInt8], failure: String?) {
        // The configuration has at least the program.
        let command = Command(
            probe.command.first ?? "",
            Array(probe.command.dropFirst()) + addresses.map(\.description)
        )
        var printed: [UInt8] = []
        do throws(ProcessError) {
            let status = try command.run(
                timeout: Self.startMax + Self.perAddressMax * addresses.count,
                outputBytesMax: Self.outputBytesMax,
                isStopping: { stop.isStopping },
                onOutput: { printed += $0 }
            ).status
            let failure = status.isSuccess ? nil : "the probe's program ended with \(status)"
            return (printed, failure)
        } catch {
            return (printed, "the probe's program: \(error.description)")
        }
    }
}
