import Glibc

/// A place where a program may run that works on hostile data: no network, no process but its own,
/// a read-only view of the machine without what is secret, one directory to write to.
///
/// Made with bubblewrap. What is in force is never assumed: ``probe()`` asks from inside.
///
/// The sandbox dies with the *thread* that started it (prctl(2), PR_SET_PDEATHSIG): whoever starts
/// one stays on that thread until it has ended, as
/// ``Command/run(input:timeout:outputBytesMax:isStopping:)`` and
/// ``withRunning(_:silenceMax:exitMax:demandsSuccess:isStopping:_:)`` do.
package struct Sandbox: Hashable, Sendable {
    /// Hidden in every sandbox: secrets, other people's data, and the sockets of the machine's own
    /// servers, which a network namespace does not cut off.
    package static let hiddenAlways = [
        "/tmp", "/var/tmp", "/run", "/root", "/home", "/srv", "/mnt", "/media",
    ]

    /// Directories that appear empty: state and store directories, beside ``hiddenAlways``.
    package var hidden: [String]
    /// Files or directories that are shown, read-only, though they lie in a hidden one.
    package var readable: [String]
    /// The one directory that may be written, at its own path; the account must be able to enter
    /// it.
    package var scratch: String?
    /// Who runs inside. Nil where this process is not root: then it stays who it is.
    package var account: Account?

    /// Describes a sandbox.
    package init(
        hidden: [String] = [],
        readable: [String] = [],
        scratch: String? = nil,
        account: Account? = nil
    ) {
        self.hidden = hidden
        self.readable = readable
        self.scratch = scratch
        self.account = account
    }

    /// The command that runs `command` inside.
    ///
    /// - Parameter command: as it would run outside; paths mean the same inside.
    /// - Returns: a command to be run as any other. Its environment is that of `command`.
    package func wrap(_ command: Command) -> Command {
        var arguments = [
            "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL",
            "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc",
        ]
        for path in covered {
            arguments += ["--tmpfs", path]
        }
        for path in readable {
            arguments += ["--ro-bind", path, path]
        }
        if let scratch {
            arguments += ["--bind", scratch, scratch]
        }
        arguments += ["--chdir", command.workingDirectory ?? scratch ?? "/"]
        arguments += ["--", command.executable] + command.arguments
        var wrapped = command
        wrapped.workingDirectory = "/"
        wrapped.executable = "bwrap"
        wrapped.arguments = arguments
        return asAccount(wrapped)
    }

    /// Where an empty directory is laid over: real directories, none inside another of them.
    var covered: [String] {
        let paths = Set((Sandbox.hiddenAlways + hidden).compactMap(Sandbox.realDirectory))
        return paths.sorted().filter { path in
            !paths.contains { $0 != path && Sandbox.isBeneath(path, $0) }
        }
    }

    /// Whether `path` lies in `directory` or is it.
    package static func isBeneath(_ path: String, _ directory: String) -> Bool {
        path == directory || path.hasPrefix(directory == "/" ? "/" : directory + "/")
    }

    private func asAccount(_ command: Command) -> Command {
        guard let account, Account.isRoot else {
            return command
        }
        var command = command
        command.arguments =
            [
                "--reuid=\(account.userID)", "--regid=\(account.groupID)", "--clear-groups",
                "--inh-caps=-all", "--", command.executable,
            ] + command.arguments
        command.executable = "setpriv"
        return command
    }

    private static func realDirectory(_ path: String) -> String? {
        guard let real = unsafe realpath(path, nil) else {
            return nil
        }
        defer { unsafe free(real) }
        var status = stat()
        guard unsafe stat(real, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            return nil
        }
        return unsafe String(cString: real)
    }
}
