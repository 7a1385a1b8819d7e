import ArgumentParser
import Clinical
import Configuration
import Console
import Custody
import Drills
import Format
import Jobs
import Model

/// `toride drill plan`.
struct DrillPlanCommand: Performing {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Say in words what a drill will prove, and what it will not.",
        discussion: """
            Looks at the configuration alone: nothing is restored.

            \(Model.ExitCode.help)
            """
    )

    @OptionGroup var options: GlobalOptions

    @Argument(help: "The plan; all if none is named.")
    var plan: String?

    func perform(_ terminal: Terminal) throws -> Model.ExitCode {
        let site = try Site(configPath: options.configPath)
        let all = site.configuration.drills
        let plans = all.filter { plan == nil || $0.name == plan }
        guard !plans.isEmpty else {
            throw DrillJobError.noSuchPlan(plan ?? "", known: all.map(\.name))
        }
        var answers: [JSONValue] = []
        for plan in plans {
            let told = PlanExplanation(plan, site.configuration)
            terminal.say("\(plan.name): \(told.heading.in(terminal))")
            for line in told.proves {
                terminal.say("  ✓ \(line.in(terminal))")
            }
            for line in told.leaves {
                terminal.say("  ✗ \(line.in(terminal))")
            }
            answers.append(
                .object([
                    "leaves": .array(told.leaves.map { .string($0.english) }),
                    "plan": .string(plan.name),
                    "proves": .array(told.proves.map { .string($0.english) }),
                ])
            )
        }
        terminal.answer(.object(["plans": .array(answers)]))
        return .done
    }
}
