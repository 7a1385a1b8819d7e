import Glibc
package import Model

/// A connection that this machine could not even try, so that nothing can be said of who is there.
package struct NetworkError: ToldError, Equatable {
    /// Where it was to go.
    package let address: NetworkAddress
    /// errno(3).
    package let code: Int32

    package var description: String { "\(address): could not be tried: \(reason)" }
    package var hint: String { "look at this machine's own network and its limits of open files" }
    package var exitCode: ExitCode { .couldNotLook }

    private var reason: String { unsafe String(cString: strerror(code)) }
}
