import Model

extension S3Location {
    /// What stands under `s3:`.
    static let keys = [
        "endpoint", "bucket", "prefix", "region", "style", "ca", "proxy", "credentials", "profile",
        "lock",
    ]

    /// Reads the mapping under `s3:`, `lock` apart.
    ///
    /// - Throws: ``ConfigurationError``; no message repeats what may be a password.
    init(_ node: YAMLNode) throws(ConfigurationError) {
        let section = try Section(node, allowed: Self.keys)
        let endpoint = try Endpoint(section.required("endpoint"))
        let bucketNode = try section.required("bucket")
        let bucket = try bucketNode.line()
        guard Self.isBucket(bucket) else {
            throw ConfigurationError(
                bucketNode.place,
                .rule("is no name of a bucket", hint: "3 to 63 of a-z, 0-9, - and .")
            )
        }
        let isAmazon = endpoint.host.hasSuffix(".amazonaws.com")
        self.init(
            isSecure: endpoint.isSecure,
            host: endpoint.host,
            port: endpoint.port,
            bucket: bucket,
            prefix: try section["prefix"].map(Self.prefix) ?? "",
            region: try section["region"]?.line() ?? "us-east-1",
            style: try section["style"]?.word(Style.self) ?? (isAmazon ? .virtualHosted : .path),
            caFile: try section["ca"]?.path(),
            proxy: try section["proxy"].map(Self.proxy),
            credentials: try Self.credentials(section)
        )
    }

    /// S3's general-purpose buckets: "Bucket naming rules" of Amazon's user guide. What services of
    /// their own take beyond that is not portable.
    private static func isBucket(_ name: String) -> Bool {
        let isSpelled = name.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
        }
        return isSpelled && (3...63).contains(name.utf8.count) && !name.contains("..")
            && !["-", "."].contains { name.hasPrefix($0) || name.hasSuffix($0) }
    }

    /// A folder in the bucket, with or without slashes at its ends.
    private static func prefix(_ node: YAMLNode) throws(ConfigurationError) -> String {
        let parts = try node.line().split(separator: "/", omittingEmptySubsequences: true)
        let isSpelled = parts.allSatisfy { part in
            part != "." && part != ".."
                && part.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f }
        }
        guard isSpelled, !parts.isEmpty else {
            throw ConfigurationError(
                node.place,
                .rule("is no folder in a bucket", hint: "write one as toride/ehr, in ASCII")
            )
        }
        return parts.joined(separator: "/") + "/"
    }

    private static func proxy(_ node: YAMLNode) throws(ConfigurationError) -> String {
        let text = try node.line()
        guard text.hasPrefix("http://") || text.hasPrefix("https://"), !text.contains("@") else {
            throw ConfigurationError(
                node.place,
                .rule(
                    "is no proxy that can be used",
                    hint: "write http://host:port, without a user and a password"
                )
            )
        }
        return text
    }

    private static func credentials(
        _ section: Section
    ) throws(ConfigurationError) -> Credentials {
        guard let node = section["credentials"] else {
            try section.refuse(
                "profile",
                because: "names a part of a file, and there is none",
                hint: "add credentials: FILE"
            )
            return .environment
        }
        return .file(try node.path(), profile: try section["profile"]?.line() ?? "default")
    }
}

/// Where an S3 service is reached: `https://host`, `http://host:port`.
private struct Endpoint {
    let isSecure: Bool
    let host: String
    let port: UInt16

    init(_ node: YAMLNode) throws(ConfigurationError) {
        let text = try node.line()
        guard let read = Endpoint(text) else {
            throw ConfigurationError(
                node.place,
                .rule("is no address of a service", hint: "write it as https://host:port")
            )
        }
        self = read
    }

    private init?(_ text: String) {
        var rest = Substring(text)
        if rest.hasPrefix("https://") {
            isSecure = true
            rest = rest.dropFirst(8)
        } else if rest.hasPrefix("http://") {
            isSecure = false
            rest = rest.dropFirst(7)
        } else {
            return nil
        }
        if rest.hasSuffix("/") {
            rest = rest.dropLast()
        }
        let usual: UInt16 = isSecure ? 443 : 80
        var portText: Substring?
        if rest.hasPrefix("["), let end = rest.firstIndex(of: "]") {
            // RFC 3986 §3.2.2: an IPv6 address stands in brackets.
            host = String(rest[rest.index(after: rest.startIndex)..<end])
            let behind = rest[rest.index(after: end)...]
            guard behind.isEmpty || behind.first == ":" else {
                return nil
            }
            portText = behind.isEmpty ? nil : behind.dropFirst()
        } else {
            let parts = rest.split(separator: ":", omittingEmptySubsequences: false)
            guard let name = parts.first, parts.count <= 2 else {
                return nil
            }
            host = String(name)
            portText = parts.count == 2 ? parts[1] : nil
        }
        guard let port = portText.map({ UInt16($0) }) ?? usual, port > 0, !host.isEmpty,
            !host.contains(where: { "@/?#[]\\ ".contains($0) })
        else {
            return nil
        }
        self.port = port
    }
}
