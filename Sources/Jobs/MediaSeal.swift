import Configuration
import FileSystem
import Format
import Glibc
import HostState
package import Model
import Processes
import Repository
package import Verification
package import Workers

/// Makes a read-only image of a repository, to be mounted as a medium that nobody can change.
///
/// The file system is written beside `out` under another name, and has its name only when it is
/// whole. Its times are 1970 and its owner is root, whoever made it.
package struct MediaSeal {
    /// A file system that is never written to.
    package enum Format: String, Hashable, Sendable, CaseIterable {
        /// squashfs, made by mksquashfs(1).
        case squashfs
        /// erofs, made by mkfs.erofs(1); putting a medium's own folder into it needs root.
        case erofs
    }

    /// An image that was made.
    package struct Sealed: Sendable {
        /// The label that it carries.
        package let label: String
        /// Its size.
        package let bytes: UInt64
        /// How `toride-verify` came into it.
        package let program: MediaJob.Program
        /// What reading every byte of it found, as it is mounted; nil where it could not be
        /// mounted.
        package let report: VerificationReport?
        /// Why it could not be mounted; nil where it was read.
        package let unread: String?
    }

    /// Of what a repository consists; nothing else of a store belongs to it.
    private static let parts: Set<String> = [
        StoreKey.descriptor, "keys", "packs", "index", "lists", "snapshots", "records",
    ]
    /// Terabytes take their time.
    private static let timeMax: Duration = .seconds(7 * 86_400)

    let site: Site
    private let root: String
    private let repository: RepositoryID
    let out: String
    let stop: StopFlag

    /// Prepares.
    ///
    /// - Parameters:
    ///   - site: whose repository.
    ///   - copy: the store that it is taken from; nil for the first.
    ///   - out: the image; what is there is not written over.
    ///   - stop: asked now and then.
    /// - Throws: ``SiteError`` for what was asked; ``SealError``; ``StoreError``,
    ///   ``RepositoryError`` if there is no repository.
    package init(
        _ site: Site,
        of copy: String?,
        to out: String,
        stop: StopFlag
    ) throws {
        guard let store = try site.stores(named: copy).first, let root = store.folder else {
            throw SealError.notFolder(copy ?? "")
        }
        let out = try MediaSeal.absolute(out)
        guard unsafe access(out, F_OK) != 0 else {
            throw SealError.exists(out)
        }
        repository = try site.repository(in: store).descriptor.repository
        self.site = site
        self.root = root
        self.out = out
        self.stop = stop
    }

    /// Makes the image, and reads it as it is mounted where that can be done.
    ///
    /// - Parameters:
    ///   - label: what the medium is to be called.
    ///   - format: of the image.
    ///   - now: by the host's clock.
    ///   - progress: told how far the reading is.
    /// - Returns: what was made.
    /// - Throws: ``SealError``, ``MediaError/label(_:)``; ``ProcessError`` if a program is missing
    ///   or was stopped; ``FileSystemError``.
    package func run(
        _ label: String,
        as format: Format,
        now: Timestamp,
        progress: @escaping Verifier.Progress = { _, _ in }
    ) throws -> Sealed {
        let work = "\(out).making"
        // What one that was killed left behind.
        guard FolderTree.remove(work) else {
            throw SealError.exists(work)
        }
        try FolderTree.make("\(work)/own", mode: 0o755)
        defer { _ = FolderTree.remove(work) }
        let document = try MediumDocument.new(label, of: repository, made: now)
        let program = try MediumFolder(at: "\(work)/own")
            .write(document, signers: try site.signerFile())
        try write(format, in: work)
        try publish("\(work)/image")
        let (report, unread) = try read(format, in: work, progress)
        return Sealed(
            label: document.label,
            bytes: try SmallFile.size(out) ?? 0,
            program: program,
            report: report,
            unread: unread
        )
    }

    private static func absolute(_ path: String) throws(FileSystemError) -> String {
        guard !path.hasPrefix("/") else {
            return path
        }
        guard let folder = unsafe getcwd(nil, 0) else {
            throw .last("getcwd", path)
        }
        defer { unsafe free(folder) }
        return "\(unsafe String(cString: folder))/\(path)"
    }

    // MARK: - Writing it

    private func write(_ format: Format, in work: String) throws {
        let names = try FileHandle.open(root, O_RDONLY | O_DIRECTORY).names()
            .map { String(decoding: $0, as: UTF8.self) }
        let command =
            switch format {
            case .squashfs: squashfs(names.filter { Self.parts.contains($0) }, work)
            case .erofs: try erofs(without: names.filter { !Self.parts.contains($0) }, work)
            }
        let output = try command.run(
            timeout: Self.timeMax,
            isStopping: { stop.isStopping }
        )
        guard output.status.isSuccess else {
            throw SealError.notMade(command.name, said: output.complaint)
        }
    }

    /// Each source becomes an entry of the image's top. Content is sealed, so it is not compressed.
    private func squashfs(_ names: [String], _ work: String) -> Command {
        Command(
            "mksquashfs",
            names.sorted().map { "\(root)/\($0)" } + [
                "\(work)/own/medium", "\(work)/image", "-noappend", "-all-root", "-root-mode",
                "755", "-all-time", "0", "-mkfs-time", "0", "-noD", "-noF", "-no-progress",
                "-quiet",
            ]
        )
    }

    /// It takes one folder: the medium's own is laid over the repository, in a mount namespace
    /// that goes with the program (mount_namespaces(7)).
    private func erofs(without others: [String], _ work: String) throws(SealError) -> Command {
        guard Account.isRoot else {
            throw .needsRoot
        }
        // They would end a word in the options of overlayfs.
        guard !"\(root)\(work)".contains(where: { ":,\\".contains($0) }) else {
            throw .notFolder(root)
        }
        let script = """
            mkdir "$3" && mount -t overlay overlay -o "ro,lowerdir=$1:$2" "$3" || exit 1
            shift 3
            exec "$@"
            """
        let excluded = others.filter { $0 != "medium" }.sorted().map { "--exclude-path=\($0)" }
        let zero = "00000000-0000-0000-0000-000000000000"
        return Command(
            "unshare",
            [
                "--mount", "--propagation", "private", "sh", "-c", script, "sh", "\(work)/own",
                root, "\(work)/both", "mkfs.erofs", "--quiet", "-T0", "-U\(zero)", "--all-root",
            ] + excluded + ["\(work)/image", "\(work)/both"]
        )
    }

    /// Gives the image its name, durably; what came to have it meanwhile stays.
    private func publish(_ image: String) throws {
        try FileHandle.open(image, O_RDONLY).synchronize()
        let (folder, name) = split(out)
        let (work, imageName) = split(image)
        let target = try FileHandle.open(folder, O_RDONLY | O_DIRECTORY)
        let source = try FileHandle.open(work, O_RDONLY | O_DIRECTORY)
        guard try source.rename(imageName, to: name, in: target) else {
            throw SealError.exists(out)
        }
        try target.synchronize()
    }

    private func split(_ path: String) -> (folder: String, name: [UInt8]) {
        guard let slash = path.lastIndex(of: "/") else {
            return (".", Array(path.utf8))
        }
        let folder = path[..<slash]
        return (folder.isEmpty ? "/" : String(folder), Array(path[slash...].dropFirst().utf8))
    }
}
