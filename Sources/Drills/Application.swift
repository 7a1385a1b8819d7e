/// What a hospital or its vendor runs on restored data, to see whether the application works on it.
package struct Application: Hashable, Sendable {
    /// Program and arguments that bring its server up, run beside the probe; empty for none.
    package var start: [String]
    /// Program and arguments that ask: docs/decisions/0013. It waits for the server itself.
    package var probe: [String]
    /// Files and folders of this machine that both need, shown to them read-only.
    package var readable: [String]
    /// Who runs them on files, where this process is root; beside a database it is the server's
    /// user.
    package var user: String
    /// How long the probe may take.
    package var timeout: Duration
    /// Folders of this machine that neither must see: state and stores.
    package var hidden: [String]

    /// States what is run; programs and paths are absolute.
    package init(
        start: [String],
        probe: [String],
        readable: [String],
        user: String,
        timeout: Duration,
        hidden: [String]
    ) {
        self.start = start
        self.probe = probe
        self.readable = readable
        self.user = user
        self.timeout = timeout
        self.hidden = hidden
    }
}
