package import Model

/// An error that quotes what a program of the hospital's own said, which may name a patient.
package protocol QuotingError: ToldError {
    /// The description without that, for logs.
    var withoutQuotes: String { get }
}
