package import Model

/// What is wrong with what an operator asked of a verification.
package enum RequestError: ToldError, Equatable {
    /// Not `SET=SEQ:HASH`.
    case head(String)
    /// Not the id of a set, where nobody knows their names.
    case set(String)
    /// Not a public key, nor a file of such.
    case signer(String)
    /// Nobody's signature would be believed.
    case noSigner

    package var description: String {
        switch self {
        case .head(let text): "\(text) is not SET=SEQ:HASH"
        case .set(let text):
            "\(text) is not the id of a set, and without a configuration no name is"
        case .signer(let text): "\(text) is not a signer's public key"
        case .noSigner: "no signer is named, so no manifest could be believed"
        }
    }

    package var hint: String {
        switch self {
        case .head: "such as ehr-db=12:6f0c…, with all 64 digits, as `toride verify` prints it"
        case .set: "32 hexadecimal digits: the names of the folders under snapshots/ are the ids"
        case .signer:
            "64 hexadecimal digits in lower case, as `toride init` prints them, or a file with one "
                + "such key a line"
        case .noSigner: "give --signer with the public key that `toride init` printed"
        }
    }

    package var exitCode: ExitCode { .usage }
}
