import Model

/// What the operator typed can be parsed, and means nothing here.
struct UsageError: ToldError {
    let description: String
    let hint: String

    var exitCode: ExitCode { .usage }

    /// States what is wrong and what would be right.
    init(_ description: String, hint: String) {
        self.description = description
        self.hint = hint
    }
}
