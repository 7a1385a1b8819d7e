import CSystem
import Glibc

extension FileHandle {
    /// Whether the open file lies in memory, so that removing it leaves nothing on a disk.
    package borrowing func isInMemory() throws(FileSystemError) -> Bool {
        // TMPFS_MAGIC and RAMFS_MAGIC of linux/magic.h.
        [0x0102_1994, 0x8584_58f6].contains(try fileSystemType())
    }

    /// Whether the open file lies on another machine or is served by a program: NFS, CIFS, SMB2,
    /// 9P, FUSE.
    package borrowing func isRemote() throws(FileSystemError) -> Bool {
        // NFS_SUPER_MAGIC, SMB_SUPER_MAGIC, V9FS_MAGIC of linux/magic.h; CIFS_SUPER_MAGIC,
        // SMB2_SUPER_MAGIC of fs/smb; FUSE_SUPER_MAGIC of fs/fuse/inode.c.
        [0x6969, 0x517b, 0x0102_1997, 0xff53_4d42, 0xfe53_4d42, 0x6573_5546]
            .contains(try fileSystemType())
    }

    private borrowing func fileSystemType() throws(FileSystemError) -> Int {
        var status = statfs()
        guard unsafe fstatfs(descriptor, &status) == 0 else {
            throw .last("statfs", path)
        }
        return Int(status.f_type)
    }
}
