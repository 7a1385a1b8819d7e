import ArgumentParser
import Console
import Format
import Jobs
import Model
import Reporting
import Verification
import Workers

/// `toride media seal`.
struct MediaSealCommand: Performing {
    static let configuration = CommandConfiguration(
        commandName: "seal",
        abstract: "Make a read-only image of a repository, to be mounted as a medium.",
        discussion: """
            Nobody can change what is in it. It is written beside OUT, and has its name when it is \
            whole; as root it is then mounted, and every byte of it read. Mounted at a store of \
            media, it is taken up by media init with its label.

            \(Model.ExitCode.help)
            """
    )

    @OptionGroup var options: GlobalOptions

    @Argument(help: "The image; nothing is written over.")
    var out: String

    @Option(help: "This store, in place of the first.")
    var copy: String?

    @Option(help: "squashfs or erofs.")
    var format = MediaSeal.Format.squashfs.rawValue

    @Option(help: "What the medium is called. Default: the image's name without its ending.")
    var label: String?

    func validate() throws {
        guard MediaSeal.Format(rawValue: format) != nil else {
            throw ValidationError("--format is squashfs or erofs, not \(format)")
        }
    }

    func perform(_ terminal: Terminal) throws -> Model.ExitCode {
        let site = try Site(configPath: options.configPath)
        let stop = site.stop
        StopSignals.set(stop)
        let kind = MediaSeal.Format(rawValue: format) ?? .squashfs
        let line = terminal.progress(out)
        defer { line.end() }
        let sealed = try MediaSeal(site, of: copy, to: out, stop: stop)
            .run(label ?? ownLabel, as: kind, now: WallClock.now()) {
                line.show(bytes: $0, total: $1)
            }
        line.end()
        terminal.say("\(out): \(sealed.label), \(ByteCount(sealed.bytes))")
        MediaLines.tell(sealed.program, terminal)
        if let report = sealed.report {
            VerificationLines.tell(report, of: out, terminal, names: try site.setNames())
        } else {
            terminal.say(
                terminal.words("イメージは照合していません: ", "the image was not verified: ")
                    + SafeText.escaped(sealed.unread ?? "")
            )
        }
        terminal.remark("mount -t \(format) -o loop,ro,nodev,nosuid,noexec \(out) /mnt/…")
        terminal.answer(json(sealed))
        return sealed.report.map { Model.ExitCode($0.verdict) } ?? .notProven
    }

    /// The image's name, up to its first dot.
    private var ownLabel: String {
        let name = out.split(separator: "/").last ?? ""
        return String(name.prefix { $0 != "." })
    }

    private func json(_ sealed: MediaSeal.Sealed) -> JSONValue {
        .object([
            "bytes": .integer(Int64(clamping: sealed.bytes)),
            "format": .string(format),
            "image": .string(out),
            "label": .string(sealed.label),
            "unread": sealed.unread.map { .string($0) } ?? .null,
            "verification": sealed.report.map { VerificationLines.json($0, of: out) } ?? .null,
            "verifier": .string(sealed.program.rawValue),
        ])
    }
}
