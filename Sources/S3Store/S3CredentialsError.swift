package import Model
package import Primitives

/// Why there are no credentials. No message holds any of them.
package enum S3CredentialsError: ToldError, Equatable {
    /// A variable of the environment is not set.
    case notSet(String)
    /// A file cannot be read; why.
    case unreadable(path: String, reason: String)
    /// Other users of this machine may read the file.
    case readableByOthers(path: String)
    /// The file has no such profile.
    case noProfile(path: String, profile: String)
    /// A profile does not say what it must; the name of what is lacking.
    case lacking(path: String, profile: String, name: String)
    /// Memory for a secret could not be had.
    case secret(CryptoError)

    package var description: String {
        switch self {
        case .notSet(let name): "the variable \(name) is not set"
        case .unreadable(let path, let reason): "\(path): \(reason)"
        case .readableByOthers(let path): "\(path): other users may read it"
        case .noProfile(let path, let profile): "\(path): there is no [\(profile)]"
        case .lacking(let path, let profile, let name): "\(path): [\(profile)] has no \(name)"
        case .secret(let error): error.description
        }
    }

    package var hint: String {
        switch self {
        case .notSet: "set it, or name a file under credentials: in the configuration"
        case .unreadable: "make the file readable for this user, and for nobody else"
        case .readableByOthers: "close it with chmod 600"
        case .noProfile, .lacking: "write it as AWS's own tools do, or name another profile"
        case .secret(let error): error.hint
        }
    }

    package var exitCode: ExitCode {
        switch self {
        case .secret(let error): error.exitCode
        default: .couldNotLook
        }
    }
}
