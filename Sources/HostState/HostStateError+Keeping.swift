package import FileSystem

extension HostStateError {
    /// Says that the host's own disk did not take what was written.
    package init(unwritable error: FileSystemError) {
        self = .unwritable(error.description, hint: error.hint)
    }

    /// Writes to the host's own disk: an error of that must not look like one of the source's.
    ///
    /// - Throws: ``unwritable(_:hint:)`` for whatever `body` throws.
    package static func keeping<R: ~Copyable>(
        _ body: () throws(FileSystemError) -> R
    ) throws(HostStateError) -> R {
        do throws(FileSystemError) {
            return try body()
        } catch {
            throw HostStateError(unwritable: error)
        }
    }
}
