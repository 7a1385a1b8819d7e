package import Model

/// A server that was not reached, or whose answer did not come whole. No message holds a query, a
/// header or a password.
package enum HTTPError: ToldError, Equatable {
    /// libcurl cannot be used here.
    case notStarted(CurlFailure)
    /// What is configured for the server, or asked of it, is nothing that can be sent.
    case invalidRequest(String, CurlFailure)
    /// No connection came to be.
    case notReached(String, CurlFailure)
    /// A connection came to be, but not with one whom we trust.
    case notTrusted(String, CurlFailure)
    /// It took longer than it may, or was slower than it may.
    case timedOut(String, CurlFailure)
    /// The answer did not come, or not whole, or is none.
    case brokenOff(String, CurlFailure)
    /// The answer's head or body is longer than we take.
    case answerTooLong(String, bytesMax: Int)
    /// We were asked to stop.
    case stopped(String)

    package var description: String {
        switch self {
        case .notStarted(let failure): "libcurl: \(failure)"
        case .invalidRequest(let place, let failure), .notReached(let place, let failure),
            .notTrusted(let place, let failure), .timedOut(let place, let failure),
            .brokenOff(let place, let failure):
            "\(place): \(failure)"
        case .answerTooLong(let place, let max): "\(place): the answer is over \(ByteCount(max))"
        case .stopped(let place): "\(place): ended, as asked"
        }
    }

    package var hint: String {
        switch self {
        case .notStarted: "install libcurl 7.85 or newer (libcurl4), or free memory"
        case .invalidRequest: "correct what is configured for this server"
        case .notReached: "check that the server runs there and that this user may reach it"
        case .notTrusted: "check the server's certificate, and name the file of its authority"
        case .timedOut: "look what the server is busy with, or allow it more time"
        case .brokenOff: "look into the server's log and run it again"
        case .answerTooLong: "ask for less at once"
        case .stopped: "run it again"
        }
    }

    package var exitCode: ExitCode {
        switch self {
        case .stopped: .notProven
        default: .couldNotLook
        }
    }
}

/// What curl says of something that failed.
package struct CurlFailure: Hashable, Sendable, CustomStringConvertible {
    /// libcurl-errors(3).
    package let code: Int
    /// One line, without query and password.
    package let words: String

    package var description: String { "\(words) (curl \(code))" }
}
