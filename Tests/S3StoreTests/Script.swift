import HTTP
import Model
import ObjectStore
import Primitives
import TestSupport
import Workers

@testable import S3Store

/// 2013-05-24T00:00:00Z, the moment of Amazon's examples.
let exampleTime = Timestamp(seconds: 1_369_353_600)

/// Asks nothing again.
let exampleImpatience = Patience(stop: StopFlag(), timeout: .zero, random: { 0 })

/// Amazon's example of a secret.
let exampleSecret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"

/// The access key of Amazon's examples.
func exampleCredentials() throws -> S3Credentials {
    let bytes = Array(exampleSecret.utf8)
    return S3Credentials(
        accessKeyID: "AKIAIOSFODNN7EXAMPLE",
        secret: unsafe try SecretBytes(count: bytes.count) { unsafe $0.copyBytes(from: bytes) }
    )
}

private struct NoPort: Error {}

/// Lends a store whose service gives prepared answers: bucket `bucket`, prefix `p/`.
func withStore(
    _ answers: [ScriptedServer.Answer],
    lockPolicy: LockPolicy? = nil,
    partBytes: Int = 64 << 20,
    _ body: (S3Store, ScriptedServer) throws -> Void
) throws {
    try ScriptedServer.run(on: .loopback, answers) { server in
        guard case .tcp(_, let host, let port) = server.endpoint else {
            throw NoPort()
        }
        let store = try S3Store(
            name: "cloud",
            location: S3Location(
                isSecure: false,
                host: host,
                port: port,
                bucket: "bucket",
                prefix: "p/"
            ),
            lockPolicy: lockPolicy,
            credentials: try exampleCredentials(),
            clock: { exampleTime },
            patience: exampleImpatience,
            partBytes: partBytes
        )
        try body(store, server)
    }
}

extension ScriptedServer.Answer {
    /// An answer with a body and its length.
    static func s3(_ status: Int, _ headers: [String] = [], _ body: String = "") -> Self {
        head(status, headers + ["Content-Length: \(body.utf8.count)"], body)
    }

    /// An answer with the headers that are named and no others: to HEAD, for one.
    static func head(_ status: Int, _ headers: [String], _ body: String = "") -> Self {
        .say((["HTTP/1.1 \(status) So"] + headers).joined(separator: "\r\n") + "\r\n\r\n\(body)")
    }

    /// An answer that says no.
    static func error(_ status: Int, _ code: String) -> Self {
        s3(
            status,
            [],
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>\(code)</Code>"
                + "<Message>words of the service</Message><Resource>/bucket</Resource></Error>"
        )
    }
}

extension ScriptedServer.Reached {
    /// The first line of each request, without the version of HTTP.
    var lines: [String] {
        requests.map { request in
            let line = request.prefix { !$0.isNewline }
            return line.split(separator: " ").prefix(2).joined(separator: " ")
        }
    }
}
