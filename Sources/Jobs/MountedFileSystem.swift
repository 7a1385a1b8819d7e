import FileSystem
import Glibc
import Processes

/// The file system that a folder lies on.
struct MountedFileSystem {
    /// The folder, without links.
    let path: String
    /// What is mounted there, or above.
    let mount: MountTable.Mount

    /// Whether something is mounted at the folder itself: else it is a folder of another disk.
    var isMountPoint: Bool { mount.point == path }

    /// Looks where a folder lies.
    ///
    /// - Throws: ``FileSystemError`` if there is no such folder.
    init(of folder: String) throws(FileSystemError) {
        let path = try RealPath.of(folder)
        guard let mount = try MountTable.current().mount(holding: path) else {
            throw FileSystemError("look for the mount of", folder, code: ENOENT)
        }
        self.path = path
        self.mount = mount
    }

    /// The UUID of the file system, as blkid(8) reads it; nil where it has none, or where this user
    /// may not ask; nil of a folder, which lies on what is not its own.
    func uuid() -> String? {
        guard isMountPoint, mount.source.hasPrefix("/") else {
            return nil
        }
        // From the device itself: what the cache has may be of what was here before.
        let command = Command(
            "blkid",
            ["-c", "/dev/null", "-o", "value", "-s", "UUID", mount.source]
        )
        // A medium is known by a file of its own: without a UUID nothing is lost.
        guard let output = try? command.run(timeout: .seconds(20)), output.status.isSuccess else {
            return nil
        }
        return output.text.split(whereSeparator: \.isWhitespace).first.map { String($0) }
    }

    /// By what it can be told whether the medium is connected when it is not mounted. On what the
    /// device mapper made (LUKS, LVM) the UUID of the file system does not tell: it goes when the
    /// device is closed, and the disk stays.
    ///
    /// - Returns: the UUID of the file system and the serial number of the disk, as far as told.
    func marks() -> (filesystem: String?, serial: String?) {
        (device.map { DeviceSerial.isMapped($0) } == true ? nil : uuid(), serial())
    }

    /// The serial number of the device that it lies on; nil where none is told, and of a folder.
    func serial() -> String? {
        isMountPoint ? device.flatMap { DeviceSerial.read(of: $0) } : nil
    }

    /// The numbers of the device beneath. A file system that may lie on several (btrfs) has numbers
    /// of its own, `0:N`: then that counts which is mounted.
    private var device: String? {
        guard mount.device.hasPrefix("0:") else {
            return mount.device
        }
        guard let status = try? MountedFileSystem.status(of: mount.source),
            status.kind == .blockDevice
        else {
            return nil
        }
        return "\(status.specialMajor):\(status.specialMinor)"
    }

    private static func status(of source: String) throws(FileSystemError) -> FileStatus {
        let path = try RealPath.of(source)
        guard let slash = path.lastIndex(of: "/") else {
            throw FileSystemError("look at", path, code: ENOENT)
        }
        let name = Array(path[path.index(after: slash)...].utf8)
        return try FileHandle.open(String(path[...slash]), O_RDONLY | O_DIRECTORY)
            .status(name: name)
    }
}
