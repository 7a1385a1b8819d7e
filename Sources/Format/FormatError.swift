package import Model

/// Why bytes are not what FORMAT.md says they must be. Every one is a hard error: nothing is
/// guessed, skipped or defaulted.
package enum FormatError: ToldError, Equatable {
    /// The bytes end before the value does.
    case truncated(String)
    /// Bytes stand after the end of the value.
    case trailingBytes(String)
    /// A number, length or count is over its limit (Limits.swift).
    case overLimit(String)
    /// The version is not one that this program knows.
    case unknownVersion(String)
    /// A rule of the format is broken; the text names the rule.
    case invalid(String)

    package var description: String {
        switch self {
        case .truncated(let what): "\(what) ends too early"
        case .trailingBytes(let what): "\(what) has bytes after its end"
        case .overLimit(let what): "\(what) is over its limit"
        case .unknownVersion(let what): "\(what) has a version that this program does not know"
        case .invalid(let what): "\(what)"
        }
    }

    package var hint: String {
        switch self {
        case .unknownVersion: "use a newer version of Toride"
        default: "the object is damaged or was not written by Toride; run `toride verify`"
        }
    }

    package var exitCode: ExitCode {
        switch self {
        case .unknownVersion: .couldNotLook
        default: .failed
        }
    }
}
