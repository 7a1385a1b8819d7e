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

    /// Who asks.
    package enum User: String, Sendable, CaseIterable {
        /// Who makes buckets. A SeaweedFS lets him do everything with everybody's.
        case usual = "default"
        /// Another one. A SeaweedFS lets him do everything with ``S3Server/otherBucket`` alone.
        case other

        /// His access key.
        var keyID: String { "toride-\(rawValue)" }
        /// His secret, which opens nothing but these servers.
        var secret: String { "a-secret-of-\(rawValue)-for-servers-that-tests-start" }
    }

    /// The bucket of the other user.
    package static let otherBucket = "toride-other"

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
        let text = User.allCases.map { user in
            """
            [\(user.rawValue)]
            aws_access_key_id = \(user.keyID)
            aws_secret_access_key = \(user.secret)

            """
        }.joined()
        try FileHandle.open(credentialsFile, O_WRONLY | O_CREAT | O_EXCL)
            .write(Array(text.utf8))
    }

    /// Makes a bucket, by a signature that is not the product's.
    ///
    /// - Parameters:
    ///   - name: at least three letters.
    ///   - kind: what it is made for.
    ///   - user: whose it is to be.
    /// - Throws: ``ToolFailure`` if the server refuses it.
    package func makeBucket(
        _ name: String,
        _ kind: BucketKind,
        of user: User = .usual
    ) throws {
        try makeBucket(name, kind.rawValue, user)
    }

    /// Makes a bucket that everybody may list.
    ///
    /// - Parameter name: at least three letters.
    /// - Throws: ``ToolFailure`` if the server refuses it.
    package func makeOpenBucket(_ name: String) throws {
        try makeBucket(name, "open", .usual)
    }

    /// Makes a bucket whose policy lets everybody read each object.
    ///
    /// - Parameter name: at least three letters.
    /// - Throws: ``ToolFailure`` if the server refuses it.
    package func makePublicBucket(_ name: String) throws {
        try makeBucket(name, "public", .usual)
    }

    private func makeBucket(_ name: String, _ kind: String, _ user: User) throws {
        let arguments = ["http://127.0.0.1:\(port)", name, kind]
        guard var command = Tool.python("s3_bucket.py", arguments) else {
            throw ToolFailure(description: "no python3")
        }
        command.environment["AWS_ACCESS_KEY_ID"] = user.keyID
        command.environment["AWS_SECRET_ACCESS_KEY"] = user.secret
        try command.demandSuccess()
    }

    /// Where a store lies in this server.
    ///
    /// - Parameters:
    ///   - bucket: its name.
    ///   - prefix: what every key begins with there: empty, or with a slash last.
    ///   - user: who asks.
    /// - Returns: the place, with the file of credentials.
    package func location(
        bucket: String,
        prefix: String,
        by user: User = .usual
    ) -> S3Location {
        S3Location(
            isSecure: false,
            host: "127.0.0.1",
            port: port,
            bucket: bucket,
            prefix: prefix,
            credentials: .file(credentialsFile, profile: user.rawValue)
        )
    }
}
