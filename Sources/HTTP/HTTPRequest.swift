/// What is asked of a server.
package struct HTTPRequest: Hashable, Sendable {
    /// As `GET`.
    package let method: String
    /// Path and query, with `/` first.
    package let target: String
    /// Beside those that curl adds: Host, Accept, Content-Length, Authorization.
    package let headers: [HTTPHeader]
    /// What is sent; only POST and PUT send an empty one.
    package let body: [UInt8]

    /// Asks for `target`.
    ///
    /// - Parameters:
    ///   - method: in upper case; GET and HEAD take no body.
    ///   - target: path and query as they are sent, percent-encoded where they must be.
    ///   - headers: in the order in which they are sent.
    ///   - body: what is sent.
    package init(
        _ method: String,
        _ target: String,
        headers: [HTTPHeader] = [],
        body: [UInt8] = []
    ) {
        precondition(target.hasPrefix("/"), "a target begins with a slash")
        precondition(body.isEmpty || (method != "GET" && method != "HEAD"), "\(method) with a body")
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
    }

    /// The target without its query, which may hold what nobody else should read.
    var path: Substring {
        target.prefix { $0 != "?" }
    }

    /// Whether a body follows the head, be it empty.
    var sendsBody: Bool {
        !body.isEmpty || method == "POST" || method == "PUT"
    }

    /// The headers as curl's list takes them (CURLOPT_HTTPHEADER(3)).
    var lines: [String] {
        // Without these, curl would wait a second before large bodies, and call every body a form.
        var lines = ["Expect:"]
        if !headers.contains(where: { $0.name.lowercased() == "content-type" }) {
            lines.append("Content-Type:")
        }
        return lines
            + headers.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
    }
}
