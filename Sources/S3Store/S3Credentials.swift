import Glibc
package import Model
package import Primitives

/// An access key of an S3 service: who asks, and the secret that proves it.
///
/// Secret and session token lie in locked memory; nothing describes them.
package final class S3Credentials: Sendable {
    /// A credentials file has some hundred bytes for each profile.
    private static let fileBytesMax = 64 << 10

    /// Who asks; stands in every request.
    let accessKeyID: String
    private let secret: Secret
    private let token: Secret?

    private init(_ accessKeyID: String, _ secret: Secret, _ token: Secret?) {
        self.accessKeyID = accessKeyID
        self.secret = secret
        self.token = token
    }

    /// Holds an access key without a session token.
    ///
    /// - Parameters:
    ///   - accessKeyID: who asks.
    ///   - secret: what proves it.
    package convenience init(accessKeyID: String, secret: consuming SecretBytes) {
        self.init(accessKeyID, Secret(secret), nil)
    }

    /// Reads an access key from where it is configured to lie.
    ///
    /// - Parameter source: the environment, or a file that only its owner may read.
    /// - Throws: ``S3CredentialsError``.
    package convenience init(
        _ source: S3Location.Credentials
    ) throws(S3CredentialsError) {
        let read =
            switch source {
            case .environment: try S3Credentials.fromEnvironment()
            case .file(let path, let profile):
                try S3Credentials.fromFile(path, profile: profile)
            }
        self.init(read.accessKeyID, read.secret, read.token)
    }

    // MARK: - For signing

    /// The session token, for the header that carries it; nil for a key that lasts.
    var sessionToken: String? {
        token.map { token in
            unsafe token.bytes.withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) }
        }
    }

    /// The key that signs in a scope: an HMAC over each of its parts, by the one before.
    ///
    /// - Parameter scope: day, region, service, `aws4_request`.
    /// - Returns: the key.
    /// - Throws: ``CryptoError``.
    /// - SeeAlso: AWS Identity and Access Management, "Create a signed AWS API request", step 4.
    func signingKey(_ scope: [String]) throws(CryptoError) -> SecretBytes {
        var key = try secret.bytes.framed(head: Array("AWS4".utf8))
        for part in scope {
            key = try HMACKey(key).derive(Array(part.utf8))
        }
        return key
    }

    // MARK: - Reading

    private typealias Read = (accessKeyID: String, secret: Secret, token: Secret?)

    private static func fromEnvironment() throws(S3CredentialsError) -> Read {
        let idName = "AWS_ACCESS_KEY_ID"
        let secretName = "AWS_SECRET_ACCESS_KEY"
        guard let id = unsafe getenv(idName), unsafe strlen(id) > 0 else {
            throw .notSet(idName)
        }
        guard let secret = try variable(secretName) else {
            throw .notSet(secretName)
        }
        return (unsafe String(cString: id), secret, try variable("AWS_SESSION_TOKEN"))
    }

    /// A variable of the environment; nil if it is not set or empty.
    private static func variable(_ name: String) throws(S3CredentialsError) -> Secret? {
        guard let value = unsafe getenv(name), unsafe strlen(value) > 0 else {
            return nil
        }
        let bytes = unsafe UnsafeRawBufferPointer(start: value, count: Int(strlen(value)))
        do throws(CryptoError) {
            return Secret(
                unsafe try SecretBytes(count: bytes.count) { unsafe $0.copyMemory(from: bytes) }
            )
        } catch {
            throw .secret(error)
        }
    }

    private static func fromFile(
        _ path: String,
        profile: String
    ) throws(S3CredentialsError) -> Read {
        let file = try contents(of: path)
        let found = unsafe file.withUnsafeBytes { file -> CredentialsFile in
            let text = unsafe file.bindMemory(to: UInt8.self).span
            return CredentialsFile(text, profile: profile)
        }
        guard found.hasProfile else {
            throw .noProfile(path: path, profile: profile)
        }
        guard let id = found.accessKeyID else {
            let name = CredentialsFile.accessKeyIDName
            throw .lacking(path: path, profile: profile, name: name)
        }
        guard let range = found.secret else {
            let name = CredentialsFile.secretName
            throw .lacking(path: path, profile: profile, name: name)
        }
        do throws(CryptoError) {
            let secret = Secret(try file.slice(range))
            var token: Secret?
            if let range = found.token {
                token = Secret(try file.slice(range))
            }
            return (String(decoding: file.publicBytes(id), as: UTF8.self), secret, token)
        } catch {
            throw .secret(error)
        }
    }

    /// Reads a file straight into locked memory.
    private static func contents(of path: String) throws(S3CredentialsError) -> SecretBytes {
        // Without waiting for a writer, should it be a FIFO.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw .unreadable(path: path, reason: unsafe String(cString: strerror(errno)))
        }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw .unreadable(path: path, reason: "is no regular file")
        }
        guard status.st_mode & 0o077 == 0 else {
            throw .readableByOthers(path: path)
        }
        guard let bytes = try secret(in: descriptor) else {
            let max = ByteCount(fileBytesMax)
            throw .unreadable(path: path, reason: "is empty, or longer than \(max)")
        }
        return bytes
    }

    private static func secret(
        in descriptor: Int32
    ) throws(S3CredentialsError) -> SecretBytes? {
        do throws(CryptoError) {
            return try SecretBytes.read(from: descriptor, bytesMax: fileBytesMax)
        } catch {
            throw .secret(error)
        }
    }

    /// Secret bytes that can be handed around.
    private final class Secret: Sendable {
        let bytes: SecretBytes

        init(_ bytes: consuming SecretBytes) {
            self.bytes = bytes
        }
    }
}
