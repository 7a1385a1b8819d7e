import Model

/// An error, with the object that it is about where the error itself cannot know it.
struct AboutError: ToldError {
    /// The object, as the operator named it.
    let subject: String
    /// What went wrong with it.
    let error: any ToldError

    var description: String { "\(subject): \(error.description)" }
    var hint: String { error.hint }
    var exitCode: ExitCode { error.exitCode }
}
