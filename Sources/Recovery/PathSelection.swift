import Format

/// Paths that are asked for, and the folders that lead to them. A question costs as much as its
/// path is deep, however many paths there are.
package struct PathSelection: Sendable {
    private let paths: Set<[UInt8]>
    private let above: Set<[UInt8]>

    /// Selects paths.
    package init(_ paths: some Sequence<[UInt8]>) {
        let paths = Set(paths)
        var above: Set<[UInt8]> = []
        for path in paths {
            var folder = RecordPath.folder(of: path)
            while !folder.isEmpty, above.insert(folder).inserted {
                folder = RecordPath.folder(of: folder)
            }
        }
        self.paths = paths
        self.above = above
    }

    /// Whether `path` itself is one of them.
    package func contains(_ path: [UInt8]) -> Bool { paths.contains(path) }

    /// Whether one of them lies in the folder `path`.
    package func isAbove(_ path: [UInt8]) -> Bool { above.contains(path) }

    /// The innermost one that `path` is, or lies in; nil if there is none.
    package func holder(of path: [UInt8]) -> [UInt8]? {
        var place = path
        while !place.isEmpty {
            if paths.contains(place) {
                return place
            }
            place = RecordPath.folder(of: place)
        }
        return nil
    }
}
