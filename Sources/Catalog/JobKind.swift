/// What the daemon runs.
package enum JobKind: String, Hashable, Sendable, CaseIterable {
    /// A set into its stores.
    case backup
    /// A keyless verification of a set.
    case verify
    /// A drill plan.
    case drill
}
