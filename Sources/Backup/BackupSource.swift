package import Model

/// Where a set's data come from.
package protocol BackupSource {
    /// `files`, `postgresql` or `command`.
    var kind: String { get }

    /// Hands everything to `writer`, in path order.
    ///
    /// - Parameters:
    ///   - writer: takes records and content.
    ///   - previous: the newest file list, to skip what did not change.
    /// - Returns: the moment of the consistent view, if the source has one; else the run's start
    ///   counts.
    /// - Throws: if there can be no snapshot at all. What is wrong with single files is noted on
    ///   `writer` instead.
    func read(
        into writer: SnapshotWriter,
        previous: inout PreviousList
    ) throws -> Timestamp?

    /// Told once the snapshot stands and its file list is the host's newest.
    ///
    /// - Throws: what the host's own folder throws.
    func settle() throws
}

extension BackupSource {
    /// Most sources remember nothing.
    package func settle() throws {}
}
