import Glibc

/// A place where a program may run that works on hostile data: no network, no process but its own,
/// of the machine's files the system's programs alone, one directory to write to.
///
/// What is not named is not there. A view of the whole machine less what is secret would show the
/// sockets of its servers wherever an administrator put them, and a network namespace does not cut
/// those off: who runs inside as `postgres` would be let into the hospital's own database.
///
/// Made with bubblewrap. What is in force is never assumed: ``probe()`` asks from inside.
///
/// The sandbox dies with the *thread* that started it (prctl(2), PR_SET_PDEATHSIG): whoever starts
/// one stays on that thread until it has ended, as
/// ``Command/run(input:timeout:outputBytesMax:isStopping:)`` and
/// ``withRunning(_:silenceMax:exitMax:demandsSuccess:isStopping:_:)`` do.
package struct Sandbox: Hashable, Sendable {
    /// What programs need, read-only: the merged `/usr` and the few files of `/etc` that the C
    /// library reads; Debian keeps PostgreSQL's dictionaries in `/var/cache`.
    private static let shown = [
        "/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/etc/alternatives",
        "/etc/group", "/etc/ld.so.cache", "/etc/localtime", "/etc/nsswitch.conf", "/etc/passwd",
        "/etc/timezone", "/var/cache/postgresql",
    ]

    /// Empty in every sandbox, and probed: where secrets, other people's data and sockets lie.
    package static let hiddenAlways = [
        "/tmp", "/var/tmp", "/run", "/root", "/home", "/srv", "/mnt", "/media",
    ]

    /// Directories that appear empty and are probed: state and store directories, beside
    /// ``hiddenAlways``.
    package var hidden: [String]
    /// Files or directories that are shown, read-only, beside the system's programs.
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
        ]
        for path in Sandbox.shown {
            let target = Sandbox.linkTarget(path)
            arguments += target.map { ["--symlink", $0, path] } ?? ["--ro-bind-try", path, path]
        }
        arguments += ["--dev", "/dev", "--proc", "/proc"]
        for path in covered {
            arguments += ["--tmpfs", path]
        }
        for path in readable {
            arguments += ["--ro-bind", path, path]
        }
        if let scratch {
            arguments += ["--bind", scratch, scratch]
        }
        // Last: until then places are made in it for what is shown.
        arguments += ["--remount-ro", "/"]
        arguments += ["--chdir", command.workingDirectory ?? scratch ?? "/"]
        arguments += ["--", command.executable] + command.arguments
        var wrapped = command
        wrapped.workingDirectory = "/"
        wrapped.executable = "prlimit"
        wrapped.arguments = Sandbox.limits + ["--", "bwrap"] + arguments
        return asAccount(wrapped)
    }

    /// No core file, which would hold patients' data, and for each process at most three quarters
    /// of the machine's memory: what is restored runs code of its own, and must not take the drill
    /// with it. More is for the unit to bound (cgroups), where systemd starts the drill.
    private static let limits = ["--core=0", "--data=\(memoryMax)"]

    /// What one process inside may have, in bytes; never more than we may ourselves.
    static let memoryMax: Int = {
        let machine = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE)) / 4 * 3
        var own = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_DATA.rawValue), &own) == 0 else {
            return machine
        }
        return min(machine, Int(clamping: own.rlim_max))
    }()

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

    /// Where a link at the root leads: `/bin` to `usr/bin`. Nil for anything else.
    private static func linkTarget(_ path: String) -> String? {
        guard path.lastIndex(of: "/") == path.startIndex else {
            return nil
        }
        var target = [CChar](repeating: 0, count: 256)
        let count = unsafe readlink(path, &target, target.count)
        return count > 0
            ? String(decoding: target[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self) : nil
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
