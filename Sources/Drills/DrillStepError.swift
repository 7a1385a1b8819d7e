package import Model

/// Why a step was not noted.
package enum DrillStepError: ToldError, Equatable {
    /// People do not note such a step.
    case unknown(String)
    /// It is said to have been taken later than now.
    case inTheFuture(DrillStep, Timestamp)
    /// The disaster was not declared yet.
    case notDeclared(DrillStep)
    /// A step is said to have been taken before one that comes before it.
    case outOfOrder(DrillStep, before: DrillStep, at: Timestamp)
    /// Nobody is named who took it.
    case nobodyNamed(DrillStep)
    /// The name of a person is none.
    case name
    /// The plan was never drilled here.
    case noDrill(String)

    package var description: String {
        switch self {
        case .unknown(let word): "\(word) is not a step that people note"
        case .inTheFuture(let step, let at): "\(step.rawValue) at \(at.rfc3339) is in the future"
        case .notDeclared(let step): "\(step.rawValue) cannot come before declared"
        case .outOfOrder(let step, let other, let at):
            "\(step.rawValue) cannot come before \(other.rawValue), which was at \(at.rfc3339)"
        case .nobodyNamed(let step): "\(step.rawValue) needs the name of who took it"
        case .name: "the name is empty, too long, or has a line break"
        case .noDrill(let plan): "drill \(plan) was never run here"
        }
    }

    package var hint: String {
        switch self {
        case .unknown:
            "the steps are: "
                + (DrillStep.before + DrillStep.after).map(\.rawValue).joined(separator: ", ")
        case .inTheFuture: "give the right moment with --at, and look at this host's clock"
        case .notDeclared: "note first: toride drill step PLAN declared [--at TIME]"
        case .outOfOrder: "give the right moment with --at, or note the other step anew"
        case .nobodyNamed: "name the clinician who opened charts: --by NAME"
        case .name: "write the name on one line of at most 200 bytes"
        case .noDrill(let plan): "run `toride drill run \(plan)` first"
        }
    }

    package var exitCode: ExitCode { .usage }
}
