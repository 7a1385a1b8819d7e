import Catalog
package import Model

/// Why a snapshot cannot be put under a legal hold, or be released.
package enum HoldError: ToldError, Equatable {
    /// What was typed names no snapshot.
    case name(String)
    /// What was typed is no reason.
    case reason
    /// Credentials were given for a store that is no bucket.
    case noBucket(String)
    /// The store has no such snapshot of a signer whom this host believes.
    case noSuchSnapshot(SnapshotName, place: String)
    /// The store has two of them.
    case ambiguous(SnapshotName, place: String)
    /// Neither the catalog nor a record there knows of a hold on it.
    case notHeld(SnapshotName, place: String)
    /// Another hold or release is under way: it may need what this one would lift.
    case busy

    package var description: String {
        switch self {
        case .name(let text): "\(text) names no snapshot"
        case .reason: "that is no reason for a hold"
        case .noBucket(let store): "store \(store) is no bucket, and takes no credentials"
        case .noSuchSnapshot(let name, let place): "\(place): there is no snapshot \(name)"
        case .ambiguous(let name, let place): "\(place): there are two snapshots \(name)"
        case .notHeld(let name, let place): "\(place): no hold on \(name) is known"
        case .busy: "another hold or release is under way on this host"
        }
    }

    package var hint: String {
        switch self {
        case .name: "write it as SET@latest or SET@SEQ; `toride snapshots` lists them"
        case .reason: "write one line of at most \(HoldRow.reasonCharactersMax) characters"
        case .noBucket: "leave out --credentials"
        case .noSuchSnapshot:
            "look with `toride snapshots`; `toride copy run` brings what is lacking"
        case .ambiguous: "look with `toride verify` which of them is the right one"
        case .notHeld: "look with `toride copy status` what is held, and where"
        case .busy: "wait until it has ended"
        }
    }

    package var exitCode: ExitCode {
        switch self {
        case .name, .reason, .noBucket, .noSuchSnapshot, .notHeld: .usage
        case .ambiguous: .failed
        case .busy: .couldNotLook
        }
    }
}
