package import Model

/// What is wrong with what the operator asked to be verified.
package enum PlanError: ToldError, Equatable {
    /// Neither an id nor the name of a set that was ever backed up here.
    case set(String, known: [String])
    /// The store that was named holds none of the sets that were named.
    case nowhere(String)
    /// Another verification of the same is under way.
    case busy(String)

    package var description: String {
        switch self {
        case .set(let text, _): "\(text) is no set that was backed up from here"
        case .nowhere(let store): "store \(store) holds none of the named sets"
        case .busy(let place): "\(place): another verification is under way"
        }
    }

    package var hint: String {
        switch self {
        case .busy: "wait for it, or begin another without --resume"
        case .nowhere: "look under stores: of the sets, or leave out --copy"
        case .set(_, let known):
            "name "
                + (known.isEmpty ? "" : "one of \(known.joined(separator: ", ")), or ")
                + "a set's id, 32 hexadecimal digits"
        }
    }

    package var exitCode: ExitCode { .usage }
}
