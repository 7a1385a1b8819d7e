import CSystem

/// The flag `i` of chattr(1): a file that has it cannot be written, renamed, linked or removed by
/// anyone, and only whoever has CAP_LINUX_IMMUTABLE can set it or take it away.
/// - SeeAlso: ioctl_iflags(2), FS_IMMUTABLE_FL.
extension FileHandle {
    /// Whether the file has the flag.
    ///
    /// - Returns: whether it has.
    /// - Throws: ``FileSystemError``; with ENOTTY or EOPNOTSUPP where the file system has no flags.
    package borrowing func isImmutable() throws(FileSystemError) -> Bool {
        try inodeFlags() & FS_IMMUTABLE_FL != 0
    }

    /// Sets the flag, or takes it away; leaves the file's other flags as they are.
    ///
    /// - Parameter isImmutable: whether the file is to have it.
    /// - Throws: ``FileSystemError``; with EPERM if the right is lacking, with ENOTTY or EOPNOTSUPP
    ///   where the file system has no flags.
    package borrowing func setImmutable(_ isImmutable: Bool) throws(FileSystemError) {
        let flags = try inodeFlags()
        let wanted = isImmutable ? flags | FS_IMMUTABLE_FL : flags & ~FS_IMMUTABLE_FL
        guard csystem_set_inode_flags(descriptor, wanted) == 0 else {
            throw .last("set flags", path)
        }
    }

    private borrowing func inodeFlags() throws(FileSystemError) -> Int32 {
        var flags: Int32 = 0
        guard unsafe csystem_get_inode_flags(descriptor, &flags) == 0 else {
            throw .last("read flags", path)
        }
        return flags
    }
}
