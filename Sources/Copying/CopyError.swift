package import Model

/// Why a store cannot become a copy.
package enum CopyError: ToldError, Equatable {
    /// It holds objects of another repository.
    case otherRepository(place: String, source: String)
    /// It holds snapshots, and nothing says of which repository.
    case descriptorMissing(place: String)

    package var description: String {
        switch self {
        case .otherRepository(let place, let source):
            "\(place): holds another repository than \(source)"
        case .descriptorMissing(let place):
            "\(place): holds snapshots, and its toride.json is missing"
        }
    }

    package var hint: String {
        switch self {
        case .otherRepository: "copy to an empty store; nothing was written"
        case .descriptorMissing: "run `toride verify --copy` on it; nothing was written"
        }
    }

    package var exitCode: ExitCode { .failed }
}
