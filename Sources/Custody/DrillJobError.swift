package import Model

/// Why a drill could not begin.
package enum DrillJobError: ToldError, Equatable {
    /// The configuration has no such plan, or none at all.
    case noSuchPlan(String, known: [String])
    /// The plan names no set.
    case nothingToDrill(String)
    /// The newest snapshot was signed by someone whom this host does not know.
    case strangeSigner(String)

    package var description: String {
        switch self {
        case .noSuchPlan(let name, _): "there is no drill \(name) in the configuration"
        case .nothingToDrill(let name): "drill \(name) names no set"
        case .strangeSigner(let set): "the newest snapshot of \(set) has an unknown signer"
        }
    }

    package var hint: String {
        switch self {
        case .noSuchPlan(_, let known):
            known.isEmpty
                ? "add one under drills:" : "the drills are: \(known.joined(separator: ", "))"
        case .nothingToDrill: "name a set: or a group: in it"
        case .strangeSigner:
            "name the backup host's public key under signers:; if it is there, someone else wrote "
                + "into the store: run `toride verify`"
        }
    }

    package var exitCode: ExitCode {
        switch self {
        case .noSuchPlan, .nothingToDrill: .usage
        case .strangeSigner: .notProven
        }
    }
}
