import ArgumentParser
import Configuration
import Console
import Format
import HostState
import Jobs
import Model
import Recovery
import Reporting
import Repository
import Scheduling

/// `toride snapshots`: what is there.
struct SnapshotsCommand: Performing {
    static let configuration = CommandConfiguration(
        commandName: "snapshots",
        abstract: "List the snapshots of a set, or of all.",
        discussion: Model.ExitCode.help
    )

    @OptionGroup var options: GlobalOptions

    @Argument(help: "The set; all if none is named.")
    var set: String?

    func perform(_ terminal: Terminal) throws -> Model.ExitCode {
        let site = try Site(configPath: options.configPath)
        let wanted = try set.map { try site.set(named: $0) }
        let signers = try site.signers()
        let names = try site.setNames()
        var answers: [JSONValue] = []
        for store in try site.storesHere() {
            let repository = try site.repository(in: store)
            let history = try History(of: repository.store, trusting: signers)
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
        discussion: Model.ExitCode.help
    )

    @OptionGroup var options: GlobalOptions
    @OptionGroup var opening: OpeningOptions

    @Argument(help: "SET@latest, SET@SEQ or an id's beginning.")
    var snapshot: String

    @Argument(help: "Only this path and what is beneath it.")
    var path: String?

    func perform(_ terminal: Terminal) throws -> Model.ExitCode {
        let site = try Site(configPath: options.configPath)
        let (opened, outdated) = try opening.open(snapshot, of: site, terminal)
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
