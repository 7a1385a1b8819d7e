import Catalog
import FileSystem
import Glibc
import Processes

/// What is connected to this machine, mounted or not: file systems by their UUIDs, as udev or
/// blkid(8) names them, and disks by their serial numbers, as sysfs tells them. Who may mount a
/// medium reaches it.
package struct ConnectedDevices: Sendable {
    private let root: String
    private let search: @Sendable (_ filesystem: String) -> Bool?

    /// Looks on this machine.
    package init() {
        self.init(root: "", search: ConnectedDevices.askBlkid)
    }

    /// Looks on a machine that a test lays out.
    ///
    /// - Parameters:
    ///   - root: what stands before `/dev` and `/sys`.
    ///   - search: looks on all devices for the UUID of a file system; nil if it cannot tell.
    package init(
        root: String,
        search: @escaping @Sendable (_ filesystem: String) -> Bool? = { _ in nil }
    ) {
        self.root = root
        self.search = search
    }

    /// Whether a medium is connected. Of a dock that tells a serial of its own for each cartridge
    /// what is in it counts: nothing, or another file system, is not the medium.
    ///
    /// - Parameter medium: what it lay on when it was here.
    /// - Returns: nil where it cannot be told: neither is known, or this machine does not list what
    ///   is.
    func have(_ medium: MediumRow) -> Bool? {
        let filesystems = names(in: fileSystemsFolder)
        let isListed = medium.filesystem.flatMap { filesystem in
            filesystems.map { $0.contains(filesystem) } ?? search(filesystem)
        }
        let isOnDisk = medium.serial.flatMap { serial in
            names(in: disksFolder)?.contains { disk in
                self.serial(of: disk) == serial && !isEmpty(disk)
                    && (medium.filesystem == nil
                        || !(filesystems ?? []).contains { lies($0, on: disk) })
            }
        }
        guard isListed != true, isOnDisk != true else {
            return true
        }
        return isListed ?? isOnDisk
    }

    /// Looks on all devices of this machine, for one without udev.
    ///
    /// - Parameter filesystem: the UUID of a file system.
    /// - Returns: nil if it cannot be told.
    package static func askBlkid(_ filesystem: String) -> Bool? {
        // Whoever may not read devices finds nothing on them.
        guard Account.isRoot else {
            return nil
        }
        // Not with -U, which asks the cache of what was here before, whatever -c says.
        let command = Command(
            "blkid",
            ["-c", "/dev/null", "-o", "device", "-t", "UUID=\(filesystem)"]
        )
        // Where it cannot be run nothing is told.
        guard let output = try? command.run(timeout: .seconds(20)) else {
            return nil
        }
        // The codes are in blkid(8).
        switch output.status {
        case .exited(0): return true
        case .exited(2): return false
        default: return nil
        }
    }

    private var fileSystemsFolder: String { "\(root)/dev/disk/by-uuid" }
    private var disksFolder: String { "\(root)/sys/block" }

    /// The names in a folder; nil if they cannot be listed.
    private func names(in folder: String) -> [String]? {
        do throws(FileSystemError) {
            return try FileHandle.open(folder, O_RDONLY | O_DIRECTORY).names()
                .map { String(decoding: $0, as: UTF8.self) }
        } catch {
            return nil
        }
    }

    private func serial(of disk: String) -> String? {
        DeviceSerial.text("\(disksFolder)/\(disk)/dev")
            .flatMap { DeviceSerial.read(of: $0, sys: "\(root)/sys") }
    }

    /// Whether nothing is in a drive: it has no sectors (sysfs-block, `size`).
    private func isEmpty(_ disk: String) -> Bool {
        DeviceSerial.text("\(disksFolder)/\(disk)/size") == "0"
    }

    /// Whether a file system lies on a disk or one of its partitions; a link that leads nowhere is
    /// of neither.
    private func lies(_ filesystem: String, on disk: String) -> Bool {
        guard let device = try? RealPath.of("\(fileSystemsFolder)/\(filesystem)"),
            let slash = device.lastIndex(of: "/")
        else {
            return false
        }
        let name = String(device[device.index(after: slash)...])
        guard name != disk else {
            return true
        }
        return unsafe access("\(disksFolder)/\(disk)/\(name)", F_OK) == 0
    }
}
