import ArgumentParser
import Console
import Custody
import Format
import Jobs
import Model
import Opening
import Reporting
import Workers

/// `toride key rewrap`: seals what is stored to today's recipients.
struct KeyRewrap: Performing {
    static let configuration = CommandConfiguration(
        commandName: "rewrap",
        abstract: "Seal the keys of stored snapshots to today's recipients.",
        discussion: """
            After a recipient was added to the configuration: who has the new identity then opens \
            the snapshots of the past too, and the next backup need not store them anew. Only keys \
            are sealed again; no content is read.

            It takes nothing away from anyone: whoever has an identity that was a recipient, and a \
            copy of the repository from before or after, goes on opening the snapshots that were \
            sealed to him.

            \(Model.ExitCode.help)
            """
    )

    @OptionGroup var options: GlobalOptions

    @Option(help: "An identity that opens what is stored now.")
    var identity: String

    @Argument(help: "The sets; all if none is named.")
    var sets: [String] = []

    func perform(_ terminal: Terminal) throws -> Model.ExitCode {
        let site = try Site(configPath: options.configPath)
        let identities = try IdentityFile.read(identity, terminal)
        return try SetBySet.run(sets, of: site, answer: "rewraps", terminal) { set, stop in
            let outcome = try rewrap(set, identities, site, stop, terminal)
            show(outcome, of: set, terminal)
            return (outcome.unopened == 0 ? .done : .couldNotLook, json(outcome, of: set))
        }
    }

    private func rewrap(
        _ set: String,
        _ identities: borrowing AgeIdentities,
        _ site: Site,
        _ stop: StopFlag,
        _ terminal: Terminal
    ) throws -> RewrapJob.Outcome {
        let line = terminal.progress(set)
        defer { line.end() }
        let job = RewrapJob(set, site: site, stop: stop, now: WallClock.now)
        return try job.run(with: identities) { done, _ in
            line.show(files: UInt64(done), bytes: 0)
        }
    }

    private func show(_ outcome: RewrapJob.Outcome, of set: String, _ terminal: Terminal) {
        guard outcome.unopened == 0 else {
            terminal.say(
                terminal.words(
                    "\(set): この鍵では \(outcome.unopened) 個の鍵を開けません。何も記録していません。",
                    "\(set): \(outcome.unopened) keys were not opened; nothing was recorded"
                )
            )
            let reason = SafeText.escaped(outcome.reason ?? "")
            return terminal.remark(
                terminal.words(
                    "hint: 今の世代を開ける鍵を --identity に指定してください: \(reason)",
                    "hint: give the identity that opens the snapshots of today: \(reason)"
                )
            )
        }
        terminal.say(
            outcome.sealed == 0
                ? terminal.words(
                    "\(set): すべての鍵が今の受取人に開けます",
                    "\(set): all \(outcome.needed) keys are open to today's recipients already"
                )
                : terminal.words(
                    "\(set): \(outcome.sealed) 個の鍵を今の受取人に封じ直しました",
                    "\(set): sealed \(outcome.sealed) keys anew, to today's recipients"
                )
        )
    }

    private func json(_ outcome: RewrapJob.Outcome, of set: String) -> JSONValue {
        .object([
            "needed": .integer(Int64(outcome.needed)),
            "record": outcome.recordKey.map { .string($0) } ?? .null,
            "sealed": .integer(Int64(outcome.sealed)), "set": .string(set),
            "unopened": .integer(Int64(outcome.unopened)),
        ])
    }
}
