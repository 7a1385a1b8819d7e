import FileSystem
import Glibc
package import Model
import Processes

/// A real S3 server of the tests' own on this machine, without TLS.
package struct S3Server: Sendable {
    /// What a bucket is made for.
    package enum BucketKind: String, Sendable, CaseIterable {
        /// It keeps one version of an object.
        case plain
        /// It keeps every version.
        case versioned
        /// It kept every version, until that was suspended.
        case suspended
        /// It keeps every version and can lock them.
        case locked
    }

    /// The one user, who may do everything.
    static let keyID = "toride-test"
    /// The user's secret, which opens nothing but these servers.
    static let secret = "a-secret-for-servers-that-tests-start"

    /// Where all of it lies.
    let folder: String
    /// Where SeaweedFS's own store of files listens; nil for other servers.
    let filer: UInt16?
    private let port: UInt16
    private let credentialsFile: String

    /// Names a server, and writes the credentials for it as AWS's own tools read them.
    ///
    /// - Parameters:
    ///   - folder: of the server.
    ///   - port: where it listens.
    ///   - filer: where SeaweedFS's own store of files listens; nil for other servers.
    /// - Throws: `FileSystemError` if they cannot be written.
    init(folder: String, port: UInt16, filer: UInt16? = nil) throws {
        self.folder = folder
        self.filer = filer
        self.port = port
        credentialsFile = folder + "/credentials"
        let text = """
            [default]
            aws_access_key_id = \(S3Server.keyID)
            aws_secret_access_key = \(S3Server.secret)

            """
        try FileHandle.open(credentialsFile, O_WRONLY | O_CREAT | O_EXCL)
            .write(Array(text.utf8))
    }

    /// Makes a bucket, by a signature that is not the product's.
    ///
    /// - Parameters:
    ///   - name: at least three letters.
    ///   - kind: what it is made for.
    /// - Throws: ``ToolFailure`` if the server refuses it.
    package func makeBucket(_ name: String, _ kind: BucketKind) throws {
        let arguments = ["http://127.0.0.1:\(port)", name, kind.rawValue]
        guard var command = Tool.python("s3_bucket.py", arguments) else {
            throw ToolFailure(description: "no python3")
        }
        command.environment["AWS_ACCESS_KEY_ID"] = S3Server.keyID
        command.environment["AWS_SECRET_ACCESS_KEY"] = S3Server.secret
        try command.demandSuccess()
    }

    /// Where a store lies in this server.
    ///
    /// - Parameters:
    ///   - bucket: its name.
    ///   - prefix: what every key begins with there: empty, or with a slash last.
    /// - Returns: the place, with the file of credentials.
    package func location(bucket: String, prefix: String) -> S3Location {
        S3Location(
            isSecure: false,
            host: "127.0.0.1",
            port: port,
            bucket: bucket,
            prefix: prefix,
            credentials: .file(credentialsFile, profile: "default")
        )
    }
}
