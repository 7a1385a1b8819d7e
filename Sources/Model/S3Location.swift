/// Where a store of objects lies in an S3 service, and how it is reached. No secret is in it.
package struct S3Location: Hashable, Sendable, CustomStringConvertible {
    /// How a bucket stands in a URL.
    package enum Style: String, Hashable, Sendable, CaseIterable {
        /// `https://host/bucket/key`: what most services of a hospital's own understand.
        case path
        /// `https://bucket.host/key`: what AWS asks for.
        case virtualHosted = "virtual-hosted"
    }

    /// Where the credentials lie.
    package enum Credentials: Hashable, Sendable {
        /// In `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`.
        case environment
        /// In a file as AWS's own tools read it (`aws_access_key_id = …` under a `[profile]`): an
        /// absolute path, and which profile.
        case file(String, profile: String)
    }

    /// Whether TLS is spoken.
    package let isSecure: Bool
    /// A name or an address, IPv6 without brackets.
    package let host: String
    /// The server's port.
    package let port: UInt16
    /// The bucket's name.
    package let bucket: String
    /// What every key begins with there: empty, or with a slash last and none first.
    package let prefix: String
    /// What the service calls its region; `us-east-1` where it has none.
    package let region: String
    /// How the bucket stands in a URL.
    package let style: Style
    /// Certificates in PEM of the only authorities that are believed: an absolute path; nil for the
    /// system's.
    package let caFile: String?
    /// A proxy's URL without user and password; nil for none.
    package let proxy: String?
    /// Where the credentials lie.
    package let credentials: Credentials

    /// States where.
    package init(
        isSecure: Bool,
        host: String,
        port: UInt16,
        bucket: String,
        prefix: String = "",
        region: String = "us-east-1",
        style: Style = .path,
        caFile: String? = nil,
        proxy: String? = nil,
        credentials: Credentials = .environment
    ) {
        self.isSecure = isSecure
        self.host = host
        self.port = port
        self.bucket = bucket
        self.prefix = prefix
        self.region = region
        self.style = style
        self.caFile = caFile
        self.proxy = proxy
        self.credentials = credentials
    }

    /// The server, with its port unless that is the scheme's own (RFC 9110 §7.2).
    package var server: String {
        // RFC 3986 §3.2.2: an IPv6 address stands in brackets.
        let name = host.contains(":") ? "[\(host)]" : host
        return port == (isSecure ? 443 : 80) ? name : "\(name):\(port)"
    }

    /// The server's address; nil of one that has a name.
    package var address: NetworkAddress? { NetworkAddress(host: host, port: port) }

    /// Whether what is sent there passes no network: the server is this machine (RFC 6761 §6.3).
    package var isOnThisHost: Bool { host == "localhost" || address?.isLoopback == true }

    /// As `https://host:port/bucket/prefix`, however the bucket stands in requests.
    package var description: String {
        let folder = prefix.isEmpty ? "" : "/\(prefix.dropLast())"
        return "\(isSecure ? "https" : "http")://\(server)/\(bucket)\(folder)"
    }
}
