import Catalog
import FileSystem
import Glibc

/// What is connected to this machine, mounted or not: file systems by their UUIDs, as udev names
/// them, and disks by their serial numbers, as sysfs tells them. Who may mount a medium reaches it.
package struct ConnectedDevices: Sendable {
    private let root: String

    /// Looks on this machine.
    ///
    /// - Parameter root: what stands before `/dev` and `/sys`: nothing, except in tests.
    package init(root: String = "") {
        self.root = root
    }

    /// Whether a medium is connected. Of a dock that tells a serial of its own for each cartridge
    /// what is in it counts: nothing, or another file system, is not the medium.
    ///
    /// - Parameter medium: what it lay on when it was here.
    /// - Returns: false also where neither is known, or nothing is told.
    func have(_ medium: MediumRow) -> Bool {
        let filesystems = names(in: fileSystemsFolder)
        if let filesystem = medium.filesystem, filesystems.contains(filesystem) {
            return true
        }
        guard let serial = medium.serial else {
            return false
        }
        return names(in: disksFolder).contains { disk in
            self.serial(of: disk) == serial && !isEmpty(disk)
                && (medium.filesystem == nil || !filesystems.contains { lies($0, on: disk) })
        }
    }

    private var fileSystemsFolder: String { "\(root)/dev/disk/by-uuid" }
    private var disksFolder: String { "\(root)/sys/block" }

    /// The names in a folder. What is not told there is not seen.
    private func names(in folder: String) -> [String] {
        let names = (try? FileHandle.open(folder, O_RDONLY | O_DIRECTORY).names()) ?? []
        return names.map { String(decoding: $0, as: UTF8.self) }
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
