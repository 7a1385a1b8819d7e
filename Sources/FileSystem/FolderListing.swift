/// What a folder holds, and what the first of its names are.
package struct FolderListing: Sendable {
    /// In byte order; without `.` and `..`.
    package let names: [[UInt8]]
    /// What each of the first names is, as many as were asked for; nil where that is not known.
    package let statuses: [FileStatus?]
}

extension FileHandle {
    /// Lists this directory, which was just opened, and looks at its first names.
    ///
    /// - Parameters:
    ///   - statusesMax: at how many.
    ///   - namesMax: how many names may be there.
    /// - Returns: the names, and what was seen of the first.
    /// - Throws: ``FileSystemError`` if the directory itself cannot be listed.
    package borrowing func listing(
        statusesMax: Int,
        namesMax: Int = .max
    ) throws(FileSystemError) -> FolderListing {
        let names = try names(max: namesMax, isFresh: true)
        var statuses: [FileStatus?] = []
        statuses.reserveCapacity(min(names.count, statusesMax))
        for name in names.prefix(statusesMax) {
            statuses.append(try? status(name: name))
        }
        return FolderListing(names: names, statuses: statuses)
    }
}
