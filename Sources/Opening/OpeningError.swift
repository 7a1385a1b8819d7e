package import Format
package import Model
package import Primitives

/// Why an age file, or a file of identities, was not opened.
package enum OpeningError: ToldError, Equatable {
    /// The file is longer than the caller allows.
    case tooLong(bytes: Int, bytesMax: Int)
    /// The file is not age's format, or its header or armor is damaged.
    case format(AgeFormatError)
    /// scrypt would take more than the caller allows: 2^logN KiB of memory.
    case workFactorTooHigh(logN: Int, logNMax: Int)
    /// None of the identities opens any stanza.
    ///
    /// - Parameters:
    ///   - tried: the recipients whose identities were tried; none for a passphrase.
    ///   - sealedTo: the recipients that it was sealed to, as far as the caller knew: an age file
    ///     does not name them.
    ///   - stanzas: the types of the file's stanzas.
    case noIdentityMatched(
        tried: [AgeRecipient],
        sealedTo: [AgeRecipient],
        stanzas: [String]
    )
    /// An identity matched, and the header is not what was sealed: its MAC does not match.
    case headerNotAuthentic
    /// The file ends before the payload's nonce.
    case nonceMissing
    /// No payload has that length: it was cut short, or added to.
    case payloadByteCount(Int)
    /// A chunk of the payload does not authenticate; none of the payload is released.
    case payloadNotAuthentic(chunk: Int)
    /// A file of identities has none.
    case noIdentity
    /// A file of identities has more than we try.
    case tooManyIdentities(identitiesMax: Int)
    /// A line of a file of identities is no identity that we can use.
    case identity(line: Int, AgeFormatError.KeyProblem)
    /// A file of identities is itself sealed under a passphrase.
    case passphraseNeeded
    /// An identity file could not be written; the number is the errno.
    case notWritten(errno: Int32)
    /// A primitive failed for another reason than the file's bytes.
    case crypto(CryptoError)

    package var description: String {
        switch self {
        case .tooLong(let bytes, let bytesMax):
            "the file has \(bytes) bytes; what we open has at most \(bytesMax)"
        case .format(let error): error.description
        case .workFactorTooHigh(let logN, let logNMax):
            "the passphrase's work factor is \(logN); we bear at most \(logNMax)"
        case .noIdentityMatched(let tried, _, let stanzas):
            tried.isEmpty
                ? "the passphrase does not open this file (\(stanzas.joined(separator: ", ")))"
                : "none of these identities opens this file: \(OpeningError.list(tried))"
        case .headerNotAuthentic: "the header of the age file is not what was sealed"
        case .nonceMissing: "the age file ends before its payload"
        case .payloadByteCount(let count): "no age payload has \(count) bytes"
        case .payloadNotAuthentic(let chunk):
            "chunk \(chunk) of the age file's payload does not authenticate"
        case .noIdentity: "the file holds no identity"
        case .tooManyIdentities(let most): "the file holds more than \(most) identities"
        case .identity(let line, let problem): "identity file, line \(line): \(problem.rawValue)"
        case .passphraseNeeded: "the identity file is protected by a passphrase"
        case .notWritten(let errno): "the identity file could not be written (errno \(errno))"
        case .crypto(let error): error.description
        }
    }

    package var hint: String {
        switch self {
        case .tooLong: "check that this is the right file"
        case .format(let error): error.hint
        case .workFactorTooHigh(let logN, _):
            "no sane tool seals so: it would take 2^\(max(0, logN - 20)) GiB of memory to open"
        case .noIdentityMatched(_, let sealedTo, let stanzas):
            sealedTo.isEmpty
                ? "use the identity of one of its \(stanzas.count) recipients; "
                    + "the snapshot's manifest names them"
                : "use the identity of one of these recipients: \(OpeningError.list(sealedTo))"
        case .headerNotAuthentic, .nonceMissing, .payloadByteCount, .payloadNotAuthentic:
            "the file is damaged; take another copy of it"
        case .noIdentity, .identity:
            "an identity is a line AGE-SECRET-KEY-1… as `toride key new` writes it"
        case .tooManyIdentities: "keep only the identities that are needed"
        case .passphraseNeeded: "give the passphrase that it was sealed with"
        case .notWritten: "check the free space and the rights of the folder"
        case .crypto(let error): error.hint
        }
    }

    package var exitCode: ExitCode {
        switch self {
        case .headerNotAuthentic, .nonceMissing, .payloadByteCount, .payloadNotAuthentic: .failed
        case .format(let error): error.exitCode
        case .tooLong, .workFactorTooHigh, .noIdentityMatched, .notWritten: .couldNotLook
        case .noIdentity, .tooManyIdentities, .identity, .passphraseNeeded: .couldNotLook
        case .crypto(let error): error.exitCode
        }
    }

    private static func list(_ recipients: [AgeRecipient]) -> String {
        recipients.map(\.description).joined(separator: ", ")
    }
}
