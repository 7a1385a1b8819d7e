package import Model
package import Primitives

/// Why nothing was sealed to the recipients.
package enum AgeSealingError: ToldError, Equatable {
    /// Nobody could open what is sealed to nobody.
    case noRecipients
    /// More recipients than an age header of ours may have.
    case tooManyRecipients(Int)
    /// An empty passphrase protects nothing.
    case emptyPassphrase
    /// A primitive failed.
    case crypto(CryptoError)

    package var description: String {
        switch self {
        case .noRecipients: "there is no recipient to seal to"
        case .tooManyRecipients(let count): "\(count) recipients are too many"
        case .emptyPassphrase: "the passphrase is empty"
        case .crypto(let error): error.description
        }
    }

    package var hint: String {
        switch self {
        case .noRecipients: "name a recovery recipient (age1…) under `recipients:`"
        case .tooManyRecipients: "name at most \(Limits.recipientsMax) recipients"
        case .emptyPassphrase: "choose a passphrase of several random words"
        case .crypto(let error): error.hint
        }
    }

    package var exitCode: ExitCode {
        switch self {
        case .noRecipients, .tooManyRecipients, .emptyPassphrase: .usage
        case .crypto(let error): error.exitCode
        }
    }
}
