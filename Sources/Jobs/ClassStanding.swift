package import Configuration
package import Model

/// What shows that a store is of the class that it is declared to be, as the catalog remembers it
/// (docs/decisions/0019).
package struct ClassStanding: Sendable {
    /// What was tried or seen.
    package enum Evidence: Hashable, Sendable {
        /// All that the class is to withstand was tried; when that ended.
        case attack(Timestamp)
        /// Media come and go.
        case media([Stay])
    }

    /// A medium, and when it was here.
    package struct Stay: Hashable, Sendable {
        /// What stands on the medium.
        package let label: String
        /// Since when it is away; nil if it is here or connected or may be, or never was here.
        package let away: Timestamp?
        /// When it must be back; nil while it is not away.
        package let due: Timestamp?
        /// When it was last here; nil if it never was.
        package let seen: Timestamp?
        /// How long it was seen here in the last ``ClassStanding/onlineDays``.
        package let online: Duration
        /// Whether it is connected and not mounted: it need not be fetched to be reached.
        package let isConnected: Bool
        /// Whether it was here, is not mounted, and nothing tells whether it is connected.
        package let isUntold: Bool
        /// Whether it was not what it ought to be when it was last attached: it shows nothing.
        package let isDoubted: Bool
    }

    /// For how many days back it is told how long media were here.
    package static let onlineDays: Int64 = 30

    /// The store.
    package let store: Configuration.Store
    /// What it is declared to be.
    package let copyClass: Configuration.CopyClass
    /// What was tried or seen; nil if nothing was.
    package let evidence: Evidence?
    /// Whether it is shown.
    package let verdict: Verdict
    /// What speaks against it, each once.
    package let codes: [FindingCode]

    /// When that was tried or last seen which shows it.
    package var at: Timestamp? {
        switch evidence {
        case .attack(let finished): finished
        case .media(let stays): stays.compactMap(\.seen).max()
        case nil: nil
        }
    }
}
