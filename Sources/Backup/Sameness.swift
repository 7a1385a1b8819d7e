import FileSystem
import Format
import Model

/// Whether a file is what the newest snapshot holds, judged without reading it.
///
/// - Its inode and the time of its last status change must be the same, for a program can set the
///   time of the last content change back, but not that one. The device's number does not count: a
///   volume that is a snapshot gets another one each time it is mounted.
/// - On a file system of another machine, or of a program (FUSE), inodes and that time are the
///   invention of whoever serves it: cifs numbers files anew at each mount without `serverino`,
///   and has no such time at all. There size and time of content must do. Where ctime is
///   known to tell everything, a time of content in the future, as a wrong clock leaves it, is no
///   reason to read a file every night.
/// - The time of the last status change tells of owner, mode, ACLs and extended attributes too
///   (inode(7)): on the file systems that are known to keep to that, a name with the same one has
///   the same attributes.
/// - A file touched within two seconds before its last reading may have changed after it without
///   its times showing that, for file systems count time in steps (FAT: two seconds).
struct Sameness {
    /// Before when a change cannot be hidden by the steps in which time is counted.
    static let step: Duration = .seconds(-2)

    /// What the file system's time of the last status change tells.
    let changeTime: ChangeTime
    /// When the run began that read the file last.
    let started: Timestamp

    /// Judges a file.
    ///
    /// - Parameters:
    ///   - status: as it is now.
    ///   - before: its record in the newest snapshot.
    ///   - content: the content in that record.
    /// - Returns: whether it surely has the same content; a doubt is no.
    func holds(
        _ status: FileStatus,
        _ before: FileRecord,
        _ content: FileRecord.Content
    ) -> Bool {
        guard status.size == content.size, status.modified == before.modified else {
            return false
        }
        let isOld = status.modified.since(started) < Self.step
        return switch changeTime {
        case .ofEverything: isSameInode(status, before)
        case .ofContent: isSameInode(status, before) && isOld
        case .ofNothing: isOld
        }
    }

    /// Judges a name of any kind.
    ///
    /// - Parameters:
    ///   - status: as it is now.
    ///   - before: its record in the newest snapshot.
    /// - Returns: whether it is surely the same inode, with the same owner, mode, attributes and
    ///   target; a doubt is no.
    func isUntouched(_ status: FileStatus, _ before: FileRecord) -> Bool {
        changeTime == .ofEverything && isSameInode(status, before)
    }

    private func isSameInode(_ status: FileStatus, _ before: FileRecord) -> Bool {
        status.inode == before.identity.inode
            && status.changed == before.identity.changed
            && status.changed.since(started) < Self.step
    }
}
