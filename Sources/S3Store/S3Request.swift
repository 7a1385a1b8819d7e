import Format
import HTTP
import Model
import Primitives

/// What is asked of a bucket, before it is signed.
struct S3Request: Sendable {
    /// What it is for, in messages: as `writing`.
    let operation: String
    /// As `GET`.
    let method: String
    /// Of which object, without the store's prefix; nil for the bucket.
    let key: String?
    /// Names and values, not encoded.
    let query: [(String, String)]
    /// Names in lower case; all of them are signed.
    let headers: [HTTPHeader]
    /// What is sent.
    let body: [UInt8]

    /// Asks for something.
    ///
    /// - Parameters:
    ///   - operation: what it is for, in messages.
    ///   - method: as `GET`.
    ///   - key: of which object; nil for the bucket.
    ///   - query: names and values, not encoded.
    ///   - headers: with names in lower case.
    ///   - body: what is sent.
    init(
        _ operation: String,
        _ method: String,
        _ key: String?,
        query: [(String, String)] = [],
        headers: [HTTPHeader] = [],
        body: [UInt8] = []
    ) {
        self.operation = operation
        self.method = method
        self.key = key
        self.query = query
        self.headers = headers
        self.body = body
    }

    /// What a message names.
    var subject: String { key ?? "the bucket" }

    /// The query as it is signed, and sent.
    var encodedQuery: String {
        query.map { (PercentEncoding.encode($0.0), PercentEncoding.encode($0.1)) }
            .sorted { $0 < $1 }
            .map { "\($0.0)=\($0.1)" }
            .joined(separator: "&")
    }

    /// Path and query as they are sent.
    ///
    /// - Parameter location: where the bucket is.
    /// - Returns: percent-encoded, with a slash first.
    func target(at location: S3Location) -> String {
        let path = location.path(of: key)
        return query.isEmpty ? path : "\(path)?\(encodedQuery)"
    }

    /// This with the MD5 of its body, which S3 demands of what concerns locks and which guards
    /// bodies on services that judge no other sum.
    var withMD5: S3Request { with(md5: MD5.hash(body)) }

    /// This with the MD5 of its body, where that is known.
    func with(md5: [UInt8]) -> S3Request {
        S3Request(
            operation,
            method,
            key,
            query: query,
            headers: headers + [HTTPHeader("content-md5", Base64.encode(md5))],
            body: body
        )
    }
}
