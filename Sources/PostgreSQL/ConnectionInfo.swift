import CPostgreSQL
import CSystem
import Processes

/// How to reach a server: a libpq connection string, taken apart.
///
/// Prints no password. libpq's own variables, service file and password file are honoured.
package struct ConnectionInfo: Hashable, Sendable, CustomStringConvertible {
    /// libpq's keywords and their values, without the password.
    private var settings: [String: String]
    private var password: String?

    /// Reads `host=… user=…`, `service=…` or `postgresql://…`.
    ///
    /// - Throws: ``DatabaseError/badConnectionString``.
    /// - SeeAlso: PostgreSQL manual, "Connection Strings".
    package init(_ text: String) throws(DatabaseError) {
        guard let options = unsafe PQconninfoParse(text, nil) else {
            throw .badConnectionString
        }
        defer { unsafe PQconninfoFree(options) }
        settings = [:]
        var option = unsafe options
        while let keyword = unsafe option.pointee.keyword {
            if let value = unsafe option.pointee.val {
                settings[unsafe String(cString: keyword)] = unsafe String(cString: value)
            }
            unsafe option += 1
        }
        password = settings.removeValue(forKey: "password")
    }

    /// A server that listens on a socket in `directory` only.
    package init(socketDirectory directory: String, port: Int, user: String) {
        settings = ["host": directory, "port": "\(port)", "user": user]
        password = nil
    }

    /// The same server, another database.
    package func database(_ name: String) -> ConnectionInfo {
        var copy = self
        copy.settings["dbname"] = name
        return copy
    }

    /// Whether a database is named, or a service that may name one.
    var namesDatabase: Bool { settings["dbname"] != nil || settings["service"] != nil }

    /// The same, with `postgres` for a database where none is named.
    var withDefaultDatabase: ConnectionInfo {
        // A service file may name one, which we cannot see here.
        namesDatabase ? self : database("postgres")
    }

    /// The connection string without its password.
    package var description: String {
        settings.sorted { $0.key < $1.key }.map { key, value in
            let escaped = value.flatMap { $0 == "'" || $0 == "\\" ? ["\\", $0] : [$0] }
            return "\(key)='\(String(escaped))'"
        }.joined(separator: " ")
    }

    /// Keywords and values for PQconnectdbParams, the password among them.
    var parameters: [String: String] {
        var all = ConnectionInfo.defaults
        all.merge(settings) { _, ours in ours }
        all["password"] = password
        all["client_encoding"] = "UTF8"
        all["application_name"] = "toride"
        return all
    }

    /// Host, port and user as arguments, for tools that take no connection string.
    var toolArguments: [String] {
        ["host": "--host", "port": "--port", "user": "--username"].compactMap { key, option in
            settings[key].map { "\(option)=\($0)" }
        }
    }

    /// Host, port, user and database by libpq's variables, for a program that is to ask a server.
    package var programEnvironment: [String: String] {
        let variables = [
            "host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "dbname": "PGDATABASE",
        ]
        return Dictionary(
            uniqueKeysWithValues: variables.compactMap { key, variable in
                settings[key].map { (variable, $0) }
            }
        )
    }

    /// The environment of a libpq tool: the password, which no argument may hold, and the
    /// variables of libpq that this process was given itself.
    var toolEnvironment: [String: String] {
        var environment = Command.minimalEnvironment
        var entry = unsafe csystem_environ()
        while let current = unsafe entry?.pointee {
            let text = unsafe String(cString: current)
            if let sign = text.firstIndex(of: "="), text.hasPrefix("PG") || text.hasPrefix("HOME=")
            {
                environment[String(text[..<sign])] = String(text[text.index(after: sign)...])
            }
            unsafe entry = unsafe entry?.advanced(by: 1)
        }
        environment["PGAPPNAME"] = "toride"
        if let password {
            environment["PGPASSWORD"] = password
        }
        return environment
    }

    /// A server that fell silent must not hold us for ever: 15 s to connect, and a connection is
    /// dead after two minutes without an answer from its machine.
    private static let defaults = [
        "connect_timeout": "15", "keepalives": "1", "keepalives_idle": "60",
        "keepalives_interval": "10", "keepalives_count": "6", "tcp_user_timeout": "120000",
    ]
}
