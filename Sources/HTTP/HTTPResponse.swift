/// What a server answered, whatever that means.
package struct HTTPResponse: Hashable, Sendable {
    /// As 200.
    package let status: Int
    /// In the order in which they came, names in lower case; without those that follow a body.
    package let headers: [HTTPHeader]
    /// All of it. Where the head tells neither its length nor that it comes in chunks, it ended
    /// with the connection, and nothing shows whether it was cut.
    package let body: [UInt8]

    /// The value of the first header of a name.
    ///
    /// - Parameter name: in lower case.
    /// - Returns: nil if there is none.
    package func header(_ name: String) -> String? {
        headers.first { $0.name == name }?.value
    }
}
