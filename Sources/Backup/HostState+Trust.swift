package import Format
package import HostState
package import Repository

extension HostState {
    /// Whom this host believes: its own keys, those that it has pinned, and others.
    ///
    /// - Parameter others: pinned elsewhere, such as by its configuration.
    /// - Returns: all of them.
    /// - Throws: ``HostStateError``.
    package func trustedSigners(and others: [SignerPin] = []) throws -> TrustedSigners {
        TrustedSigners(pins: try ownPins() + pins().pins + others)
    }
}
