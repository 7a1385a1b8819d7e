import ArgumentParser
import Console
import Format
import HostState
import Jobs
import Model
import Primitives
import Verification

/// `toride signer`: whose signatures are believed.
struct SignerCommand: CommandGroup {
    static let configuration = CommandConfiguration(
        commandName: "signer",
        abstract: "Pin, list and retire signers' public keys.",
        discussion: Model.ExitCode.help,
        subcommands: [SignerListCommand.self, SignerAdd.self, SignerRetire.self]
    )
}

/// `toride signer list`.
struct SignerListCommand: Performing {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List whose signatures are believed, for what and up to where.",
        discussion: """
            With --file it prints a signer file: all that is pinned here and this host's own keys. \
            Put it on the medium, or give it to whoever verifies, who names it with --signer.

            \(Model.ExitCode.help)
            """
    )

    @OptionGroup var options: GlobalOptions

    @Flag(help: "Print a signer file.")
    var file = false

    func perform(_ terminal: Terminal) throws -> Model.ExitCode {
        let site = try Site(configPath: options.configPath)
        let names = try site.setNames()
        let own = try site.state.ownPins()
        let kept = try site.state.pins().pins
        // A key that is retired but not yet replaced stands in both: the list decides.
        let places: [(SignerLines.Place, [SignerPin])] = [
            (.own, own.filter { pin in !kept.contains { $0.key == pin.key } }), (.state, kept),
            (.configuration, try site.configuredPins()),
        ]
        if file {
            var lines = SignerFile()
            for pin in places.flatMap(\.1) where lines.pin(of: pin.key) == nil {
                lines.put(pin)
            }
            terminal.say(lines.pins.map(\.line).joined(separator: "\n"))
        }
        var answers: [JSONValue] = []
        for (place, pins) in places {
            for pin in pins {
                if !file {
                    terminal.say(SignerLines.text(pin, place, names, terminal))
                }
                answers.append(SignerLines.json(pin, place, names))
            }
        }
        terminal.answer(.object(["signers": .array(answers)]))
        return .done
    }
}

/// `toride signer add`.
struct SignerAdd: Performing {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Pin a signer's public key: for all it signs, or for named kinds and sets.",
        discussion: """
            Kinds are snapshot, verification, drill, key-check, rewrap, attack and hold. A host \
            signs snapshot and key-check; verifications, attacks and holds, drills, and rewraps \
            are signed with keys of their own. `toride signer list --file` there prints them all. \
            A pin takes the place of an earlier one of the same key, but never of one that is \
            retired.

            \(Model.ExitCode.help)
            """
    )

    @OptionGroup var options: GlobalOptions

    @Argument(help: "The key, 64 hexadecimal digits, or a signer file.")
    var signer: String

    @Option(help: "Only for this kind; may be given again.")
    var kind: [String] = []

    @Option(help: "Only for this set, a name or an id; may be given again.")
    var set: [String] = []

    @Option(help: "What to call it.")
    var label: String?

    func perform(_ terminal: Terminal) throws -> Model.ExitCode {
        let site = try Site(configPath: options.configPath)
        let names = try site.setNames()
        let pins = try pins(site)
        var list = try site.state.pins()
        for pin in pins {
            if let key = VerifyingKey(pin.key), try site.state.signer(of: key) != nil {
                throw SignerError.own(key)
            }
            if let old = list.pin(of: pin.key), old.retirement != nil, old != pin,
                let key = VerifyingKey(pin.key)
            {
                throw SignerError.retired(key)
            }
            list.put(pin)
        }
        try site.state.prepare()
        try site.state.keep(list)
        for pin in pins {
            terminal.say(SignerLines.text(pin, .state, names, terminal))
        }
        terminal.answer(
            .object(["signers": .array(pins.map { SignerLines.json($0, .state, names) })])
        )
        return .done
    }

    private func pins(_ site: Site) throws -> [SignerPin] {
        guard var pin = VerifyingKey(hex: signer).map({ SignerPin(key: $0.bytes) }) else {
            guard kind.isEmpty, set.isEmpty, label == nil else {
                throw UsageError(
                    "--kind, --set and --label are of one key, not of a file",
                    hint: "a line of a signer file says them itself"
                )
            }
            // In a file this host's own keys stand too, where it came from here.
            return try SignerList(reading: [signer]).pins.filter { pin in
                try VerifyingKey(pin.key).flatMap { try site.state.signer(of: $0) } == nil
            }
        }
        if !kind.isEmpty {
            pin.kinds = Set(
                try kind.map { text in
                    guard let kind = SignedKind(text) else {
                        let known = SignedKind.allCases.map(\.text).joined(separator: ", ")
                        throw UsageError("--kind is not \(text)", hint: "it is one of \(known)")
                    }
                    return kind
                }
            )
        }
        if !set.isEmpty {
            pin.sets = Set(try set.map { try SetID($0, of: site) })
        }
        do throws(FormatError) {
            pin.label = try label.flatMap { text throws(FormatError) in try SignerPin.label(text) }
        } catch {
            throw UsageError("--label \(error.description)", hint: "shorten it")
        }
        return [pin]
    }
}

/// `toride signer retire`.
struct SignerRetire: Performing {
    static let configuration = CommandConfiguration(
        commandName: "retire",
        abstract: "Believe a signer up to its newest snapshot, and in nothing beyond.",
        discussion: """
            After a host was replaced or its key may have been stolen. Its snapshots up to the \
            newest that this host remembers stay believed, or up to --through: give it if a thief \
            may have signed already. A key that this host signs with is replaced: hand the new \
            public key, or `toride signer list --file`, to every verifier. The next backup of the \
            sets in question shares nothing with what was stored before.

            \(Model.ExitCode.help)
            """
    )

    @OptionGroup var options: GlobalOptions

    @Argument(help: "The key, 64 hexadecimal digits.")
    var signer: String

    @Option(help: "SET=SEQ:HASH: the newest snapshot of a set that is to be believed; again.")
    var through: [String] = []

    func perform(_ terminal: Terminal) throws -> Model.ExitCode {
        let site = try Site(configPath: options.configPath)
        guard let key = VerifyingKey(hex: signer) else {
            throw RequestError.signer(signer)
        }
        var heads: [SetID: Head] = [:]
        for text in through {
            let asked = try ExpectedHead(text)
            guard heads.updateValue(asked.head, forKey: try SetID(asked.set, of: site)) == nil
            else {
                throw UsageError("--through names \(asked.set) twice", hint: "give one head a set")
            }
        }
        let outcome = try SignerRetirement(of: key, through: heads, site).run()
        SignerLines.tell(outcome, try site.setNames(), terminal)
        return .done
    }
}
