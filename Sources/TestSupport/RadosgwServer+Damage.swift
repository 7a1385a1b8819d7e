import Processes

/// What the people who run a Ceph, or its disks, can do behind the back of S3.
extension RadosgwServer {
    /// Where radosgw keeps the bytes of objects.
    private static let pool = "default.rgw.buckets.data"

    /// Puts other bytes under a version, of which S3 tells nothing: its ETag and its lock stay.
    ///
    /// - Parameters:
    ///   - key: of the object, with the store's prefix.
    ///   - version: which version.
    ///   - bytes: as many as it has, and no more than 4 MiB: what is longer lies in several pieces.
    ///   - server: one of ``run(_:)``.
    /// - Throws: ``ToolFailure`` if it is not there.
    package static func replaceBytes(
        of key: String,
        version: String,
        with bytes: [UInt8],
        in server: S3Server
    ) throws {
        let names = try rados(["ls"], server)
            .run(
                timeout: .seconds(60),
                orThrow: { ToolFailure(description: "rados: \($0.status): \($0.errorTail)") }
            )
            .text.split(separator: "\n").filter { $0.hasSuffix("__:\(version)_\(key)") }
        guard let name = names.first, names.count == 1 else {
            throw ToolFailure(description: "\(names.count) pieces of \(key) in the Ceph")
        }
        try rados(["put", String(name), "-"], server).demandSuccess(input: bytes)
    }

    /// Removes a version as the service's administrator, whom no lock stops.
    ///
    /// - Parameters:
    ///   - version: which version.
    ///   - key: of the object, with the store's prefix.
    ///   - bucket: where it lies.
    ///   - server: one of ``run(_:)``.
    /// - Throws: ``ToolFailure`` if it is not there.
    package static func removeVersion(
        _ version: String,
        of key: String,
        in bucket: String,
        of server: S3Server
    ) throws {
        try command(
            "radosgw-admin",
            server.folder,
            [
                "-n", "client.rgw", "object", "rm", "--bucket=\(bucket)", "--object=\(key)",
                "--object-version=\(version)",
            ]
        ).demandSuccess()
    }

    private static func rados(_ words: [String], _ server: S3Server) -> Command {
        command("rados", server.folder, ["-n", "client.rgw", "-p", pool] + words)
    }
}
