import FileSystem
import Glibc
import HTTP

/// SeaweedFS, one program that is a whole S3 service.
package enum SeaweedServer {
    /// Its program: what `TORIDE_TEST_WEED` names, or what `make s3-servers` installed, or the
    /// system's; nil if there is none.
    private static let program: String? = {
        let named = unsafe getenv("TORIDE_TEST_WEED").map { unsafe String(cString: $0) }
        let installed = Tool.script(".test-s3/bin/weed")
        return [named, installed].compactMap { $0 }.first { unsafe access($0, X_OK) == 0 }
            ?? Tool.find("weed")
    }()

    /// Why no server can be had here; nil if one can.
    package static let absence: String? =
        program == nil ? "SeaweedFS is not installed; `make s3-servers` does it" : nil

    /// Starts a server in a folder of its own, lends it, and ends it in every case.
    ///
    /// - Parameter body: gets the server, which is ready.
    /// - Returns: what `body` returns.
    /// - Throws: what `body` throws; an error if the server does not start.
    package static func run<R>(_ body: (S3Server) throws -> R) throws -> R {
        guard let program else {
            throw ToolFailure(description: "no weed")
        }
        return try withTemporaryFolder { folder in
            let ports = try LoopbackPorts.take(8)
            try FileHandle.open(folder + "/s3.json", O_WRONLY | O_CREAT | O_EXCL)
                .write(Array(identities.utf8))
            try FolderTree.make(folder + "/data", mode: 0o700)
            let log = folder + "/weed.log"
            return try ServerProcess.run(
                [program] + arguments(folder, ports),
                log: log
            ) { running in
                try ServerProcess.waitUntilReady(
                    running,
                    port: ports[0],
                    target: "/status",
                    log: log
                ) { $0.status == 200 }
                // Before the master knows its volumes, what is asked of S3 fails with 500.
                let volume = "\"Url\":\"127.0.0.1:\(ports[3])\""
                try ServerProcess.waitUntilReady(
                    running,
                    port: ports[1],
                    target: "/dir/status",
                    log: log
                ) { String(decoding: $0.body, as: UTF8.self).contains(volume) }
                return try body(
                    try S3Server(folder: folder, port: ports[0], filer: ports[5])
                )
            }
        }
    }

    private static let identities: String = {
        let own = S3Server.otherBucket
        let both = [identity(.usual, in: ""), identity(.other, in: ":\(own)")]
        return "{\"identities\":[\(both.joined(separator: ","))]}"
    }()

    /// A user who may do everything.
    ///
    /// - Parameters:
    ///   - user: who.
    ///   - bucket: a colon and the only bucket in which he may; empty for all.
    /// - Returns: JSON.
    private static func identity(_ user: S3Server.User, in bucket: String) -> String {
        let actions = ["Admin", "Read", "List", "Tagging", "Write"]
        let words = actions.map { "\"\($0)\(bucket)\"" }.joined(separator: ",")
        return """
            {"name":"\(user.rawValue)","credentials":[{"accessKey":"\(user.keyID)",\
            "secretKey":"\(user.secret)"}],"actions":[\(words)]}
            """
    }

    /// All ports are named: those that are not lie 10,000 above others, whoever listens there.
    private static func arguments(_ folder: String, _ ports: [UInt16]) -> [String] {
        [
            "-logtostderr=true", "server", "-dir=\(folder)/data",
            "-ip=127.0.0.1", "-ip.bind=127.0.0.1",
            "-master.port=\(ports[1])", "-master.port.grpc=\(ports[2])",
            "-master.volumeSizeLimitMB=64", "-master.electionTimeout=1s",
            "-master.heartbeatInterval=100ms",
            // It would tell its makers that it runs.
            "-master.telemetry=false",
            "-volume.port=\(ports[3])", "-volume.port.grpc=\(ports[4])", "-volume.max=100",
            "-volume.preStopSeconds=0",
            "-filer", "-filer.port=\(ports[5])", "-filer.port.grpc=\(ports[6])",
            "-s3", "-s3.port=\(ports[0])", "-s3.port.grpc=\(ports[7])",
            "-s3.ip.bind=127.0.0.1", "-s3.config=\(folder)/s3.json",
            "-s3.port.iceberg=0", "-s3.port.lance=0",
        ]
    }
}
