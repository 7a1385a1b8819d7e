import FileSystem
import Glibc
import HTTP
import Processes

/// Ceph's radosgw on a cluster of one monitor and one OSD that keeps everything in memory.
///
/// Version 16 has gaps that a client must survive: it ignores locks that are asked for when a
/// multipart upload begins, and `If-None-Match` in a bucket that keeps versions.
package enum RadosgwServer {
    private static let programs = [
        "monmaptool", "ceph-mon", "ceph-osd", "ceph", "rados", "radosgw",
        "radosgw-admin",
    ]
    /// Of the cluster, made up.
    static let clusterID = "6f8cfa1f-0000-4000-8000-000000000001"
    private static let diskID = "6f8cfa1f-0000-4000-8000-000000000002"

    /// Why no server can be had here; nil if one can.
    package static let absence: String? = {
        let missing = programs.filter { Tool.find($0) == nil }
        return missing.isEmpty
            ? nil : "radosgw: not installed: \(missing); `make s3-servers` does it"
    }()

    /// Starts a cluster in a folder of its own, lends its gateway, and ends it all in every case.
    ///
    /// - Parameter body: gets the gateway, which is ready.
    /// - Returns: what `body` returns.
    /// - Throws: what `body` throws; an error if a server does not start.
    package static func run<R>(_ body: (S3Server) throws -> R) throws -> R {
        try withTemporaryFolder { folder in
            let ports = try LoopbackPorts.take(2)
            let text = settings(folder, gateway: ports[0], monitor: ports[1])
            try FileHandle.open(folder + "/ceph.conf", O_WRONLY | O_CREAT | O_EXCL)
                .write(Array(text.utf8))
            for name in ["mon", "osd"] {
                try FolderTree.make("\(folder)/\(name)", mode: 0o700)
            }
            return try whileMonitorRuns(folder, port: ports[1]) {
                try whileDiskRuns(folder) {
                    try whileGatewayRuns(folder, port: ports[0]) {
                        try body(try S3Server(folder: folder, port: ports[0]))
                    }
                }
            }
        }
    }

    private static func whileMonitorRuns<R>(
        _ folder: String,
        port: UInt16,
        _ body: () throws -> R
    ) throws -> R {
        let map = "\(folder)/monmap"
        let address = "[v2:127.0.0.1:\(port)]"
        try Command(
            "monmaptool",
            ["--create", "--fsid", clusterID, "--addv", "a", address, map]
        ).demandSuccess()
        try command("ceph-mon", folder, ["--mkfs", "-i", "a", "--monmap", map]).demandSuccess()
        return try serve("ceph-mon", folder, ["-i", "a", "-f"], body)
    }

    private static func whileDiskRuns<R>(_ folder: String, _ body: () throws -> R) throws -> R {
        // Waits for the monitor.
        try command("ceph", folder, ["--connect-timeout", "60", "osd", "new", diskID, "0"])
            .demandSuccess()
        try command(
            "ceph-osd",
            folder,
            ["-i", "0", "--mkfs", "--osd-uuid", diskID, "--no-mon-config"]
        ).demandSuccess()
        return try serve("ceph-osd", folder, ["-i", "0", "-f"], body)
    }

    private static func whileGatewayRuns<R>(
        _ folder: String,
        port: UInt16,
        _ body: () throws -> R
    ) throws -> R {
        let log = "\(folder)/radosgw.out"
        let words = ["radosgw", "-c", "\(folder)/ceph.conf", "-n", "client.rgw", "-f"]
        return try ServerProcess.run(words, log: log) { running in
            try ServerProcess.waitUntilReady(running, port: port, target: "/", log: log) {
                $0.status == 200
            }
            for user in S3Server.User.allCases {
                let (name, key, secret) = (user.rawValue, user.keyID, user.secret)
                try command(
                    "radosgw-admin",
                    folder,
                    [
                        "-n", "client.rgw", "user", "create", "--uid=\(name)",
                        "--display-name=\(name)", "--access-key=\(key)", "--secret-key=\(secret)",
                    ]
                ).demandSuccess()
            }
            return try body()
        }
    }

    /// A program of Ceph's that works on the cluster in a folder.
    static func command(_ name: String, _ folder: String, _ rest: [String]) -> Command {
        Command(name, ["-c", "\(folder)/ceph.conf"] + rest)
    }

    private static func serve<R>(
        _ name: String,
        _ folder: String,
        _ rest: [String],
        _ body: () throws -> R
    ) throws -> R {
        let words = [name, "-c", "\(folder)/ceph.conf"] + rest
        return try ServerProcess.run(words, log: "\(folder)/\(name).out") { _ in try body() }
    }
}
