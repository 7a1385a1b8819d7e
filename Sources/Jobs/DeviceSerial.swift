import FileSystem
import Glibc
import HostState

/// The serial number of a block device, as sysfs tells it (sysfs-block and sysfs-bus-usb in the
/// kernel's Documentation/ABI). A loop device has none, nor has what is made of several devices;
/// what the device mapper makes of one (LUKS, LVM) has that one's.
enum DeviceSerial {
    /// ATA's and NVMe's have 20 characters; a longer one than this is taken for none.
    private static let charactersMax = 64
    /// From a disk up to the USB device that it is behind: block, unit, target, host, interface.
    private static let levelsMax = 8
    /// LVM on LUKS on a partition is two.
    private static let mapsMax = 8
    private static let fileBytesMax = 4_096
    /// What stands before the serial in its page: SPC-3 §7.6.10.
    private static let pageHeaderBytes = 4

    /// Reads it.
    ///
    /// - Parameters:
    ///   - device: its numbers, `8:1`; a partition has its disk's serial.
    ///   - sys: where sysfs is mounted.
    /// - Returns: visible ASCII characters; nil where none is told.
    static func read(of device: String, sys: String = "/sys") -> String? {
        guard let root = try? RealPath.of("\(sys)/devices"),
            let top = try? RealPath.of("\(sys)/dev/block/\(device)"),
            let folder = beneath(top), folder.hasPrefix(root + "/")
        else {
            return nil
        }
        let isPartition = unsafe access("\(folder)/partition", F_OK) == 0
        let disk = isPartition ? above(folder) : folder
        // A drive of discs (type 5: SPC-3 §6.4.2) has its serial whichever disc is in it.
        guard text("\(disk)/device/type") != "5" else {
            return nil
        }
        return text("\(disk)/device/serial") ?? text("\(disk)/serial")
            ?? text("\(disk)/device/vpd_pg80", after: pageHeaderBytes)
            ?? ofUSB(disk, below: root)
    }

    /// Whether the device mapper made a device of others (`dm`: sysfs-block-dm in the kernel's
    /// Documentation/ABI).
    ///
    /// - Parameters:
    ///   - device: its numbers, `253:0`.
    ///   - sys: where sysfs is mounted.
    /// - Returns: false too if no such device is there.
    static func isMapped(_ device: String, sys: String = "/sys") -> Bool {
        isMapped(at: "\(sys)/dev/block/\(device)")
    }

    private static func isMapped(at folder: String) -> Bool {
        unsafe access("\(folder)/dm", F_OK) == 0
    }

    /// The folder of the one device that a mapped one is made of; nil if there are several.
    private static func beneath(_ top: String) -> String? {
        var folder = top
        for _ in 0..<mapsMax {
            guard isMapped(at: folder) else {
                return folder
            }
            let slaves = "\(folder)/slaves"
            let names = (try? FileHandle.open(slaves, O_RDONLY | O_DIRECTORY).names()) ?? []
            guard names.count == 1, let name = names.first,
                let next = try? RealPath.of("\(slaves)/\(String(decoding: name, as: UTF8.self))")
            else {
                return nil
            }
            folder = next
        }
        return nil
    }

    /// Of the USB device that a disk is behind, or none: what is above that is a hub.
    private static func ofUSB(_ disk: String, below root: String) -> String? {
        var folder = disk
        for _ in 0..<levelsMax {
            folder = above(folder)
            guard folder.hasPrefix(root + "/") else {
                return nil
            }
            if unsafe access("\(folder)/idVendor", F_OK) == 0 {
                return text("\(folder)/serial")
            }
        }
        return nil
    }

    private static func above(_ path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
    }

    /// What a file says, without the blanks and zeros around it. One that is not there, or cannot
    /// be read, says nothing.
    ///
    /// - Parameters:
    ///   - path: of the file.
    ///   - header: how many bytes stand before the text.
    /// - Returns: visible ASCII characters; nil if it says nothing, or something else.
    static func text(_ path: String, after header: Int = 0) -> String? {
        guard let bytes = try? SmallFile.read(path, bytesMax: fileBytesMax) else {
            return nil
        }
        let blank = UInt8(ascii: " ")
        let rest = bytes.dropFirst(header).drop { $0 <= blank }
        guard let end = rest.lastIndex(where: { $0 > blank }) else {
            return nil
        }
        let visible = rest[...end]
        guard visible.count <= charactersMax, visible.allSatisfy({ (0x20...0x7e).contains($0) })
        else {
            return nil
        }
        return String(decoding: visible, as: UTF8.self)
    }
}
