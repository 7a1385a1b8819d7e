/// An element of a document in which S3 answers. Attributes and namespaces say nothing there.
package struct S3Element: Hashable, Sendable {
    /// Its name, without a prefix.
    let name: String
    /// The characters in it, those of its children apart.
    var text = ""
    /// What stands in it, in order.
    var children: [S3Element] = []

    /// Names an empty element.
    init(_ name: String) {
        self.name = name
    }

    /// The text of the first child of a name; nil if there is none.
    subscript(name: String) -> String? { first(name)?.text }

    /// The first child of a name; nil if there is none.
    func first(_ name: String) -> S3Element? {
        children.first { $0.name == name }
    }

    /// Every child of a name, in order.
    func all(_ name: String) -> [S3Element] {
        children.filter { $0.name == name }
    }
}
