import FileSystem
import Format

extension TreeWalk {
    /// A name in a folder and what it was when it was looked at.
    struct Entry {
        let name: [UInt8]
        let path: [UInt8]
        let status: FileStatus
        /// Whether `status` was seen when its folder was listed, and not just now.
        let isAhead: Bool
        /// What the newest snapshot has at its path.
        let before: PreviousRecord?
        /// How that is compared; nil where nothing is to be believed without reading it.
        let sameness: Sameness?
        /// What a scout has read of it when `status` was seen.
        let content: FolderScout.Content?
        /// Whether attributes and target surely are as in `before`.
        let isUntouched: Bool

        init(
            name: [UInt8],
            path: [UInt8],
            status: FileStatus,
            isAhead: Bool,
            before: PreviousRecord?,
            sameness: Sameness?,
            content: FolderScout.Content? = nil
        ) {
            self.name = name
            self.path = path
            self.status = status
            self.isAhead = isAhead
            self.before = before
            self.sameness = sameness
            self.content = content
            isUntouched =
                if let sameness, let before {
                    sameness.isUntouched(status, before.record)
                } else {
                    false
                }
        }

        /// The same name, looked at just now.
        func again(_ status: FileStatus) -> Entry {
            Entry(
                name: name,
                path: path,
                status: status,
                isAhead: false,
                before: before,
                sameness: status.device == self.status.device ? sameness : nil
            )
        }

        /// What the newest snapshot has of it, if the next has the very same.
        var kept: PreviousRecord? {
            guard isUntouched, let before, before.describes(status) else {
                return nil
            }
            return before
        }
    }
}

extension TreeWalk.Entry {
    /// Its attributes: of the newest snapshot, where they surely are the same, else as `read` gives
    /// them.
    func attributes(
        _ read: () throws(FileSystemError) -> [ExtendedAttribute]
    ) throws(FileSystemError) -> [FileRecord.Attribute] {
        if isUntouched, let before {
            return before.record.attributes
        }
        return try read().map { FileRecord.Attribute(name: $0.name, value: $0.value) }
    }

    /// Its record, of what was seen of it.
    func record(
        _ kind: FileRecord.Kind,
        _ attributes: [FileRecord.Attribute]
    ) -> FileRecord {
        FileRecord(
            path: path,
            kind: kind,
            mode: status.mode,
            uid: status.uid,
            gid: status.gid,
            modified: status.modified,
            identity: FileRecord.Identity(
                device: status.device,
                inode: status.inode,
                changed: status.changed
            ),
            attributes: attributes
        )
    }
}
