import CSystem
import Glibc
package import Model

/// Something whose owner, mode, attributes and time can be set: an open file, or a name in an open
/// directory.
package protocol MetadataTarget: ~Copyable {
    /// Sets the owner, without following a link.
    borrowing func setOwner(uid: UInt32, gid: UInt32) throws(FileSystemError)
    /// Sets the 12 bits of the mode; not of a symbolic link, which has none.
    borrowing func setMode(_ mode: UInt16) throws(FileSystemError)
    /// Sets the time of last modification, without following a link.
    borrowing func setModified(_ time: Timestamp) throws(FileSystemError)
    /// Sets an extended attribute, without following a link.
    borrowing func setAttribute(_ attribute: ExtendedAttribute) throws(FileSystemError)
}

/// A name in an open directory.
package struct NamedFile: MetadataTarget {
    private let folder: FolderChain.Open
    private let name: [UInt8]

    /// The file `name` in `folder`, whatever it is.
    package init(_ name: [UInt8], in folder: FolderChain.Open) {
        self.name = name
        self.folder = folder
    }

    /// Sets the owner, without following a link.
    package func setOwner(uid: UInt32, gid: UInt32) throws(FileSystemError) {
        try folder.handle.setOwner(name: name, uid: uid, gid: gid)
    }

    /// Sets the 12 bits of the mode; not of a symbolic link, which has none.
    package func setMode(_ mode: UInt16) throws(FileSystemError) {
        try folder.handle.setMode(name: name, mode)
    }

    /// Sets the time of last modification, without following a link.
    package func setModified(_ time: Timestamp) throws(FileSystemError) {
        try folder.handle.setModified(name: name, time)
    }

    /// Sets an extended attribute, without following a link.
    package func setAttribute(_ attribute: ExtendedAttribute) throws(FileSystemError) {
        try folder.handle.setAttribute(attribute, name: name)
    }
}

/// An open file or directory itself: no name is looked up, which costs a third.
extension FileHandle: MetadataTarget {
    /// Sets the owner, without following a link.
    package borrowing func setOwner(uid: UInt32, gid: UInt32) throws(FileSystemError) {
        guard fchown(descriptor, uid, gid) == 0 else {
            throw .last("chown", path)
        }
    }

    /// Sets the 12 bits of the mode; not of a symbolic link, which has none.
    package borrowing func setMode(_ mode: UInt16) throws(FileSystemError) {
        guard fchmod(descriptor, UInt32(mode)) == 0 else {
            throw .last("chmod", path)
        }
    }

    /// Sets the time of last modification, without following a link.
    package borrowing func setModified(_ time: Timestamp) throws(FileSystemError) {
        let moment = timespec(tv_sec: Int(time.seconds), tv_nsec: Int(time.nanoseconds))
        guard unsafe futimens(descriptor, [moment, moment]) == 0 else {
            throw .last("utimensat", path)
        }
    }

    /// Sets an extended attribute, without following a link.
    package borrowing func setAttribute(
        _ attribute: ExtendedAttribute
    ) throws(FileSystemError) {
        let file = descriptor
        let result = unsafe attribute.name.withCPath { name in
            unsafe fsetxattr(file, name, attribute.value, attribute.value.count, 0)
        }
        guard result == 0 else {
            throw .last("set \(String(decoding: attribute.name, as: UTF8.self))", path)
        }
    }
}
