package import Model

extension ExitCode {
    /// What each program's help says of how it ends.
    package static let help = """
        Exit codes: 0 done, and where a verdict is asked, proven · 1 failed: the data is bad · \
        2 usage or configuration · 3 not-proven or incomplete · 4 could not look (store, server or \
        key out of reach, wrong identity) · 5 internal fault
        """

    /// The one that weighs more: a failure of the data before anything that was not proven.
    package func graver(_ other: ExitCode) -> ExitCode {
        let order: [ExitCode] = [
            .failed, .internalFault, .usage, .couldNotLook, .notProven, .done,
        ]
        return order.first { $0 == self || $0 == other } ?? .internalFault
    }
}
