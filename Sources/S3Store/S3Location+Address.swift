import HTTP
import Model

extension S3Location {
    /// Where the bucket is asked.
    var endpoint: HTTPEndpoint {
        let name = style == .path ? host : "\(bucket).\(host)"
        return .tcp(isSecure ? .https : .http, host: name, port: port)
    }

    /// The value of the header `Host`, which is signed.
    var authority: String { style == .path ? server : "\(bucket).\(server)" }

    /// The path of an object, or of the bucket, as it is sent.
    ///
    /// - Parameter key: without the prefix; nil for the bucket.
    /// - Returns: percent-encoded, with a slash first.
    func path(of key: String?) -> String {
        let folder = style == .path ? "/" + PercentEncoding.encode(bucket) : ""
        guard let key else {
            return folder.isEmpty ? "/" : folder
        }
        return "\(folder)/\(PercentEncoding.encode(path: prefix + key))"
    }
}
