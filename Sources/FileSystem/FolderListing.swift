/// What a folder holds, and what the first of its names are.
package struct FolderListing: Sendable {
    /// In byte order; without `.` and `..`.
    package let names: [[UInt8]]
    /// What each of the first names is, or why that cannot be told; as many as were asked for.
    package let statuses: [Result<FileStatus, FileSystemError>]
}

extension FileHandle {
    /// Lists this directory and looks at its first names.
    ///
    /// - Parameter statusesMax: at how many.
    /// - Returns: the names, and what was seen of the first.
    /// - Throws: ``FileSystemError`` if the directory itself cannot be listed.
    package borrowing func listing(
        statusesMax: Int
    ) throws(FileSystemError) -> FolderListing {
        let names = try names()
        var statuses: [Result<FileStatus, FileSystemError>] = []
        statuses.reserveCapacity(min(names.count, statusesMax))
        for name in names.prefix(statusesMax) {
            do throws(FileSystemError) {
                statuses.append(.success(try status(name: name)))
            } catch {
                statuses.append(.failure(error))
            }
        }
        return FolderListing(names: names, statuses: statuses)
    }
}
