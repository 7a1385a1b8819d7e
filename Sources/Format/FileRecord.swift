package import Model

/// One file of a snapshot: everything that a restore needs to make it again.
package struct FileRecord: Hashable, Sendable {
    /// What kind of file, with what only that kind has.
    package enum Kind: Hashable, Sendable {
        case regular(Content)
        case directory
        case symlink(target: [UInt8])
        case fifo
        case socket
        case characterDevice(major: UInt32, minor: UInt32)
        case blockDevice(major: UInt32, minor: UInt32)
        /// Another name of a file that came before; the path of its first name.
        case hardLink(to: [UInt8])
    }

    /// The bytes of a regular file.
    package struct Content: Hashable, Sendable {
        /// Logical size in bytes, holes included.
        package var size: UInt64
        /// Of one piece its SHA-256; of several, or with holes, SHA-256 over the pieces'
        /// (length (8) ‖ SHA-256 (32)). Holes have no pieces.
        package var digest: Digest
        /// Where data lies if the file has holes; nil if it has none.
        package var extents: [Extent]?
        /// The pieces, in order, of all data.
        package var pieces: [Piece]

        /// States the content of a regular file. Without holes, `extents` is nil.
        package init(size: UInt64, digest: Digest, extents: [Extent]?, pieces: [Piece]) {
            self.size = size
            self.digest = digest
            self.extents = extents
            self.pieces = pieces
        }
    }

    /// A run of data between holes, in bytes.
    package struct Extent: Hashable, Sendable {
        /// Where it begins in the file.
        package var offset: UInt64
        /// How many bytes it has; at least 1.
        package var length: UInt64

        /// States a run of data.
        package init(offset: UInt64, length: UInt64) {
            self.offset = offset
            self.length = length
        }
    }

    /// A piece of content: a whole chunk, or a part of a bundle.
    package struct Piece: Hashable, Sendable {
        /// `content` or `bundle`; nothing else holds files.
        package var kind: FrameKind
        /// The chunk that holds it.
        package var chunk: ChunkID
        /// Within the chunk's content; 0 for a whole chunk.
        package var offset: UInt32
        /// Bytes of the piece, at least 1; of kind `content`, the whole chunk.
        package var length: UInt32

        /// Points to a piece.
        package init(kind: FrameKind, chunk: ChunkID, offset: UInt32, length: UInt32) {
            self.kind = kind
            self.chunk = chunk
            self.offset = offset
            self.length = length
        }
    }

    /// Where the file was when it was read: to tell, next time, whether it changed.
    package struct Identity: Hashable, Sendable {
        /// st_dev of its file system.
        package var device: UInt64
        /// st_ino.
        package var inode: UInt64
        /// ctime, which only the kernel sets.
        package var changed: Timestamp

        /// States where a file was. A file that a source makes up has device and inode 0.
        package init(device: UInt64, inode: UInt64, changed: Timestamp) {
            self.device = device
            self.inode = inode
            self.changed = changed
        }
    }

    /// An extended attribute; POSIX ACLs are the ones named `system.posix_acl_…`.
    package struct Attribute: Hashable, Sendable {
        /// With its namespace, as `user.comment`; 255 bytes at most.
        package var name: [UInt8]
        /// Any bytes; 65,536 at most.
        package var value: [UInt8]

        /// States an attribute.
        package init(name: [UInt8], value: [UInt8]) {
            self.name = name
            self.value = value
        }
    }

    /// Relative to the snapshot's root, parts divided by `/`: bytes, not text.
    package var path: [UInt8]
    /// What the file is, with what only that kind has.
    package var kind: Kind
    /// Permission bits with setuid, setgid and sticky: 12 bits.
    package var mode: UInt16
    /// The owner's number on the host that took it.
    package var uid: UInt32
    /// The group's number on the host that took it.
    package var gid: UInt32
    /// mtime, to the nanosecond.
    package var modified: Timestamp
    /// Where the file was; no restore needs it.
    package var identity: Identity
    /// Rising by name.
    package var attributes: [Attribute]

    /// States all of a file. `path` and `attributes` are as their limits and order demand.
    package init(
        path: [UInt8],
        kind: Kind,
        mode: UInt16,
        uid: UInt32,
        gid: UInt32,
        modified: Timestamp,
        identity: Identity,
        attributes: [Attribute]
    ) {
        self.path = path
        self.kind = kind
        self.mode = mode
        self.uid = uid
        self.gid = gid
        self.modified = modified
        self.identity = identity
        self.attributes = attributes
    }
}
