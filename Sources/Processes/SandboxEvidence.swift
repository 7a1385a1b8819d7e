package import Model

/// What a program sees that runs in a ``Sandbox``: found out from inside.
package struct SandboxEvidence: Hashable, Sendable {
    /// Who it is there.
    package let userID: UInt32
    /// The network interfaces of its own network namespace.
    package let interfaces: [String]
    /// Namespaces that it shares with us, of net, pid, mnt, ipc, uts and user.
    package let sharedNamespaces: [String]
    /// Hidden directories in which it sees anything.
    package let visible: [String]
    /// Hidden directories that are empty there.
    package let hidden: [String]
    /// Directories outside the scratch directory where it could make a file.
    package let writable: [String]
    /// Most bytes of memory that one process may have; nil if there is no limit.
    package let memoryMax: Int?
    /// Processes that it sees; its own shell and what that runs.
    package let processes: Int

    /// Whether the sandbox holds: all of it, or not.
    package var isIsolated: Bool {
        userID != 0 && interfaces == ["lo"] && sharedNamespaces.isEmpty && visible.isEmpty
            && !hidden.isEmpty && writable.isEmpty && memoryMax != nil
            && processes <= SandboxEvidence.processesMax
    }

    /// bubblewrap's own, the probe's shell and two commands of a pipe.
    static let processesMax = 4

    /// The evidence as a record keeps it. Names directories of this machine, no patient data.
    package var facts: [String: String] {
        [
            "user": "\(userID)",
            "interfaces": interfaces.joined(separator: " "),
            "sharedNamespaces": sharedNamespaces.joined(separator: " "),
            "visible": visible.joined(separator: " "),
            "hidden": hidden.joined(separator: " "),
            "writable": writable.joined(separator: " "),
            "memoryMax": memoryMax.map { "\($0)" } ?? "unlimited",
            "processes": "\(processes)",
        ]
    }

    /// What a drill in this sandbox must report: nothing, if it holds.
    package var findings: [Finding] {
        isIsolated ? [] : [Finding(.isolationMissing, .named("sandbox"), evidence: facts)]
    }
}
