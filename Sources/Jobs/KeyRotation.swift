import Configuration
import HostState

/// A new secret for a set.
package enum KeyRotation {
    /// Starts the set's next epoch: its next backup shares nothing with what was stored before.
    ///
    /// - Parameters:
    ///   - name: the set's.
    ///   - site: whose set it is.
    /// - Returns: the epoch's number.
    /// - Throws: ``SiteError`` if there is no such set or a run of it is under way;
    ///   ``HostStateError/missing(_:hint:)`` before its first backup.
    package static func begin(_ name: String, _ site: Site) throws -> UInt64 {
        let set = try site.set(named: name).name
        guard try site.state.id(of: set) != nil else {
            throw HostStateError.missing(
                "the secret of \(set)",
                hint: "it is drawn by the set's first backup; there is nothing to rotate yet"
            )
        }
        return try SetLock.hold(set, in: site.state) { try site.state.beginEpoch(of: set) }
    }
}
