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
        let path = try MountedFileSystem.real(folder)
        guard let mount = try MountTable.current().mount(holding: path) else {
            throw FileSystemError("look for the mount of", folder, code: ENOENT)
        }
        self.path = path
        self.mount = mount
    }

    /// The UUID of the file system, as blkid(8) reads it; nil where it has none, or where this user
    /// may not ask.
    func uuid() -> String? {
        guard mount.source.hasPrefix("/") else {
            return nil
        }
        let command = Command("blkid", ["-o", "value", "-s", "UUID", mount.source])
        // A medium is known by a file of its own: without a UUID nothing is lost.
        guard let output = try? command.run(timeout: .seconds(20)), output.status.isSuccess else {
            return nil
        }
        return output.text.split(whereSeparator: \.isWhitespace).first.map { String($0) }
    }

    private static func real(_ folder: String) throws(FileSystemError) -> String {
        guard let real = unsafe realpath(folder, nil) else {
            throw .last("look at", folder)
        }
        defer { unsafe free(real) }
        return unsafe String(cString: real)
    }
}
