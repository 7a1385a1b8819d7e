import Catalog
import FileSystem
import Glibc
import HostState
import Model
import Primitives
import TestSupport
import Testing

@testable import Jobs

/// Whether a medium is connected, mounted or not, by trees that are laid out as udev and the kernel
/// lay out `/dev` and `/sys`.
@Suite struct ConnectedDevicesTests {
    private static let uuid = "1fc36d90-2648-442e-a457-cd17f5332b94"

    /// A folder that stands for `/`.
    private struct Machine {
        let root: String

        /// Connects the disk `vda` with one partition.
        func connect(serial: String, size: String = "2048\n") throws {
            let disk = "\(root)/sys/devices/virtual/block/vda"
            try FolderTree.make("\(disk)/vda1", mode: 0o755)
            for (name, text) in [("dev", "254:0\n"), ("serial", serial), ("size", size)] {
                try SmallFile.write(Array(text.utf8), to: "\(disk)/\(name)")
            }
            try FolderTree.make("\(root)/sys/dev/block", mode: 0o755)
            try FolderTree.make("\(root)/sys/block", mode: 0o755)
            try link("sys/dev/block/254:0", to: "../../devices/virtual/block/vda")
            try link("sys/block/vda", to: "../devices/virtual/block/vda")
        }

        /// Lets udev name a file system on a device.
        func name(_ uuid: String, on device: String) throws {
            try FolderTree.make("\(root)/dev/disk/by-uuid", mode: 0o755)
            try SmallFile.write([], to: "\(root)/dev/\(device)")
            try link("dev/disk/by-uuid/\(uuid)", to: "../../\(device)")
        }

        private func link(_ path: String, to target: String) throws {
            #expect(unsafe symlink(target, "\(root)/\(path)") == 0)
        }

        /// Whether the medium is connected; `search` is what a look on all devices says.
        func has(
            filesystem: String? = ConnectedDevicesTests.uuid,
            serial: String?,
            search: Bool? = nil
        ) throws -> Bool? {
            let medium = MediumRow(
                id: try Randomness.id(),
                label: "A",
                store: "rdx",
                filesystem: filesystem,
                serial: serial,
                custodian: "Sato",
                location: "bank",
                added: Timestamp(seconds: 1_800_000_000)
            )
            return ConnectedDevices(root: root, search: { _ in search }).have(medium)
        }
    }

    private func withMachine(_ body: (Machine) throws -> Void) throws {
        try withTemporaryFolder(inMemory: true) { try body(Machine(root: $0)) }
    }

    @Test func `a medium is connected where its file system is`() throws {
        try withMachine { machine in
            try machine.name(Self.uuid, on: "vda1")
            #expect(try machine.has(serial: nil) == true)
            #expect(try machine.has(filesystem: "3755-426D", serial: nil) == false)
            #expect(try machine.has(filesystem: "..", serial: nil) == false)
        }
    }

    @Test func `a medium is connected where a disk has its serial`() throws {
        try withMachine { machine in
            try machine.connect(serial: "rdx-0042\n")
            #expect(try machine.has(serial: "rdx-0042") == true)
            #expect(try machine.has(filesystem: nil, serial: "rdx-0042") == true)
            #expect(try machine.has(serial: "rdx-0043") == false)
        }
    }

    @Test func `where nothing is listed, or nothing was known of it, it cannot be told`() throws {
        try withMachine { machine in
            #expect(try machine.has(serial: "rdx-0042") == nil)
            #expect(try machine.has(filesystem: nil, serial: "rdx-0042", search: false) == nil)
            try machine.connect(serial: "rdx-0042\n")
            #expect(try machine.has(serial: nil) == nil)
            try machine.name(Self.uuid, on: "vda1")
            #expect(try machine.has(filesystem: nil, serial: nil) == nil)
        }
    }

    @Test func `where udev names no file system all devices are looked at`() throws {
        try withMachine { machine in
            #expect(try machine.has(serial: nil, search: true) == true)
            #expect(try machine.has(serial: nil, search: false) == false)
            try machine.connect(serial: "rdx-0042\n")
            #expect(try machine.has(serial: "rdx-0043", search: true) == true)
            #expect(try machine.has(serial: "rdx-0042", search: false) == true)
            try machine.name("3755-426D", on: "vdb1")
            #expect(try machine.has(serial: nil, search: true) == false, "udev is believed")
        }
    }

    @Test func `a dock that is empty, or has another medium, has not this one`() throws {
        try withMachine { machine in
            try machine.connect(serial: "dock-7\n", size: "0\n")
            #expect(try machine.has(serial: "dock-7") == false)
        }
        try withMachine { machine in
            try machine.connect(serial: "dock-7\n")
            try machine.name("3755-426D", on: "vda1")
            #expect(try machine.has(serial: "dock-7") == false)
            #expect(try machine.has(filesystem: nil, serial: "dock-7") == true)
        }
        try withMachine { machine in
            try machine.connect(serial: "dock-7\n")
            try machine.name("3755-426D", on: "vdb1")
            #expect(try machine.has(serial: "dock-7") == true, "that is on another disk")
        }
    }
}
