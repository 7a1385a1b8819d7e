import ArgumentParser
import Configuration
import Format
import HostState
import Custody
import Jobs
import Model
import Opening
import Recovery
import Reporting
import Repository
import Scheduling

/// `toride snapshots`: what is there.
struct SnapshotsCommand: Performing {
    static let configuration = CommandConfiguration(
        commandName: "snapshots",
        abstract: "List the snapshots of a set, or of all.",
        discussion: exitCodesHelp
    )

    @OptionGroup var options: GlobalOptions

    @Argument(help: "The set; all if none is named.")
    var set: String?

    func perform(_ terminal: Terminal) throws -> Model.ExitCode {
        let site = try Site(configPath: options.configPath)
        let wanted = try set.map { try site.set(named: $0) }
        var answers: [JSONValue] = []
        for store in site.configuration.stores {
            let repository = try site.repository(in: store)
            let history = try History(of: repository.store, trusting: try site.signers())
            let names = try site.setNames()
            for (id, manifests) in history.manifests.sorted(by: { $0.key < $1.key }) {
                let name = names[id]
                guard wanted == nil || wanted?.name == name else {
                    continue
                }
                for stored in manifests {
                    let shown = name ?? String(id.hex.prefix(8))
                    terminal.say(line(stored, shown, site, terminal))
                    answers.append(json(stored, name, store.name))
                }
            }
            FindingLines.print(history.findings, terminal, names: names)
        }
        terminal.answer(.object(["snapshots": .array(answers)]))
        return .done
    }

    private func line(
        _ stored: StoredManifest,
        _ set: String,
        _ site: Site,
        _ terminal: Terminal
    ) -> String {
        let manifest = stored.manifest
        let state = manifest.complete ? "" : terminal.words(" 不完全", " incomplete")
        let finished = site.configuration.site.timeZone.text(manifest.finished)
        return "\(stored.name.hex.prefix(12))  \(set)@\(manifest.sequence)  "
            + "\(finished)  \(ByteCount(manifest.needed.bytes))\(state)"
    }

    private func json(_ stored: StoredManifest, _ set: String?, _ store: String) -> JSONValue {
        let manifest = stored.manifest
        return .object([
            "complete": .bool(manifest.complete),
            "finished": .string(manifest.finished.rfc3339),
            "id": .string(stored.name.hex),
            "needed": .object([
                "bytes": .integer(Int64(clamping: manifest.needed.bytes)),
                "objects": .integer(Int64(clamping: manifest.needed.objects)),
            ]),
            "sequence": .integer(Int64(clamping: manifest.sequence)),
            "set": set.map { .string($0) } ?? .null,
            "setId": .string(manifest.set.hex),
            "store": .string(store),
        ])
    }
}

/// `toride ls`: the files of a snapshot.
struct ListCommand: Performing {
    static let configuration = CommandConfiguration(
        commandName: "ls",
        abstract: "List the files of a snapshot.",
        discussion: exitCodesHelp
    )

    @OptionGroup var options: GlobalOptions
    @OptionGroup var opening: OpeningOptions

    @Argument(help: "SET@latest, SET@SEQ or an id's beginning.")
    var snapshot: String

    @Argument(help: "Only this path and what is beneath it.")
    var path: String?

    func perform(_ terminal: Terminal) throws -> Model.ExitCode {
        let (opened, outdated) = try opening.open(snapshot, options, terminal)
        let wanted = path.map { RecordPath.relative($0) }
        var answers: [JSONValue] = []
        var isFound = false
        try opened.forEachRecord(from: wanted) { record in
            if let wanted, record.path != wanted, !RecordPath.isBeneath(record.path, wanted) {
                return false
            }
            isFound = true
            terminal.say(RecordLine.text(record))
            if terminal.isJSON {
                answers.append(RecordLine.json(record))
            }
            return true
        }
        if let wanted, !isFound {
            throw RecoveryError.noSuchPath(String(decoding: wanted, as: UTF8.self))
        }
        FindingLines.print(outdated, terminal)
        terminal.answer(
            .object(["files": .array(answers), "findings": FindingLines.json(outdated)])
        )
        return ExitCode(Verdict(outdated))
    }
}

/// How a snapshot is opened.
struct OpeningOptions: ParsableArguments {
    @Option(help: "The identity file (AGE-SECRET-KEY-1…).")
    var identity: String

    @Option(help: "Only this store.")
    var copy: String?

    @Option(help: "Public key of another host's signer, 64 hexadecimal digits.")
    var signer: [String] = []

    /// Finds and opens a snapshot; says so if its signer is a stranger.
    ///
    /// - Parameters:
    ///   - snapshot: as the operator typed it.
    ///   - options: where the configuration is.
    ///   - terminal: gets what is odd about the snapshot.
    /// - Returns: the snapshot, and where the newest was asked for, what shows that it is not.
    /// - Throws: what ``SnapshotFinder`` and ``OpenedSnapshot`` throw.
    func open(
        _ snapshot: String,
        _ options: GlobalOptions,
        _ terminal: Terminal
    ) throws -> (snapshot: OpenedSnapshot, outdated: [Finding]) {
        let site = try Site(configPath: options.configPath)
        let identities = try IdentityFile.read(identity, terminal)
        let found = try SnapshotFinder(site: site, store: copy, signers: signer)
            .find(snapshot, with: identities)
        if !found.isTrusted {
            terminal.remark(
                terminal.words(
                    "注意: この世代の署名者はこのホストの知らない鍵です (--signer で指定できます)。",
                    "note: the snapshot's signer is not known to this host (name it with --signer)"
                )
            )
        }
        do {
            return (
                try OpenedSnapshot(found.stored, in: found.repository, with: identities),
                found.outdated
            )
        } catch let error as any ToldError {
            throw AboutError(subject: snapshot, error: error)
        }
    }
}
