/// What to run as a child process. Nothing is inherited but what stands here.
package struct Command: Hashable, Sendable {
    /// Where a program without a slash in its name is looked for: never the caller's PATH.
    package static let path = ["/usr/local/sbin", "/usr/local/bin"] + systemPath
    private static let systemPath = ["/usr/sbin", "/usr/bin", "/sbin", "/bin"]

    /// The environment of a command that names none.
    package static let minimalEnvironment = [
        "PATH": path.joined(separator: ":"), "LANG": "C.UTF-8",
    ]

    /// An absolute path, or a name looked up in ``path``.
    package var executable: String
    /// The arguments after the program's name. Visible to every user of the machine: no secrets.
    package var arguments: [String]
    /// The whole environment. Readable by the same user and root only: the place for a password.
    package var environment: [String: String]
    /// Where it runs; nil for where this process is.
    package var workingDirectory: String?

    /// Describes a command.
    package init(
        _ executable: String,
        _ arguments: [String] = [],
        environment: [String: String] = minimalEnvironment,
        workingDirectory: String? = nil
    ) {
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
        self.workingDirectory = workingDirectory
    }

    /// The program's file name, for messages.
    package var name: String {
        String(executable.split(separator: "/").last ?? Substring(executable))
    }
}
