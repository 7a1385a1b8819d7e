import ArgumentParser
import Catalog
import Configuration
import Console
import Custody
import Drills
import Format
import Jobs
import Model
import Scheduling

/// `toride drill step`: what only people can do, with its moment.
struct DrillStepCommand: Performing {
    static let configuration = CommandConfiguration(
        commandName: "step",
        abstract: "Note a step of a recovery that a person took.",
        discussion: """
            Before a drill: declared (from then on time counts), key-obtained, medium-mounted; \
            the plan's next `toride drill run` takes them into its record. After it has ended: \
            usable (a clinician, named by --by, opened charts), interfaces-back; they are signed \
            and stand beside the newest drill of the plan.

            \(Model.ExitCode.help)
            """
    )

    @OptionGroup var options: GlobalOptions

    @Argument(help: "The plan.")
    var plan: String

    @Argument(help: "declared, key-obtained, medium-mounted, usable or interfaces-back.")
    var step: String

    @Option(help: "When, as 2026-11-23T09:00:00+09:00; now if it is left out.")
    var at: String?

    @Option(help: "Who took it.")
    var by: String?

    func perform(_ terminal: Terminal) throws -> Model.ExitCode {
        let site = try Site(configPath: options.configPath)
        guard let configured = site.configuration.drill(named: plan) else {
            throw DrillJobError.noSuchPlan(plan, known: site.configuration.drills.map(\.name))
        }
        let outcome = try DrillStepJob(
            site: site,
            plan: configured,
            tool: Version.tool,
            now: WallClock.now
        ).note(step, at: at.map(moment), by: by)
        show(outcome, site, terminal)
        terminal.answer(json(outcome))
        return .done
    }

    private func moment(_ text: String) throws -> Timestamp {
        guard let moment = Timestamp(rfc3339WithOffset: text) else {
            throw UsageError(
                "--at \(text) is not a moment",
                hint: "write it as 2026-11-23T09:00:00+09:00 or 2026-11-23T00:00:00Z"
            )
        }
        return moment
    }

    private func show(_ outcome: DrillStepJob.Outcome, _ site: Site, _ terminal: Terminal) {
        let at = site.configuration.site.timeZone.text(outcome.noted.at)
        let noted = "\(plan): \(outcome.noted.step.rawValue) \(at)"
        guard let drill = outcome.drill else {
            terminal.say(
                noted
                    + terminal.words("（次の復元訓練の記録に入ります）", " (for the plan's next drill)")
            )
            return
        }
        terminal.say(
            noted + terminal.words("（復元訓練 \(drill.id)）", " (after drill \(drill.id))")
        )
        terminal.say("  \(outcome.noted.recordKey ?? terminal.words("署名なし", "unsigned"))")
        DrillClaimLines.show(outcome.claims, terminal)
    }

    private func json(_ outcome: DrillStepJob.Outcome) -> JSONValue {
        .object([
            "claims": outcome.claims?.json ?? .null,
            "drill": outcome.drill.map { .string($0.id) } ?? .null,
            "noted": outcome.noted.json,
            "plan": .string(plan),
        ])
    }
}
