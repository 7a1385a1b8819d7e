/// What the daemon runs.
package enum JobKind: String, Hashable, Sendable, CaseIterable {
    /// A set into its stores.
    case backup
    /// A keyless verification of a set.
    case verify
    /// A reading of what is due in a store.
    case read
    /// An attack on a store that is to resist.
    case attack
    /// A drill plan.
    case drill
}
