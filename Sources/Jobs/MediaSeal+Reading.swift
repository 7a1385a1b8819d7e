import FileSystem
import LocalStore
import Processes
import Verification

extension MediaSeal {
    /// Mounts the image, and verifies it.
    ///
    /// - Parameters:
    ///   - format: its own.
    ///   - work: the folder beneath which it is mounted.
    ///   - progress: told how far the reading is.
    /// - Returns: what was found, or why it could not be mounted.
    /// - Throws: as ``Verifier/run(goingOnFrom:progress:)``; ``ProcessError``; ``FileSystemError``.
    func read(
        _ format: Format,
        in work: String,
        _ progress: @escaping Verifier.Progress
    ) throws -> (VerificationReport?, String?) {
        guard Account.isRoot else {
            return (nil, "mounting needs root")
        }
        let point = "\(work)/mounted"
        try FolderTree.make(point, mode: 0o700)
        let mounted = try Command(
            "mount",
            ["-t", format.rawValue, "-o", "loop,ro,nodev,nosuid,noexec", out, point]
        ).run(timeout: .seconds(60))
        guard mounted.status.isSuccess else {
            return (nil, mounted.complaint)
        }
        defer {
            // Where it stays mounted, the folder beneath it cannot be removed, which is seen.
            _ = try? Command("umount", [point]).run(timeout: .seconds(60))
        }
        return (try report(of: point, progress), nil)
    }

    private func report(
        of point: String,
        _ progress: @escaping Verifier.Progress
    ) throws -> VerificationReport {
        let request = Verifier.Request(signers: try site.signers())
        return try Verifier(
            store: try LocalStore(name: "image", root: point),
            request: request,
            stop: stop
        ).run(progress: progress)
    }
}
