import CSystem
import Glibc

/// Starts the children; see docs/decisions/0001-processes.md for why by posix_spawn(3).
enum Spawning {
    /// The descriptors that become a child's 0, 1 and 2. No input means /dev/null.
    struct Streams {
        /// What it reads from.
        let input: Int32?
        /// What it writes to.
        let output: Int32
        /// Where its messages go.
        let errors: Int32
    }

    /// Starts `command` as the leader of a process group of its own, with every signal at its
    /// default and no descriptor but 0, 1 and 2.
    ///
    /// - Returns: the child's process id; whoever gets it must reap it.
    /// - Throws: ``ProcessError/notFound(_:)``; ``ProcessError/notStarted(_:code:)``, also where
    ///   exec failed.
    static func start(_ command: Command, _ streams: Streams) throws(ProcessError) -> pid_t {
        let path = try locate(command)
        var actions = unsafe posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        unsafe posix_spawn_file_actions_init(&actions)
        unsafe posix_spawnattr_init(&attributes)
        defer {
            unsafe posix_spawn_file_actions_destroy(&actions)
            unsafe posix_spawnattr_destroy(&attributes)
        }
        unsafe prepare(&actions, streams, command.workingDirectory)
        prepare(&attributes)
        let words = [command.executable] + command.arguments
        let settings = command.environment.map { "\($0.key)=\($0.value)" }
        var child: pid_t = 0
        let failure = unsafe withCStrings(words) { words in
            unsafe withCStrings(settings) { settings in
                unsafe posix_spawn(&child, path, &actions, &attributes, words, settings)
            }
        }
        guard failure == 0 else {
            throw failure == ENOENT
                ? .notFound(command.executable) : .notStarted(command.name, code: failure)
        }
        return child
    }

    /// The file of a command's program.
    private static func locate(_ command: Command) throws(ProcessError) -> String {
        let executable = command.executable
        guard !executable.contains("\0"), !command.arguments.contains(where: { $0.contains("\0") })
        else {
            throw .notStarted(command.name, code: EINVAL)
        }
        if executable.contains("/") {
            return executable
        }
        for directory in Command.path {
            let path = "\(directory)/\(executable)"
            if unsafe access(path, X_OK) == 0 {
                return path
            }
        }
        throw .notFound(executable)
    }

    private static func prepare(
        _ actions: inout posix_spawn_file_actions_t,
        _ streams: Streams,
        _ directory: String?
    ) {
        if let input = streams.input {
            unsafe posix_spawn_file_actions_adddup2(&actions, input, 0)
        } else {
            unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        }
        unsafe posix_spawn_file_actions_adddup2(&actions, streams.output, 1)
        unsafe posix_spawn_file_actions_adddup2(&actions, streams.errors, 2)
        _ = unsafe csystem_spawn_close_from(&actions, 3)
        if let directory {
            _ = unsafe csystem_spawn_chdir(&actions, directory)
        }
    }

    private static func prepare(_ attributes: inout posix_spawnattr_t) {
        var all = sigset_t()
        var none = sigset_t()
        unsafe sigfillset(&all)
        unsafe sigemptyset(&none)
        let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK
        unsafe posix_spawnattr_setflags(&attributes, Int16(flags))
        unsafe posix_spawnattr_setpgroup(&attributes, 0)
        unsafe posix_spawnattr_setsigdefault(&attributes, &all)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
    }

    /// Lends a list of C strings that ends with null, as execve(2) wants it.
    private static func withCStrings<R>(
        _ strings: [String],
        _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> R
    ) -> R {
        var pointers = unsafe strings.map { unsafe strdup($0) } + [nil]
        defer { unsafe pointers.forEach { unsafe free($0) } }
        return unsafe pointers.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else {
                preconditionFailure("the list has at least its null")
            }
            return unsafe body(UnsafePointer(base))
        }
    }
}
