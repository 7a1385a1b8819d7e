import Console
import Format
import Jobs
import Model
import Workers

/// Work on one store after the other: one that is out of reach keeps no other from its turn.
enum StoreByStore {
    /// How the work on one store ended, and what programs are told of it.
    typealias Outcome = (code: Model.ExitCode, answer: JSONValue)

    /// Does the work on each of the stores.
    ///
    /// - Parameters:
    ///   - parts: the stores, as the work knows them.
    ///   - name: what a store is called among the answers.
    ///   - terminal: gets complaints.
    ///   - work: on one of them.
    /// - Returns: the gravest of the stores' codes, and what programs are told of each.
    /// - Throws: ``Stopped``, which ends the others too.
    static func run<Part>(
        _ parts: [Part],
        named name: (Part) -> String,
        _ terminal: Terminal,
        _ work: (Part) throws -> Outcome
    ) throws -> (code: Model.ExitCode, answers: [JSONValue]) {
        var code: Model.ExitCode = .done
        var answers: [JSONValue] = []
        for part in parts {
            do {
                let outcome = try work(part)
                answers.append(outcome.answer)
                code = code.graver(outcome.code)
            } catch let error as Stopped {
                throw error
            } catch {
                let outcome = complain(error, of: name(part), terminal)
                answers.append(outcome.answer)
                code = code.graver(outcome.code)
            }
        }
        return (code, answers)
    }

    /// Tells of stores that could not be opened.
    ///
    /// - Parameters:
    ///   - absent: which, and why.
    ///   - terminal: gets complaints.
    /// - Returns: the gravest of their codes, and what programs are told of each.
    static func tell(
        _ absent: [VerifyPlan.Absence],
        _ terminal: Terminal
    ) -> (code: Model.ExitCode, answers: [JSONValue]) {
        let outcomes = absent.map { complain($0.error, of: $0.store, terminal) }
        let code = outcomes.reduce(Model.ExitCode.done) { $0.graver($1.code) }
        return (code, outcomes.map { $0.answer })
    }

    /// Tells what kept a store from its turn.
    ///
    /// - Parameters:
    ///   - error: what went wrong.
    ///   - store: what the store is called among the answers.
    ///   - terminal: gets the complaint.
    /// - Returns: how a command ends in which it went so, and what programs are told.
    static func complain(
        _ error: any Error,
        of store: String,
        _ terminal: Terminal
    ) -> Outcome {
        let complaint = Complaint(error)
        terminal.complain(complaint)
        return (complaint.code, .object(["error": complaint.json, "store": .string(store)]))
    }
}
