package import Format

/// Is shown every regular file that a backup takes, in path order and byte for byte as it is taken,
/// so that what it says of a file is true of what was sealed.
package protocol FileObserver: AnyObject {
    /// Whether it needs no look at a file that did not change. May be asked more than once.
    ///
    /// - Returns: false to have the file read again.
    func knows(_ path: [UInt8]) -> Bool

    /// A file is taken from the newest snapshot, unread.
    ///
    /// - Throws: what ends the backup.
    func keep(_ path: [UInt8]) throws

    /// A file was read whole.
    ///
    /// - Throws: what ends the backup.
    func see(_ path: [UInt8], _ bytes: ArraySlice<UInt8>) throws

    /// A file is about to come in pieces.
    ///
    /// - Parameters:
    ///   - path: in the snapshot.
    ///   - size: of the whole, holes included, as far as is known.
    ///   - extents: where the pieces' bytes lie, if the file has holes.
    /// - Throws: what ends the backup.
    func begin(_ path: [UInt8], size: UInt64?, extents: [FileRecord.Extent]?) throws

    /// The next piece of the file that began.
    ///
    /// - Throws: what ends the backup.
    func see(piece: [UInt8]) throws

    /// The file that began is over.
    ///
    /// - Parameter isTaken: false if it changed while it was read: it comes once more, or not at
    ///   all.
    /// - Throws: what ends the backup.
    func end(isTaken: Bool) throws
}
