import ArgumentParser
import Console
import Custody
import Jobs
import Model
import Opening
import Recovery
import Repository

/// How a snapshot is opened.
struct OpeningOptions: ParsableArguments {
    @Option(help: "The identity file (AGE-SECRET-KEY-1…).")
    var identity: String

    @Option(help: "Only this store.")
    var copy: String?

    @Option(help: "Public key of another host's signer, 64 hexadecimal digits, or a signer file.")
    var signer: [String] = []

    /// Finds and opens a snapshot; says so if its signer is a stranger.
    ///
    /// - Parameters:
    ///   - snapshot: as the operator typed it.
    ///   - site: where it is looked for.
    ///   - terminal: gets what is odd about the snapshot.
    /// - Returns: the snapshot, and where the newest was asked for, what shows that it is not.
    /// - Throws: what ``SnapshotFinder`` and ``OpenedSnapshot`` throw.
    func open(
        _ snapshot: String,
        of site: Site,
        _ terminal: Terminal
    ) throws -> (snapshot: OpenedSnapshot, outdated: [Finding]) {
        let identities = try IdentityFile.read(identity, terminal)
        let pins = try SignerList(reading: signer).pins
        let found = try SnapshotFinder(site: site, store: copy, signers: pins)
            .find(snapshot, with: identities)
        if found.stored.isRefused {
            terminal.remark(
                terminal.words(
                    "注意: この世代の署名者は、この世代に署名できない鍵か、廃止した鍵です。",
                    "note: the snapshot's signer may not sign it, or is retired"
                )
            )
        } else if !found.isTrusted {
            terminal.remark(
                terminal.words(
                    "注意: この世代の署名者はこのホストの知らない鍵です (--signer で指定できます)。",
                    "note: the snapshot's signer is not known to this host (name it with --signer)"
                )
            )
        }
        do {
            return (
                try OpenedSnapshot(found.stored, in: found.repository, with: identities),
                found.outdated
            )
        } catch let error as any ToldError {
            throw AboutError(subject: snapshot, error: error)
        }
    }
}
