/// Why a connection string is refused. Holds nothing of the string, which may hold a password.
enum ConninfoFault: Error, Hashable {
    /// A keyword whose value is a secret.
    case secret(keyword: String)
    /// `postgresql://…`.
    case uri
    /// The database is named beside it.
    case database
    /// Not `keyword=value …`.
    case malformed

    /// What is wrong.
    var description: String {
        switch self {
        case .secret(let keyword): "has ‘\(keyword)=’: no secret may stand in this file"
        case .uri: "is a URI"
        case .database: "has ‘dbname=’"
        case .malformed: "is not keyword=value …"
        }
    }

    /// What to do about it.
    var hint: String {
        switch self {
        case .secret: "put it into ~/.pgpass of the user who runs Toride, or use service=NAME"
        case .uri: "write keywords instead, such as `host=db.local user=toride`"
        case .database: "write it in the key `database` only"
        case .malformed:
            "write keywords such as `host=/run/postgresql user=toride`, or service=NAME"
        }
    }
}

/// libpq's connection strings of keywords and values.
///
/// - SeeAlso: PostgreSQL, libpq, 34.1.1.1 "Keyword/Value Connection Strings"; the grammar is that
///   of conninfo_parse in fe-connect.c.
enum Conninfo {
    /// The keywords of libpq whose values are secrets themselves. (Such as `passfile` and `sslkey`
    /// name files.)
    private static let secrets = [
        "password", "sslpassword", "scram_client_key", "scram_server_key", "oauth_client_secret",
    ]

    /// Refuses what may not stand in a configuration, as soon as it is met.
    static func check(_ text: String) throws(ConninfoFault) {
        // libpq takes a string for a URI by these two beginnings only.
        guard !text.hasPrefix("postgresql://"), !text.hasPrefix("postgres://") else {
            throw .uri
        }
        var rest = text.unicodeScalars[...]
        skipBlanks(&rest)
        while !rest.isEmpty {
            try takePair(&rest)
            skipBlanks(&rest)
        }
    }

    private static func takePair(
        _ rest: inout Substring.UnicodeScalarView
    ) throws(ConninfoFault) {
        var keyword = ""
        while let scalar = rest.first, scalar != "=", !isBlank(scalar) {
            keyword.unicodeScalars.append(scalar)
            rest.removeFirst()
        }
        skipBlanks(&rest)
        if secrets.contains(keyword.lowercased()) {
            throw .secret(keyword: keyword.lowercased())
        }
        if keyword.lowercased() == "dbname" {
            throw .database
        }
        guard !keyword.isEmpty, rest.popFirst() == "=" else {
            throw .malformed
        }
        skipBlanks(&rest)
        try takeValue(&rest)
    }

    private static func takeValue(
        _ rest: inout Substring.UnicodeScalarView
    ) throws(ConninfoFault) {
        let isQuoted = rest.first == "'"
        if isQuoted {
            rest.removeFirst()
        }
        while let scalar = rest.first {
            if !isQuoted, isBlank(scalar) {
                return
            }
            rest.removeFirst()
            if isQuoted, scalar == "'" {
                return
            }
            if scalar == "\\" {
                _ = rest.popFirst()
            }
        }
        if isQuoted {
            throw .malformed
        }
    }

    private static func skipBlanks(_ rest: inout Substring.UnicodeScalarView) {
        while let scalar = rest.first, isBlank(scalar) {
            rest.removeFirst()
        }
    }

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        scalar == " " || (0x09...0x0d).contains(scalar.value)
    }
}
