package import Format
import Glibc
package import Model

/// A file that a source makes up: a dump, the output of a program.
package enum VirtualFile {
    /// Its record, without content.
    package static func record(_ name: String, at time: Timestamp) -> FileRecord {
        let blank = FileRecord.Content(size: 0, digest: .zero, extents: nil, pieces: [])
        return FileRecord(
            path: Array(name.utf8),
            kind: .regular(blank),
            mode: 0o600,
            uid: geteuid(),
            gid: getegid(),
            modified: Timestamp(seconds: time.seconds),
            identity: FileRecord.Identity(device: 0, inode: 0, changed: time),
            attributes: []
        )
    }
}
