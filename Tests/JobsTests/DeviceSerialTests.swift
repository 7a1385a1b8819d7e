import Catalog
import FileSystem
import Glibc
import HostState
import Model
import Primitives
import TestSupport
import Testing

@testable import Jobs

/// Serial numbers of devices, from trees that are laid out as the kernel lays out sysfs.
@Suite struct DeviceSerialTests {
    /// A folder that stands for /sys.
    private struct Tree {
        let sys: String

        /// Puts a file beneath `devices`.
        func put(_ path: String, _ bytes: [UInt8]) throws {
            let file = "\(sys)/devices/\(path)"
            let folder = file.lastIndex(of: "/").map { String(file[..<$0]) } ?? sys
            try FolderTree.make(folder, mode: 0o755)
            try SmallFile.write(bytes, to: file)
        }

        func put(_ path: String, _ text: String) throws {
            try put(path, Array(text.utf8))
        }

        /// Says which folder beneath `devices` has the numbers of a device.
        func number(_ device: String, _ path: String) throws {
            try FolderTree.make("\(sys)/dev/block", mode: 0o755)
            try link("dev/block/\(device)", to: "../../devices/\(path)")
        }

        func link(_ path: String, to target: String) throws {
            #expect(unsafe symlink(target, "\(sys)/\(path)") == 0)
        }

        /// What is read of the device with these numbers.
        func serial(_ device: String) -> String? {
            DeviceSerial.read(of: device, sys: sys)
        }
    }

    private func withTree(_ body: (Tree) throws -> Void) throws {
        try withTemporaryFolder(inMemory: true) { try body(Tree(sys: $0)) }
    }

    /// Page 80h of a SCSI device.
    private func page(_ serial: String) -> [UInt8] {
        [0, 0x80, 0, UInt8(serial.utf8.count)] + Array(serial.utf8)
    }

    /// A disk of a SCSI host, which has its pages; returns the disk's folder.
    private func putDisk(_ tree: Tree, _ host: String, type: String = "0\n") throws -> String {
        let unit = "\(host)/target0:0:0/0:0:0:0"
        try tree.put("\(unit)/type", type)
        try tree.put("\(unit)/block/sda/size", "2048\n")
        try tree.link("devices/\(unit)/block/sda/device", to: "../../../0:0:0:0")
        try tree.number("8:0", "\(unit)/block/sda")
        return "\(unit)/block/sda"
    }

    @Test func `a partition of a stick has the serial of its USB device, and of no hub`() throws {
        let hub = "pci0000:00/0000:00:14.0/usb1"
        func read(serial: String?) throws -> String? {
            var found: String?
            try withTree { tree in
                let disk = try putDisk(tree, "\(hub)/1-1/1-1:1.0/host0")
                try tree.put("\(disk)/sda1/partition", "1\n")
                try tree.number("8:1", "\(disk)/sda1")
                try tree.put("\(hub)/idVendor", "1d6b\n")
                try tree.put("\(hub)/serial", "0000:00:14.0\n")
                try tree.put("\(hub)/1-1/idVendor", "0781\n")
                if let serial {
                    try tree.put("\(hub)/1-1/serial", serial)
                }
                found = tree.serial("8:1")
                #expect(tree.serial("8:0") == found)
            }
            return found
        }
        #expect(try read(serial: "4C530001150504117\n") == "4C530001150504117")
        #expect(try read(serial: nil) == nil)
    }

    @Test func `a SATA disk has it in its page, behind the header`() throws {
        try withTree { tree in
            let host = "pci0000:00/0000:00:17.0/ata1/host0"
            _ = try putDisk(tree, host)
            #expect(tree.serial("8:0") == nil)
            let path = "\(host)/target0:0:0/0:0:0:0/vpd_pg80"
            try tree.put(path, page("     WD-WX11A1234567\0"))
            #expect(tree.serial("8:0") == "WD-WX11A1234567")
            try tree.put(path, [0, 0x80])
            #expect(tree.serial("8:0") == nil)
        }
    }

    @Test func `a drive has a serial, and the disc in it has none`() throws {
        try withTree { tree in
            let host = "pci0000:00/0000:00:17.0/ata2/host0"
            _ = try putDisk(tree, host, type: "5\n")
            try tree.put("\(host)/target0:0:0/0:0:0:0/vpd_pg80", page("KXDG"))
            #expect(tree.serial("8:0") == nil)
        }
    }

    @Test func `NVMe has it at the controller, virtio at the disk`() throws {
        try withTree { tree in
            let controller = "pci0000:00/0000:01:00.0/nvme/nvme0"
            try tree.put("\(controller)/serial", "S4EVNF0M123456      \n")
            try tree.put("\(controller)/nvme0n1/nvme0n1p1/partition", "1\n")
            try tree.link("devices/\(controller)/nvme0n1/device", to: "../../nvme0")
            try tree.number("259:1", "\(controller)/nvme0n1/nvme0n1p1")
            #expect(tree.serial("259:1") == "S4EVNF0M123456")

            let disk = "pci0000:00/0000:00:02.0/virtio1/block/vda"
            try tree.put("\(disk)/serial", "rdx-0042")
            try tree.number("254:0", disk)
            #expect(tree.serial("254:0") == "rdx-0042")
        }
    }

    @Test func `what the device mapper made of one device has that one's`() throws {
        try withTree { tree in
            let disk = "pci0000:00/0000:00:02.0/virtio1/block/vda"
            try tree.put("\(disk)/serial", "rdx-0042")
            try tree.put("\(disk)/vda1/partition", "1\n")
            try tree.number("254:1", "\(disk)/vda1")
            func map(_ name: String, _ device: String, of slaves: [String]) throws {
                let folder = "virtual/block/\(name)"
                try tree.put("\(folder)/dm/name", "made\n")
                try FolderTree.make("\(tree.sys)/devices/\(folder)/slaves", mode: 0o755)
                for (number, slave) in slaves.enumerated() {
                    let target = "\(tree.sys)/devices/\(slave)"
                    try tree.link("devices/\(folder)/slaves/\(number)", to: target)
                }
                try tree.number(device, folder)
            }
            try map("dm-0", "253:0", of: ["\(disk)/vda1"])
            try map("dm-1", "253:1", of: ["virtual/block/dm-0"])
            try map("dm-2", "253:2", of: ["virtual/block/dm-0", "virtual/block/dm-1"])
            try map("dm-3", "253:3", of: [])
            try map("dm-4", "253:4", of: ["virtual/block/dm-4"])
            #expect(tree.serial("253:0") == "rdx-0042")
            #expect(tree.serial("253:1") == "rdx-0042")
            for device in ["253:2", "253:3", "253:4"] {
                #expect(tree.serial(device) == nil, "\(device)")
            }
            #expect(DeviceSerial.isMapped("253:1", sys: tree.sys))
            #expect(!DeviceSerial.isMapped("254:1", sys: tree.sys))
        }
    }

    @Test func `a loop device has none, nor has what is not there`() throws {
        try withTree { tree in
            #expect(tree.serial("7:0") == nil)
            try tree.put("virtual/block/loop0/size", "2048\n")
            try tree.number("7:0", "virtual/block/loop0")
            // What lies above all devices is of none.
            try SmallFile.write(Array("1".utf8), to: "\(tree.sys)/devices/idVendor")
            try SmallFile.write(Array("1".utf8), to: "\(tree.sys)/devices/serial")
            #expect(tree.serial("7:0") == nil)
            #expect(tree.serial("7:1") == nil)
        }
    }

    @Test(
        arguments: [
            ("", nil), (" \n", nil), ("日本", nil), ("a\u{1b}[2J", nil),
            (String(repeating: "9", count: 65), nil),
            (String(repeating: "9", count: 64), String(repeating: "9", count: 64)),
            ("\tA B-1 \n", "A B-1"),
        ] as [(String, String?)]
    )
    func `what is no short visible ASCII is none`(said: String, serial: String?) throws {
        try withTree { tree in
            try tree.put("virtual/block/vda/serial", said)
            try tree.number("254:0", "virtual/block/vda")
            #expect(tree.serial("254:0") == serial)
        }
    }

    @Test func `what this machine tells can be shown`() throws {
        let serial = try MountedFileSystem(of: "/").serial()
        for byte in (serial ?? "").utf8 {
            #expect((0x20...0x7e).contains(byte))
        }
    }

    // MARK: - Of a medium

    private func medium(filesystem: String?, serial: String?) throws -> MediumRow {
        MediumRow(
            id: try Randomness.id(),
            label: "A",
            store: "rdx",
            filesystem: filesystem,
            serial: serial,
            custodian: "Sato",
            location: "bank",
            added: Timestamp(seconds: 1_800_000_000)
        )
    }

    @Test func `a medium that lies on another device or file system is told`() throws {
        let row = try medium(filesystem: "3755426d", serial: "S1")
        #expect(row.findings(onFileSystem: "3755426d", serial: "S1") == [])
        let moved = row.findings(onFileSystem: "3755426d", serial: "S2")
        #expect(moved.map(\.code) == [.mediumWrong])
        #expect(moved.first?.evidence["serial"] == "S2")
        #expect(moved.first?.evidence["expected"] == "S1")
        let copied = row.findings(onFileSystem: "00000000", serial: "S2")
        #expect(copied.compactMap { $0.evidence["filesystem"] } == ["00000000"])
        #expect(copied.count == 2)
    }

    @Test func `what nobody knew, or nobody tells, shows nothing`() throws {
        let known = try medium(filesystem: "3755426d", serial: "S1")
        #expect(known.findings(onFileSystem: nil, serial: nil) == [])
        let unknown = try medium(filesystem: nil, serial: nil)
        #expect(unknown.findings(onFileSystem: "3755426d", serial: "S1") == [])
    }
}
