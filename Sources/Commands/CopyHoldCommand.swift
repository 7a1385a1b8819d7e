import ArgumentParser
import Console
import Jobs
import Model

/// `toride copy hold`.
struct CopyHoldCommand: Performing {
    static let configuration = CommandConfiguration(
        commandName: "hold",
        abstract: "Put all that a snapshot needs in a bucket under a legal hold.",
        discussion: """
            What is held can be deleted by nobody, whatever its lock says, and no date ends that: \
            so the last good snapshot stays while an incident is looked into. Each hold is read \
            back, and `toride copy run` looks again each time. `toride copy release` ends it.

            Whoever may set a hold may lift it. One that is set with this host's credentials is \
            none against a thief of them, so name those of somebody else with --credentials. They \
            must be allowed to list and read the bucket and the versions of its objects \
            (s3:ListBucketVersions, s3:GetObjectVersion), to see its settings of versions and \
            locks, to set and see legal holds (s3:PutObjectLegalHold, s3:GetObjectLegalHold), and \
            to store the signed record. All but the right to set holds this host must have too, to \
            look at them again.

            The reason stands in that record, beside the backups: it must name no patient.

            \(Model.ExitCode.help)
            """
    )

    @OptionGroup var options: GlobalOptions
    @OptionGroup var hold: HoldOptions

    func perform(_ terminal: Terminal) throws -> Model.ExitCode {
        try hold.perform(.place, options, terminal)
    }
}
