import Glibc

/// Paths without links, as realpath(3) finds them.
package enum RealPath {
    /// A path without links, `.`, `..` and a slash at its end.
    ///
    /// - Parameter path: of something that is there.
    /// - Returns: an absolute path.
    /// - Throws: ``FileSystemError`` if there is no such thing.
    package static func of(_ path: String) throws(FileSystemError) -> String {
        guard let real = unsafe realpath(path, nil) else {
            throw .last("look at", path)
        }
        defer { unsafe free(real) }
        return unsafe String(cString: real)
    }
}
