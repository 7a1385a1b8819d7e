package import Format
package import Model

/// A list page and its name in the store.
package struct PageRow: Hashable, Sendable {
    /// SHA-256 of the page's stored bytes.
    package let name: ObjectName
    /// What it names.
    package let page: ListPage

    /// Names a page.
    package init(name: ObjectName, page: ListPage) {
        self.name = name
        self.page = page
    }
}
