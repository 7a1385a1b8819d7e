import ArgumentParser
import Catalog
import Configuration
import Console
import Custody
import Drills
import Format
import HostState
import Jobs
import Model
import ObjectStore
import Reporting
import Workers

/// `toride drill`: proof by restoring.
struct DrillCommand: CommandGroup {
    static let configuration = CommandConfiguration(
        commandName: "drill",
        abstract: "Prove by really restoring.",
        discussion: Model.ExitCode.help,
        subcommands: [
            DrillPlanCommand.self, DrillRunCommand.self, DrillSelftestCommand.self,
            DrillListCommand.self, DrillShowCommand.self, DrillStepCommand.self,
        ]
    )
}

/// What `toride drill run` and `selftest` are told.
struct DrillArguments: ParsableArguments {
    @Argument(help: "The plan; not needed where there is only one.")
    var plan: String?

    @Option(help: "The drill identity file.")
    var identity: String

    /// Runs the plan's drill and shows what came of it.
    func run(
        _ options: GlobalOptions,
        _ terminal: Terminal,
        controls: ControlScope
    ) throws -> DrillJob.Outcome {
        let site = try Site(configPath: options.configPath)
        let plans = site.configuration.drills
        let only = plans.count == 1 ? plans.first : nil
        guard let plan = plan.map({ site.configuration.drill(named: $0) }) ?? only else {
            throw DrillJobError.noSuchPlan(plan ?? "", known: plans.map(\.name))
        }
        let stop = site.stop
        StopSignals.set(stop)
        let job = DrillJob(
            site: site,
            plan: plan,
            tool: Version.tool,
            stop: stop,
            now: WallClock.now
        )
        let outcome = try job.run(
            with: try IdentityFile.read(identity, terminal),
            controls: controls,
            progress: { terminal.remark($0) }
        )
        DrillReport.show(outcome, plan, terminal)
        return outcome
    }
}

/// `toride drill run`.
struct DrillRunCommand: Performing {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Restore in isolation, compare, sabotage, and sign a record.",
        discussion: Model.ExitCode.help
    )

    @OptionGroup var options: GlobalOptions
    @OptionGroup var arguments: DrillArguments

    func perform(_ terminal: Terminal) throws -> Model.ExitCode {
        let outcome = try arguments.run(options, terminal, controls: .rotating)
        terminal.answer(DrillReport.json(outcome))
        return ExitCode(outcome.result.verdict)
    }
}

/// `toride drill selftest`.
struct DrillSelftestCommand: Performing {
    static let configuration = CommandConfiguration(
        commandName: "selftest",
        abstract: "A drill with every sabotage that is known: can the judges fail?",
        discussion: """
            Restores as a drill does, then spoils throw-away copies in every way that Toride \
            knows for the plan's sets, and says how many of them its judges found. The record is \
            signed like any drill's.

            \(Model.ExitCode.help)
            """
    )

    @OptionGroup var options: GlobalOptions
    @OptionGroup var arguments: DrillArguments

    func perform(_ terminal: Terminal) throws -> Model.ExitCode {
        let outcome = try arguments.run(options, terminal, controls: .all)
        let controls = outcome.result.controls
        let found = controls.count { $0.foundAs != nil }
        terminal.say(
            terminal.words(
                "破損検出試験: \(controls.count) 件中 \(found) 件を検出しました。",
                "sabotages found: \(found)/\(controls.count)"
            )
        )
        terminal.answer(DrillReport.json(outcome))
        return ExitCode(outcome.result.verdict)
    }
}

/// `toride drill list`.
struct DrillListCommand: Performing {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the drills that were run here.",
        discussion: Model.ExitCode.help
    )

    @OptionGroup var options: GlobalOptions

    func perform(_ terminal: Terminal) throws -> Model.ExitCode {
        let site = try Site(configPath: options.configPath)
        let drills = try site.catalog().drills()
        let points = Dictionary(grouping: drills, by: \.plan)
            .mapValues { $0.compactMap { DrillTrend.Point($0) } }
        var answers: [JSONValue] = []
        for drill in drills {
            let trend = DrillTrend(
                past: points[drill.plan] ?? [],
                present: DrillTrend.Point(drill)
            )
            let words = DrillOutlookLines.words(trend, terminal).map { "  \($0)" } ?? ""
            terminal.say(
                "\(drill.id)  \(drill.started.rfc3339)  \(drill.plan)  \(drill.verdict.rawValue)"
                    + DrillSampleLines.mark(drill, terminal) + words
            )
            answers.append(DrillReport.json(drill, with: DrillOutlookLines.json(trend)))
        }
        terminal.answer(.object(["drills": .array(answers)]))
        return .done
    }
}

/// `toride drill show`.
struct DrillShowCommand: Performing {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a drill's record.",
        discussion: """
            The record names paths and tables by tokens; --reveal maps them back with the key \
            file of this host.

            \(Model.ExitCode.help)
            """
    )

    @OptionGroup var options: GlobalOptions

    @Argument(help: "The drill's id, or its beginning.")
    var id: String

    @Flag(help: "Show what the record's tokens stand for.")
    var reveal = false

    func perform(_ terminal: Terminal) throws -> Model.ExitCode {
        let site = try Site(configPath: options.configPath)
        guard let drill = try site.catalog().drill(idPrefix: id) else {
            throw UsageError("there is no drill \(id)", hint: "look with `toride drill list`")
        }
        let story = DrillStory(drill, try DrillStepFiles(site.state).noted(as: drill.id))
        var members = DrillReport.members(of: story)
        terminal.say(
            "\(drill.id)  \(drill.plan)  \(drill.started.rfc3339)  \(drill.verdict.rawValue)"
        )
        terminal.say("  \(drill.recordKey ?? "-")")
        DrillStepLines.show(story.reached, story.noted, terminal)
        DrillReport.showOutcome(of: drill, terminal)
        DrillClaimLines.show(story.claims, terminal)
        if let key = drill.recordKey, let payload = try record(key, site) {
            terminal.say(String(decoding: payload.canonical, as: UTF8.self))
            members["record"] = payload
        }
        if reveal {
            for (token, meaning) in try tokens(drill.id, site) {
                terminal.say("  \(token) = \(SubjectText.describe(.path(meaning), .english))")
            }
        }
        terminal.answer(DrillReport.json(drill, with: members))
        return ExitCode(drill.verdict)
    }

    private func record(_ key: String, _ site: Site) throws -> JSONValue? {
        for store in try site.storesHere() {
            let opened = try site.open(store)
            if try opened.size(of: key) != nil {
                let bytes = try opened.get(key, bytesMax: Limits.documentBytesMax)
                return try JSONValue(
                    canonical: try Envelope(decoding: bytes).payload,
                    of: "a drill record"
                )
            }
        }
        return nil
    }

    private func tokens(_ id: String, _ site: Site) throws -> [(String, [UInt8])] {
        let path = "\(site.state.path)/drills/\(id).tokens"
        guard let bytes = try SmallFile.read(path, bytesMax: 16 << 20),
            case .object(let members) = try JSONValue(canonical: bytes, of: "a token map")
        else {
            throw HostStateError.missing(path, hint: "only the drill's own host has it")
        }
        return members.sorted { $0.key < $1.key }.compactMap { token, value in
            guard case .string(let text) = value, let bytes = Base64.decode(text) else {
                return nil
            }
            return (token, bytes)
        }
    }
}
