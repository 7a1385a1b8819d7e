import CSystem
import Glibc

extension FileHandle {
    /// Whether the open file lies in memory, so that removing it leaves nothing on a disk.
    package borrowing func isInMemory() throws(FileSystemError) -> Bool {
        // TMPFS_MAGIC and RAMFS_MAGIC of linux/magic.h.
        [0x0102_1994, 0x8584_58f6].contains(try fileSystemType())
    }

    /// What the time of the last status change (ctime) of this file system tells.
    package borrowing func changeTime() throws(FileSystemError) -> ChangeTime {
        switch try fileSystemType() {
        // NFS_SUPER_MAGIC, SMB_SUPER_MAGIC, V9FS_MAGIC of linux/magic.h; CIFS_SUPER_MAGIC,
        // SMB2_SUPER_MAGIC of fs/smb; FUSE_SUPER_MAGIC of fs/fuse/inode.c.
        case 0x6969, 0x517b, 0x0102_1997, 0xff53_4d42, 0xfe53_4d42, 0x6573_5546: .ofNothing
        // EXT4_SUPER_MAGIC (ext2 and ext3 too), XFS_SUPER_MAGIC, BTRFS_SUPER_MAGIC, TMPFS_MAGIC,
        // F2FS_SUPER_MAGIC, OVERLAYFS_SUPER_MAGIC of linux/magic.h.
        case 0xef53, 0x5846_5342, 0x9123_683e, 0x0102_1994, 0xf2f5_2010, 0x794c_7630: .ofEverything
        default: .ofContent
        }
    }

    /// Whether the file system of this file compresses by itself: then room that is taken before
    /// says nothing of room that is needed.
    borrowing func compresses() throws(FileSystemError) -> Bool {
        // ZFS_SUPER_MAGIC of OpenZFS, BTRFS_SUPER_MAGIC of linux/magic.h.
        [0x2fc1_2fc1, 0x9123_683e].contains(try fileSystemType())
    }

    /// What the kernel tells this file system from others by (f_fsid of statfs(2)); 0 where it has
    /// nothing to tell.
    package borrowing func fileSystemID() throws(FileSystemError) -> UInt64 {
        let (high, low) = try fileSystemStatus().f_fsid.__val
        return UInt64(UInt32(bitPattern: high)) << 32 | UInt64(UInt32(bitPattern: low))
    }

    private borrowing func fileSystemType() throws(FileSystemError) -> Int {
        Int(try fileSystemStatus().f_type)
    }

    private borrowing func fileSystemStatus() throws(FileSystemError) -> statfs {
        var status = statfs()
        guard unsafe fstatfs(descriptor, &status) == 0 else {
            throw .last("statfs", path)
        }
        return status
    }
}

/// What the time of the last status change (ctime) tells on a file system.
package enum ChangeTime: Hashable, Sendable {
    /// Of content, owner, mode and every extended attribute: the kernel's common local ones.
    case ofEverything
    /// Of content; of attributes it is not known (ZFS has not always counted them; FAT has none).
    case ofContent
    /// Nothing, and inodes as little: another machine's, or a program's (NFS, CIFS, 9P, FUSE).
    case ofNothing
}
