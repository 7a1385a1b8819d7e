import Configuration
import Console
import Format
import Jobs
import Model
import Workers

/// Work on one set after the other: what goes wrong with one keeps no other from its turn.
enum SetBySet {
    /// How the work on one set ended, and what programs are told of it.
    typealias Outcome = (code: Model.ExitCode, answer: JSONValue)

    /// Does the work on each of the sets, until SIGINT or SIGTERM.
    ///
    /// - Parameters:
    ///   - names: the sets; all of the configuration if there is none.
    ///   - site: whose sets they are.
    ///   - answer: what the list of answers is called in JSON.
    ///   - terminal: gets complaints, and at the end the answers.
    ///   - work: on the set of that name; asks the flag whether to stop.
    /// - Returns: the gravest of the sets' codes.
    /// - Throws: ``SiteError`` for a set that is not configured, and if none is.
    static func run(
        _ names: [String],
        of site: Site,
        answer: String,
        _ terminal: Terminal,
        _ work: (String, StopFlag) throws -> Outcome
    ) throws -> Model.ExitCode {
        let chosen = try site.sets(named: names)
        guard !chosen.isEmpty else {
            throw SiteError.noSets
        }
        let stop = site.stop
        StopSignals.set(stop)
        var code: Model.ExitCode = .done
        var answers: [JSONValue] = []
        for set in chosen {
            let outcome: Outcome
            do {
                outcome = try work(set.name, stop)
            } catch {
                let complaint = Complaint(error, about: set.name)
                terminal.complain(complaint)
                outcome = (complaint.code, complaint.json(of: set.name))
            }
            code = code.graver(outcome.code)
            answers.append(outcome.answer)
            if stop.isStopping {
                break
            }
        }
        terminal.answer(.object([answer: .array(answers)]))
        return code
    }
}
