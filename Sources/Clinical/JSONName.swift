/// The name of a member, as far as its reader knows it.
enum JSONName: Hashable, Sendable {
    /// One of the words that are looked for, by its number.
    case known(Int)
    /// Any other.
    case other
}
