import Configuration
import Glibc
import Logging
import Model
import Processes

/// Has drills run: never in this process, which holds no identity and cannot open anything.
struct DrillStarter {
    /// Where the service manager's tool lies; nil where there is no systemd.
    let systemctl: String?
    private static let timeout: Duration = .seconds(60)

    /// What this machine has: sd_booted(3).
    static var here: DrillStarter {
        let isBooted = unsafe access("/run/systemd/system", F_OK) == 0
        return DrillStarter(systemctl: isBooted ? "systemctl" : nil)
    }

    /// Starts a drill, or says that one is due.
    ///
    /// - Returns: `done` once it was started; what comes of it stands in its own record.
    func start(
        _ plan: String,
        in configuration: Configuration,
        _ log: Logger
    ) throws -> ExitCode {
        let isHere = configuration.role == .drill || configuration.drill.identityOnThisHost
        guard isHere, let systemctl else {
            log.warning(
                "a drill is due; run it where the drill identity is",
                metadata: ["command": "toride drill run \(plan) --identity FILE"]
            )
            return .notProven
        }
        let unit = "toride-drill@\(plan).service"
        let output = try Command(systemctl, ["start", "--no-block", unit])
            .run(timeout: DrillStarter.timeout)
        guard output.status.isSuccess else {
            log.error(
                "the drill could not be started",
                metadata: [
                    "unit": "\(unit)", "status": "\(output.status)",
                    "messages": "\(output.errorTail)",
                ]
            )
            return .couldNotLook
        }
        log.notice("the drill was started", metadata: ["unit": "\(unit)"])
        return .done
    }
}
