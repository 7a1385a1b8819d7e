package import Model

/// Why no snapshot was taken.
package enum BackupError: ToldError, Equatable {
    /// A configured path is not there or is a symbolic link.
    case sourcePath(String, reason: String)
    /// The set has no recovery recipient.
    case noRecoveryRecipient(set: String)
    /// A recipient is not one.
    case recipient(name: String, reason: String)
    /// The numbers of the set's snapshots are used up, or a catalog remembers nonsense.
    case historyUnusable(set: String)
    /// What must go into the snapshot's root does not fit.
    case rootTooLarge(set: String)
    /// The store holds manifests of this set, but the host has lost the set's secret.
    case secretMissing(set: String)
    /// The host's signing key is retired: nobody would believe the snapshot.
    case signerRetired(set: String)

    package var description: String {
        switch self {
        case .sourcePath(let path, let reason): "\(path): \(reason)"
        case .noRecoveryRecipient(let set): "\(set): there is no recovery recipient"
        case .recipient(let name, let reason): "recipient \(name): \(reason)"
        case .historyUnusable(let set): "\(set): there is no number after the newest snapshot's"
        case .rootTooLarge(let set): "\(set): the list of the file list's pieces is too long"
        case .secretMissing(let set): "\(set): the host has lost the set's secret"
        case .signerRetired(let set): "\(set): the host's signing key is retired"
        }
    }

    package var hint: String {
        switch self {
        case .sourcePath: "mount it, or correct the set's paths in the configuration"
        case .noRecoveryRecipient:
            "make one with `toride key new --out FILE` on another machine and put its age1… under "
                + "recipients: recovery:"
        case .recipient: "a recipient looks like age1…, as `toride key new` prints it"
        case .historyUnusable: "run `toride catalog check`, or start the set under a new name"
        case .rootTooLarge: "divide the set's paths among several sets"
        case .secretMissing: "bring the state folder back, or start the set under a new name"
        case .signerRetired:
            "run `toride signer retire` with that key once more: it draws the next one"
        }
    }

    package var exitCode: ExitCode {
        switch self {
        case .sourcePath, .secretMissing, .historyUnusable, .rootTooLarge, .signerRetired:
            .couldNotLook
        case .noRecoveryRecipient, .recipient: .usage
        }
    }
}
