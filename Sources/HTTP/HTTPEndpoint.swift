/// Where a server is asked.
package enum HTTPEndpoint: Hashable, Sendable, CustomStringConvertible {
    /// At a Unix socket, without TLS: its path, of at most 107 bytes (unix(7)).
    case unixSocket(String)
    /// At a host: its name or address, and nothing else.
    case tcp(HTTPScheme, host: String, port: UInt16)

    /// A beginning of a URL that can be shown; a socket as nginx writes one.
    package var description: String {
        switch self {
        case .unixSocket(let path): "http://unix:\(path):"
        case .tcp: base
        }
    }

    /// Whether nothing but a name or an address stands where one belongs: a user, a path or a query
    /// would change what the URL means, and show a password.
    var isPlain: Bool {
        switch self {
        case .unixSocket(let path): !path.isEmpty
        case .tcp(_, let host, _): !host.isEmpty && !host.contains { "@/?#[]\\ ".contains($0) }
        }
    }

    /// What stands before a target in the URL that curl is given.
    var base: String {
        switch self {
        case .unixSocket: "http://localhost"
        case .tcp(let scheme, let host, let port):
            // RFC 3986 §3.2.2: an IPv6 address stands in brackets.
            "\(scheme.rawValue)://\(host.contains(":") ? "[\(host)]" : host):\(port)"
        }
    }
}

/// With or without TLS.
package enum HTTPScheme: String, Hashable, Sendable {
    /// Without.
    case http
    /// With TLS 1.2 or newer, and a certificate that is judged.
    case https
}
