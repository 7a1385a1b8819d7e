/// Why bytes are not what their format says. Thrown inside readers, which make a value of it.
package enum ContentError: Error, Equatable {
    /// The bytes end before what they hold does.
    case truncated
    /// A length, count or depth is over its limit.
    case overLimit
    /// A rule of the format is broken, at this place.
    case malformed(String)
}
