import HTTP
import Model
import Primitives
import Synchronization

/// Signs requests to one bucket: AWS Signature Version 4, with the SHA-256 of the whole body in it.
/// - SeeAlso: Amazon S3 API Reference, "Signature Calculations for the Authorization Header:
///   Transferring Payload in a Single Chunk".
final class SigV4: Sendable {
    private static let algorithm = "AWS4-HMAC-SHA256"

    private let location: S3Location
    private let credentials: S3Credentials
    /// The key of the day on which the last request was signed.
    private let newest = Mutex<DayKey?>(nil)

    /// Signs for `location`.
    init(_ location: S3Location, _ credentials: S3Credentials) {
        self.location = location
        self.credentials = credentials
    }

    /// What is to be sent for a request.
    ///
    /// - Parameters:
    ///   - request: what is asked.
    ///   - time: the store takes it only within 15 minutes.
    /// - Returns: the request with every header that is signed, and the signature.
    /// - Throws: ``CryptoError``.
    func sign(_ request: S3Request, at time: Timestamp) throws(CryptoError) -> HTTPRequest {
        // ISO 8601's basic format, as `20130524T000000Z`.
        let moment: String = time.rfc3339.filter { $0 != "-" && $0 != ":" }
        let scope = [String(moment.prefix(8)), location.region, "s3", "aws4_request"]
        let body = SHA256.hash(request.body).hex
        let headers = headers(of: request, moment, body)
        let names = headers.map(\.name).joined(separator: ";")
        let path = location.path(of: request.key)
        let canonical = [
            request.method, path, request.encodedQuery,
            headers.map { "\($0.name):\($0.value)\n" }.joined(), names, body,
        ].joined(separator: "\n")
        let text = [
            SigV4.algorithm, moment, scope.joined(separator: "/"),
            SHA256.hash(Array(canonical.utf8)).hex,
        ].joined(separator: "\n")
        let signature = try HMACKey(try key(of: scope).bytes).authenticate(Array(text.utf8))
        let authorization =
            "\(SigV4.algorithm) Credential=\(credentials.accessKeyID)/"
            + "\(scope.joined(separator: "/")), SignedHeaders=\(names), Signature=\(signature.hex)"
        return HTTPRequest(
            request.method,
            request.target(at: location),
            headers: headers + [HTTPHeader("authorization", authorization)],
            body: request.body
        )
    }

    /// All that is signed, in the order in which it is.
    private func headers(
        of request: S3Request,
        _ moment: String,
        _ body: String
    ) -> [HTTPHeader] {
        var headers = request.headers
        headers.append(HTTPHeader("host", location.authority))
        headers.append(HTTPHeader("x-amz-content-sha256", body))
        headers.append(HTTPHeader("x-amz-date", moment))
        if let token = credentials.sessionToken {
            headers.append(HTTPHeader("x-amz-security-token", token))
        }
        return headers.sorted { $0.name < $1.name }
    }

    private func key(of scope: [String]) throws(CryptoError) -> DayKey {
        if let kept = newest.withLock({ $0 }), kept.scope == scope {
            return kept
        }
        let made = DayKey(scope, try credentials.signingKey(scope))
        newest.withLock { $0 = made }
        return made
    }

    /// The key that signs on one day.
    private final class DayKey: Sendable {
        let scope: [String]
        let bytes: SecretBytes

        init(_ scope: [String], _ bytes: consuming SecretBytes) {
            self.scope = scope
            self.bytes = bytes
        }
    }
}
