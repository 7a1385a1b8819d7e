import ArgumentParser
import Configuration
import Console
import FileSystem
import Glibc
import HostState
import Jobs
import Model
import Format
import Primitives
import Repository

/// `toride init`: the configuration, the host's key, the first repository.
struct InitCommand: Performing {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Write a commented configuration, the host's key and the first repository.",
        discussion: """
            Run it once with --recovery to write the configuration, then edit that file, then run \
            it again: what exists is kept, what is missing is made.

            \(Model.ExitCode.help)
            """
    )

    @OptionGroup var options: GlobalOptions

    @Option(help: "Recipient of the recovery key (age1…), as `toride key new` prints it.")
    var recovery: String?

    @Option(help: "Recipient of the drill key (age1…).")
    var drill: String?

    @Option(help: "The site's name.")
    var site = "病院"

    @Option(help: "The site's time zone.")
    var timezone = "Asia/Tokyo"

    @Option(help: "Where the host keeps its state.")
    var state = "/var/lib/toride"

    @Option(help: "Where the first store lies.")
    var store = "/srv/toride"

    func perform(_ terminal: Terminal) throws -> Model.ExitCode {
        let path = options.configPath
        if unsafe access(path, F_OK) != 0 {
            try writeConfiguration(path)
            terminal.say(terminal.words("設定ファイルを作りました: \(path)", "wrote \(path)"))
        }
        let site = try Site(configPath: path)
        try site.state.prepare()
        try site.state.makeSigningKey()
        let signer = Hex.encode(try site.state.signingKey().verifyingKey.bytes)
        terminal.say(terminal.words("ホストの署名鍵: \(signer)", "host's signing key: \(signer)"))
        var prepared: [Repository] = []
        // Media are made one by one, when they are mounted.
        let homes = site.configuration.stores.filter { $0.media == nil }
        for store in homes {
            let repository = try prepare(store, like: prepared.first?.descriptor, site)
            prepared.append(repository)
            let id = repository.descriptor.repository.hex
            terminal.say(
                terminal.words(
                    "保管先 \(store.name): リポジトリ \(id) (\(store.place))",
                    "store \(store.name): repository \(id) in \(store.place)"
                )
            )
        }
        let stores = zip(homes, prepared).map { store, repository in
            JSONValue.object([
                "repository": .string(repository.descriptor.repository.hex),
                "store": .string(store.name),
            ])
        }
        terminal.answer(
            .object([
                "configuration": .string(path), "signer": .string(signer),
                "stores": .array(stores),
            ])
        )
        terminal.remark(
            site.configuration.sets.isEmpty
                ? terminal.words(
                    "次に: \(path) の sets: を記入し、`toride doctor` を実行してください。",
                    "next: fill in sets: in \(path), then run `toride doctor`"
                )
                : terminal.words(
                    "次に: `toride doctor` で確かめ、`toride backup` を実行してください。",
                    "next: run `toride doctor`, then `toride backup`"
                )
        )
        return .done
    }

    private func writeConfiguration(_ path: String) throws {
        for (name, text) in [("recovery", recovery), ("drill", drill)] {
            guard let text else {
                continue
            }
            do throws(AgeFormatError) {
                _ = try AgeRecipient(text)
            } catch {
                throw SiteError.recipient(name, reason: error.description)
            }
        }
        if let slash = path.lastIndex(of: "/"), slash != path.startIndex {
            try FolderTree.make(String(path[..<slash]), mode: 0o755)
        }
        let template = ConfigurationTemplate(
            siteName: site,
            timeZone: timezone,
            language: Configuration.Language(rawValue: options.lang ?? "ja") ?? .japanese,
            recovery: recovery,
            drill: drill,
            state: state,
            store: store
        )
        let text = Array(template.text.utf8)
        _ = try Configuration.parse(text, file: path)
        try SmallFile.write(text, to: path, mode: 0o644)
    }

    /// Opens the repository of a store, or makes it: with the id of the site's first, so that each
    /// store can take copies of the others.
    private func prepare(
        _ store: Configuration.Store,
        like first: Descriptor?,
        _ site: Site
    ) throws -> Repository {
        if let folder = store.folder {
            try FolderTree.make(folder, mode: 0o700)
        }
        let opened = try site.open(store)
        do {
            return try Repository(opening: opened)
        } catch RepositoryError.noRepository {
            let id = try first?.repository ?? RepositoryID(try Randomness.id())
            return try Repository(creating: id, in: opened)
        }
    }
}
