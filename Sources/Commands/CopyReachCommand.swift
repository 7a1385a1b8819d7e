import ArgumentParser
import Console
import Format
import Model
import Network
import Scheduling

/// `toride copy reach`.
struct CopyReachCommand: Performing {
    static let configuration = CommandConfiguration(
        commandName: "reach",
        abstract: "Try from this machine to connect to addresses, as a store's probe does.",
        discussion: """
            Prints a line for each, with what became of it: connected, refused (something there \
            answered), unreachable, filtered (this machine's own rules or routes keep it from \
            trying) or timed-out. Nothing is sent, and no configuration is needed.

            It is for a machine in a network that is to be kept apart from a store of class O5: \
            toride copy attack runs it there by the probe: of the store, and judges the lines. \
            Addresses are numbers; a name that is unknown there would keep nobody out.

            It ends with 0 if every address was tried, whatever came of it. Of one that cannot be \
            tried there is no line; the others are tried all the same.

            \(Model.ExitCode.help)
            """
    )

    @OptionGroup var options: GlobalOptions

    @Argument(help: "The addresses with their ports: 192.0.2.10:445, [2001:db8::1]:445.")
    var addresses: [String]

    @Option(help: "How long to wait for each, such as 20s; 5s if it is not said.")
    var within: String?

    func validate() throws {
        if let other = addresses.first(where: { NetworkAddress($0) == nil }) {
            throw ValidationError("\(other) is no address and port such as 192.0.2.10:445")
        }
        guard within == nil || time != nil else {
            throw ValidationError("--within is a number and s, m, h or d, such as 20s")
        }
    }

    private var time: Duration? {
        // That it is none is told when the command line is validated.
        within.flatMap { try? DurationText.parse($0) }
    }

    func perform(_ terminal: Terminal) throws -> Model.ExitCode {
        var code: Model.ExitCode = .done
        var answers: [JSONValue] = []
        for address in addresses.compactMap({ NetworkAddress($0) }) {
            var members: [String: JSONValue] = ["address": .string(address.description)]
            do throws(NetworkError) {
                let answer = try NetworkReach.connect(
                    to: address,
                    within: time ?? NetworkReach.timeoutDefault
                )
                // The same in every language: programs read it (docs/decisions/0019).
                terminal.say("\(address) \(answer.rawValue)")
                members["answer"] = .string(answer.rawValue)
            } catch {
                let complaint = Complaint(error)
                terminal.complain(complaint)
                members["error"] = .string(complaint.text)
                code = code.graver(complaint.code)
            }
            answers.append(.object(members))
        }
        terminal.answer(.object(["addresses": .array(answers)]))
        return code
    }
}
