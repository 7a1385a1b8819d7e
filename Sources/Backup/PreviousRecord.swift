import FileSystem
package import Format

/// A record of the newest snapshot, with the bytes that it has in the file list: a file that did
/// not change has the same bytes in the next.
///
/// A class, for it is handed from hand to hand for every file of a tree that did not change.
package final class PreviousRecord: Sendable {
    /// What the newest snapshot holds of a path.
    package let record: FileRecord
    /// As ``FileRecord/append(to:)`` wrote it.
    package let encoded: ArraySlice<UInt8>

    init(record: FileRecord, encoded: ArraySlice<UInt8>) {
        self.record = record
        self.encoded = encoded
    }

    /// Whether a record that is made of `status` now, with the attributes and the target or content
    /// of this one, has the same bytes.
    func describes(_ status: FileStatus) -> Bool {
        isOf(status) && record.mode == status.mode && record.uid == status.uid
            && record.gid == status.gid && record.modified == status.modified
            && record.identity.device == status.device && record.identity.inode == status.inode
            && record.identity.changed == status.changed
    }

    /// A hard link is of no kind: what it is depends on its first name.
    private func isOf(_ status: FileStatus) -> Bool {
        let kind = status.kind
        return switch record.kind {
        case .regular(let content): kind == .regular && content.size == status.size
        case .directory: kind == .directory
        case .symlink: kind == .symlink
        case .fifo: kind == .fifo
        case .socket: kind == .socket
        case .characterDevice: kind == .characterDevice
        case .blockDevice: kind == .blockDevice
        case .hardLink: false
        }
    }
}
