import Format
import Glibc
import Model
import Processes
import TestSupport
import Testing

/// `toride copy reach`, as a probe of a store runs it.
@Suite struct ReachCommandTests {
    /// Without any configuration.
    private func run(_ words: [String]) throws -> TestSite.Outcome {
        let command = Command(try Tool.built("toride"), ["copy", "reach"] + words)
        return TestSite.outcome(try command.run(timeout: .seconds(60)))
    }

    @Test func `each address has its line, in the order in which they were given`() throws {
        let (listener, port) = try Sockets.loopbackListener()
        defer { close(listener) }
        let words = ["127.0.0.1:1", "127.0.0.1:\(port)"]
        let expected = "127.0.0.1:1 refused\n127.0.0.1:\(port) connected\n"
        for language in ["ja", "en"] {
            let outcome = try run(words + ["--lang", language, "--within", "20s"])
            #expect(outcome.code == 0 && outcome.out == expected && outcome.err == "")
        }
        let object = try run(words + ["--json"]).object()
        #expect(
            object
                == .object([
                    "addresses": .array([
                        .object([
                            "address": .string("127.0.0.1:1"), "answer": .string("refused"),
                        ]),
                        .object([
                            "address": .string("127.0.0.1:\(port)"),
                            "answer": .string("connected"),
                        ]),
                    ])
                ])
        )
    }

    @Test func `one that cannot be tried keeps no other from it`() throws {
        let (listener, port) = try Sockets.loopbackListener()
        defer { close(listener) }
        // An address of one link, without the link; or no IPv6 at all.
        let words = ["[fe80::1]:445", "127.0.0.1:\(port)"]
        let outcome = try run(words)
        #expect(outcome.code == ExitCode.couldNotLook.rawValue)
        #expect(outcome.out == "127.0.0.1:\(port) connected\n")
        #expect(outcome.err.contains("error: [fe80::1]:445: could not be tried: "))
        guard case .object(let answer) = try run(words + ["--json"]).object(),
            case .array(let addresses)? = answer["addresses"], addresses.count == 2,
            case .object(let first) = addresses[0]
        else {
            Issue.record("not the JSON of what was tried")
            return
        }
        #expect(first["address"] == .string("[fe80::1]:445") && first["answer"] == nil)
        #expect(first["error"] != nil)
    }

    @Test(arguments: [
        [], ["nas:445"], ["127.0.0.1"], ["127.0.0.1:1", "127.0.0.1:0"],
        ["127.0.0.1:1", "--within", "0s"], ["127.0.0.1:1", "--within", "soon"],
    ])
    func `what is no address or no time is refused, and nothing is tried`(
        words: [String]
    ) throws {
        let outcome = try run(words)
        #expect(outcome.code == ExitCode.usage.rawValue && outcome.out == "", "\(outcome.err)")
        #expect(!outcome.err.isEmpty)
    }

    @Test func `its help says what it is for and how it ends`() throws {
        let outcome = try run(["--help"])
        #expect(outcome.code == 0)
        #expect(outcome.out.contains("O5") && outcome.out.contains("Exit codes: "))
    }
}
