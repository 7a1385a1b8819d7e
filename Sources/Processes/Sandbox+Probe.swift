import Glibc

extension Sandbox {
    /// Runs a shell inside that looks whether the sandbox really holds.
    ///
    /// - Returns: what it saw; ``SandboxEvidence/isIsolated`` judges it.
    /// - Throws: ``ProcessError`` if no sandbox could be made: also then nothing is isolated.
    package func probe() throws(ProcessError) -> SandboxEvidence {
        let paths = covered
        let output = try wrap(Command("/bin/sh", ["-c", Sandbox.script, "probe"] + paths))
            .run(timeout: .seconds(30), outputBytesMax: 1 << 20)
        let seen = Lines(output.text)
        guard output.status.isSuccess, seen.all("end").count == 1,
            let userID = seen.all("user").first.flatMap({ UInt32($0.key) })
        else {
            throw .notIsolated(String(output.errorTail.prefix(200)))
        }
        let namespaces = seen.all("namespace").filter { name, inside in
            inside.isEmpty || inside == Sandbox.ownNamespace(name)
        }
        let visible = paths.indices.filter { index in
            let names = seen.all("entry").filter { $0.key == "\(index)" }.map(\.value)
            return !names.allSatisfy { shows(paths[index] + "/" + $0) }
        }
        return SandboxEvidence(
            userID: userID,
            interfaces: seen.all("interface").map(\.key),
            sharedNamespaces: namespaces.map(\.key),
            visible: visible.map { paths[$0] },
            hidden: paths.indices.filter { !visible.contains($0) }.map { paths[$0] },
            writable: seen.all("writable").map(\.key),
            memoryMax: seen.all("memory").first.flatMap { Int($0.key) },
            processes: Int(seen.all("processes").first?.key ?? "") ?? .max
        )
    }

    /// Whether `path` leads to something that this sandbox shows on purpose.
    private func shows(_ path: String) -> Bool {
        (readable + [scratch].compactMap(\.self)).contains { Sandbox.isBeneath($0, path) }
    }

    /// As readlink(1) gives it inside: `net:[4026531840]`.
    private static func ownNamespace(_ name: String) -> String? {
        var target = [CChar](repeating: 0, count: 256)
        let count = unsafe readlink("/proc/self/ns/" + name, &target, target.count)
        return count > 0
            ? String(decoding: target[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self) : nil
    }

    /// Lines of a word, a key and a value.
    private struct Lines {
        private let lines: [[Substring]]

        init(_ text: String) {
            lines = text.split(separator: "\n").map { $0.split(separator: " ") }
        }

        func all(_ word: Substring) -> [(key: String, value: String)] {
            lines.filter { $0.first == word }.map { words in
                let values = words.dropFirst()
                return (String(values.first ?? ""), String(values.dropFirst().first ?? ""))
            }
        }
    }

    /// Gets the hidden directories as its arguments. `/sys` would show the interfaces of the
    /// machine, whatever the network namespace is, so `/proc/net/dev` is read.
    private static let script = """
        echo "user $(id -u)"
        while read -r name rest; do
            case "$name" in *:*) echo "interface ${name%%:*}" ;; esac
        done < /proc/net/dev
        for name in net pid mnt ipc uts user; do
            echo "namespace $name $(readlink /proc/self/ns/$name)"
        done
        index=0
        for path in "$@"; do
            ls -A "$path" 2>&1 | while read -r name; do echo "entry $index ${name%% *}"; done
            index=$((index + 1))
        done
        for path in / /etc /usr /var /var/lib /opt; do
            if (: > "$path/.toride-probe-$$") 2> /dev/null; then echo "writable $path"; fi
        done
        while read -r name; do
            case "$name" in
            "Max data size"*) set -- $name && echo "memory $4" ;;
            esac
        done < /proc/self/limits
        set -- /proc/[0-9]*
        echo "processes $#"
        echo end
        """
}
