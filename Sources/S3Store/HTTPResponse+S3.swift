import HTTP
import Model

extension HTTPResponse {
    /// Whether the service did what it was asked.
    var isGood: Bool { (200..<300).contains(status) }

    /// How many bytes the body has, as the head tells.
    var contentLength: UInt64? { header("content-length").flatMap { UInt64($0) } }

    /// Which version this is of; nil in a bucket without versions.
    var version: String? { header("x-amz-version-id") }

    /// The MD5 of what was stored, where the ETag is one; nil where it is something else.
    ///
    /// - SeeAlso: Amazon S3 API Reference, "Object", ETag.
    var storedMD5: [UInt8]? {
        let encryption = header("x-amz-server-side-encryption") ?? ""
        guard let tag = header("etag"), !encryption.hasPrefix("aws:"),
            header("x-amz-server-side-encryption-customer-algorithm") == nil
        else {
            return nil
        }
        let hex = tag.filter { $0 != "\"" }.lowercased()
        return hex.utf8.count == 32 ? Hex.decode(hex) : nil
    }
}
