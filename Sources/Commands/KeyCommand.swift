import ArgumentParser
import Catalog
import Console
import FileSystem
import Configuration
import Format
import Glibc
import HostState
import Jobs
import Model
import Opening
import Primitives
import Reporting

/// `toride key`: identities and what proves them.
struct KeyCommand: CommandGroup {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "Make and check recovery keys; renew what is sealed to them.",
        discussion: Model.ExitCode.help,
        subcommands: [
            KeyNew.self, KeyCheck.self, KeyRotate.self, KeyRewrap.self,
        ]
    )
}

/// `toride key new`: makes an identity.
struct KeyNew: Performing {
    static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Make an identity file and print its recipient.",
        discussion: """
            The file is an ordinary age identity: whoever has it opens every backup sealed to its \
            recipient. Make the recovery identity on a machine that is not the backup host, and \
            keep it offline. Only the recipient (age1…) goes into the configuration.

            \(Model.ExitCode.help)
            """
    )

    @OptionGroup var options: GlobalOptions

    @Option(help: "The file to make; it must not exist.")
    var out: String

    func perform(_ terminal: Terminal) throws -> Model.ExitCode {
        let identity = try AgeIdentity.generate()
        let file = try identity.file(created: WallClock.now())
        try SecretFile.create(out) { file.write(to: $0) }
        let recipient = identity.recipient.description
        terminal.say(recipient)
        terminal.remark(
            terminal.words(
                "\(out) に復旧鍵を作りました。印刷またはUSBメモリーに写し、金庫で保管してください。",
                "\(out) holds the identity. Copy it to paper or a stick and lock it away."
            )
        )
        terminal.answer(.object(["identity": .string(out), "recipient": .string(recipient)]))
        return .done
    }
}

/// `toride key check`: proves a recovery key.
struct KeyCheck: Performing {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Prove that the recovery key exists and opens.",
        discussion: """
            On the host: `toride key check --challenge FILE` writes a challenge. Carry it to the \
            machine where the key is, offline: `toride key check --open FILE --identity KEY` \
            prints a code. Back on the host: `toride key check --answer CODE`. With --identity \
            alone all three happen at once, which only a test should do.

            \(Model.ExitCode.help)
            """
    )

    @OptionGroup var options: GlobalOptions

    @Option(help: "Which configured recipient.")
    var recipient = "recovery"

    @Option(help: "Write a challenge to this file.")
    var challenge: String?

    @Option(help: "Open a challenge (no configuration needed).")
    var open: String?

    @Option(help: "The identity file.")
    var identity: String?

    @Option(help: "The code that opening the challenge gave.")
    var answer: String?

    func perform(_ terminal: Terminal) throws -> Model.ExitCode {
        if let open {
            return try openChallenge(open, terminal)
        }
        let site = try Site(configPath: options.configPath)
        guard let configured = site.configuration.recipient(named: recipient) else {
            let known = site.configuration.recipients.map(\.name).joined(separator: ", ")
            throw UsageError(
                "there is no recipient \(recipient) in the configuration",
                hint: known.isEmpty ? "add it under recipients:" : "the recipients are: \(known)"
            )
        }
        let key = try AgeRecipient(configured.text)
        if let answer {
            return try accept(answer, key, site, terminal)
        }
        let sealed = try KeyChallenge.make(for: key, in: site.state)
        if let challenge {
            try SmallFile.write(sealed, to: challenge, mode: 0o644)
            terminal.say(
                terminal.words(
                    "\(challenge) を鍵のある端末へ運び、そこで: toride key check --open \(challenge) "
                        + "--identity 鍵ファイル",
                    "carry \(challenge) to the key; there: toride key check --open \(challenge) "
                        + "--identity KEYFILE"
                )
            )
            terminal.answer(.object(["challenge": .string(challenge)]))
            return .done
        }
        guard let identity else {
            throw UsageError(
                "what is to be done with the recovery key is not said",
                hint: "give --challenge, --open, --answer or --identity"
            )
        }
        let nonce = try AgeOpener.open(
            sealed,
            with: try IdentityFile.read(identity, terminal),
            sealedTo: [key]
        )
        return try accept(try KeyChallenge.code(of: nonce), key, site, terminal)
    }

    private func openChallenge(_ path: String, _ terminal: Terminal) throws -> Model.ExitCode {
        guard let identity else {
            throw UsageError("--open needs the key", hint: "give --identity FILE")
        }
        guard let sealed = try SmallFile.read(path, bytesMax: Limits.keyObjectBytesMax) else {
            throw FileSystemError("open", path, code: ENOENT)
        }
        let nonce = try AgeOpener.open(sealed, with: try IdentityFile.read(identity, terminal))
        let code = try KeyChallenge.code(of: nonce)
        terminal.say(code)
        terminal.answer(.object(["code": .string(code)]))
        return .done
    }

    private func accept(
        _ code: String,
        _ key: AgeRecipient,
        _ site: Site,
        _ terminal: Terminal
    ) throws -> Model.ExitCode {
        let verdict: Verdict =
            try KeyChallenge.accept(code, for: key, in: site.state) ? .proven : .failed
        var row = KeyCheckRow(
            recipient: key.description,
            time: WallClock.now(),
            verdict: verdict,
            recordKey: nil
        )
        if let store = site.configuration.stores.first {
            row.recordKey = try SignedHistory(of: site)
                .append(row, in: try site.repository(in: store))
        }
        try site.catalog().record(keyCheck: row)
        terminal.say(
            terminal.words("復旧鍵 \(recipient): ", "recovery key \(recipient): ")
                + VerdictText.word(verdict, terminal.language)
        )
        terminal.answer(
            .object(["recipient": .string(key.description), "verdict": .string(verdict.rawValue)])
        )
        return ExitCode(verdict)
    }
}
