import ArgumentParser
import Console
import Jobs
import Model

/// `toride copy release`.
struct CopyReleaseCommand: Performing {
    static let configuration = CommandConfiguration(
        commandName: "release",
        abstract: "End the legal hold of a snapshot.",
        discussion: """
            Lifts the hold of each object that no other held snapshot needs there; locks stay as \
            they are. The signed records there tell what other hosts hold, and what a lost catalog \
            has forgotten. While it is not known what is needed nothing is lifted.

            Whoever may set a hold may lift it; --credentials names a file of somebody else's \
            credentials, where this host's may not.

            The reason stands in a signed record beside the backups: it must name no patient.

            \(Model.ExitCode.help)
            """
    )

    @OptionGroup var options: GlobalOptions
    @OptionGroup var hold: HoldOptions

    func perform(_ terminal: Terminal) throws -> Model.ExitCode {
        try hold.perform(.release, options, terminal)
    }
}
