package import Model

/// Why bytes are not an age file, an armored one, or an age key.
///
/// The sections named are those of the specification, <https://c2sp.org/age>.
package enum AgeFormatError: ToldError, Equatable {
    /// The first line is not `age-encryption.org/v1`: not an age file, or one of a later version.
    case notAgeVersion1
    /// A line of the header is not as "ABNF definition of file header" has it.
    case header(line: Int, HeaderProblem)
    /// A stanza of a kind that we know is not as its section has it.
    case stanza(type: String, StanzaProblem)
    /// The ASCII armor is not strict PEM ("ASCII armor").
    case armor(line: Int, ArmorProblem)
    /// A key is not the Bech32 (BIP-173) of 32 bytes under the prefix of its kind.
    case key(prefix: String, KeyProblem)

    /// What is wrong with a line of a header.
    package enum HeaderProblem: String, Sendable {
        case truncated = "the file ends within the header"
        case tooLong = "the header is longer than any that we read"
        case tooManyStanzas = "the header has more stanzas than any that we read"
        case noStanza = "the header has no recipient stanza"
        case notAStanza = "neither a recipient stanza nor the closing line starts here"
        case badArgument = "a stanza's arguments are not visible ASCII, parted by single spaces"
        case badBody = "a stanza's body is not canonical base64 in 64 columns"
        case badMAC = "the closing line does not hold 43 characters of canonical base64"
    }

    /// What is wrong with a stanza.
    package enum StanzaProblem: String, Sendable {
        case argumentCount = "it has another number of arguments"
        case badShare = "its share is not the canonical base64 of 32 bytes"
        case lowOrderShare = "its share is a point of low order"
        case badSalt = "its salt is not the canonical base64 of 16 bytes"
        case badWorkFactor = "its work factor is not a plain decimal number"
        case bodyByteCount = "its body does not have 32 bytes"
        case notAlone = "it must be the only stanza"
    }

    /// What is wrong with an armored file.
    package enum ArmorProblem: String, Sendable {
        case noBegin = "there is no BEGIN AGE ENCRYPTED FILE line"
        case noEnd = "there is no END AGE ENCRYPTED FILE line"
        case badLine = "the line is not canonical base64 in 64 columns"
        case tooMuchSpace = "there is more than 1 KiB of white space around it"
        case trailing = "something follows the END line"
    }

    /// What is wrong with a key.
    package enum KeyProblem: String, Sendable {
        case otherKind = "it is a key of another kind"
        case byteCount = "it is too short or too long"
        case character = "it has a character that Bech32 does not"
        case padding = "its last bits are not zero"
        case checksum = "its checksum does not match; it was probably mistyped"
        case notCanonical = "it is not a canonical X25519 public key"
        case lowOrder = "it is a point of low order, which keeps nothing secret"
    }

    package var description: String {
        switch self {
        case .notAgeVersion1: "this is not an age file of version 1"
        case .header(let line, let problem): "age header, line \(line): \(problem.rawValue)"
        case .stanza(let type, let problem): "age stanza \(type): \(problem.rawValue)"
        case .armor(let line, let problem): "armored age file, line \(line): \(problem.rawValue)"
        case .key(let prefix, let problem): "key \(prefix)1…: \(problem.rawValue)"
        }
    }

    package var hint: String {
        switch self {
        case .notAgeVersion1: "check that this is the right file"
        case .header, .stanza, .armor: "the file is damaged; take another copy of it"
        case .key(let prefix, _):
            "copy the key again, whole: \(prefix)1 and 58 more characters"
        }
    }

    package var exitCode: ExitCode {
        switch self {
        case .notAgeVersion1, .header, .stanza, .armor: .failed
        case .key: .usage
        }
    }
}
