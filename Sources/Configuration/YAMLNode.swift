/// A value of a YAML file that knows its place: what all decoding works on. No anchors, no types
/// but these, keys are text and stand once.
struct YAMLNode: Hashable, Sendable {
    /// A key and its value.
    struct Entry: Hashable, Sendable {
        /// The key.
        let key: String
        /// Where the key stands; its key path ends with the key itself.
        let place: Place
        /// What stands behind it.
        let value: YAMLNode
    }

    /// What kinds of value there are.
    enum Content: Hashable, Sendable {
        /// Nothing, `~` or `null`, unquoted.
        case empty
        /// Any other scalar; `isPlain` if it was not quoted.
        case text(String, isPlain: Bool)
        /// A list.
        case list([YAMLNode])
        /// A mapping, in the order of the file.
        case mapping([Entry])
    }

    /// Where the value stands; its key path is that of the key before it.
    let place: Place
    /// What stands there.
    let content: Content

    /// What it is, for people.
    var kind: String {
        switch content {
        case .empty: "nothing"
        case .text: "a single value"
        case .list: "a list"
        case .mapping: "a mapping of keys"
        }
    }
}
