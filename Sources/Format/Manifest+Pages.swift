import Model

extension ListPage {
    /// What a page adds to the pages of a snapshot.
    package struct Summary: Hashable, Sendable {
        /// Which page.
        package let number: UInt32
        /// Of all objects on it.
        package private(set) var totals = Manifest.Totals()
        /// How many of them are key objects.
        package private(set) var keys: UInt64 = 0
        /// How many of them are indexes.
        package private(set) var indexes: UInt64 = 0

        init(_ page: ListPage) {
            number = page.number
            for entry in page.entries {
                totals.objects += 1
                totals.bytes += entry.object.size
                switch entry.object.kind {
                case .key: keys += 1
                case .index: indexes += 1
                case .pack: break
                }
            }
        }
    }

    /// What the page adds to those of a snapshot.
    package var summary: Summary { Summary(self) }
}

extension Manifest {
    /// Judges the pages that the manifest names, as far as anyone can without keys: FORMAT.md §12
    /// and §14. Whether a name stands on two of them is for who has the names.
    ///
    /// - Parameter pages: all of them, in the manifest's order.
    /// - Throws: ``FormatError`` if they do not rise by number or do not add up to ``needed``, or
    ///   if there are more or fewer key objects than keys, or no index.
    package func check(_ pages: [ListPage.Summary]) throws(FormatError) {
        guard zip(pages, pages.dropFirst()).allSatisfy({ $0.number < $1.number }) else {
            throw .invalid("a manifest: its pages do not rise by number")
        }
        var totals = Totals()
        var (keyObjects, indexes): (UInt64, UInt64) = (0, 0)
        for page in pages {
            // A page is of bounded size, and so are their number and each object's.
            totals.objects += page.totals.objects
            totals.bytes += page.totals.bytes
            keyObjects += page.keys
            indexes += page.indexes
        }
        guard totals == needed else {
            throw .invalid(
                "a manifest: its pages name \(totals.objects) objects of \(totals.bytes) bytes, "
                    + "and it says \(needed.objects) of \(needed.bytes)"
            )
        }
        guard keyObjects == UInt64(keys.count) + 1 else {
            throw .invalid(
                "a manifest: its pages have \(keyObjects) key objects for \(keys.count) runs and "
                    + "the set secret"
            )
        }
        guard indexes > 0 else {
            throw .invalid("a manifest: its pages have no index")
        }
    }
}
