package import Model

/// What the operator typed can be parsed, and means nothing here.
package struct UsageError: ToldError {
    /// What is wrong.
    package let description: String
    /// What would be right.
    package let hint: String

    package var exitCode: ExitCode { .usage }

    /// States what is wrong and what would be right.
    package init(_ description: String, hint: String) {
        self.description = description
        self.hint = hint
    }
}
