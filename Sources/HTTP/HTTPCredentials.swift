/// A user's name and password for Basic authentication (RFC 7617), in memory like any text: for
/// secrets that are made for one server and thrown away with it.
package struct HTTPCredentials: Sendable, CustomStringConvertible {
    /// The name, without `:`.
    let user: String
    /// As it was given.
    let password: String

    /// Holds them.
    ///
    /// - Parameters:
    ///   - user: the name, without `:`.
    ///   - password: any text without control characters.
    package init(user: String, password: String) {
        self.user = user
        self.password = password
    }

    package var description: String { user }
}
