import ArgumentParser
import Console
import Jobs
import Model

/// `toride media`: copies that are carried away, and come back.
struct MediaCommand: CommandGroup {
    static let configuration = CommandConfiguration(
        commandName: "media",
        abstract: "Make media, bring them and take them away, and see where each is.",
        discussion: """
            A store with media: in the configuration is a mount point at which cartridges, discs \
            or sticks come and go. Each carries a repository, and what anyone needs to verify it.

            \(Model.ExitCode.help)
            """,
        subcommands: [
            MediaInitCommand.self, MediaAttachCommand.self, MediaDetachCommand.self,
            MediaListCommand.self, MediaCheckCommand.self, MediaRetireCommand.self,
            MediaSealCommand.self,
        ]
    )
}

/// Which media are meant.
struct MediaOptions: ParsableArguments {
    @Option(help: "The store of the media; may be left out if there is one.")
    var store: String?

    @Flag(help: "A folder will do where nothing is mounted.")
    var allowFolder = false

    /// What is done with media at the store's folder.
    func job(_ site: Site) throws -> MediaJob {
        try MediaJob(site, in: store, allowsFolder: allowFolder) { WallClock.now() }
    }
}
