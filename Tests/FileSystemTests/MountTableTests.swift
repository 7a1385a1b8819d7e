import FileSystem
import Testing

/// What the kernel tells of mounts, read as proc_pid_mountinfo(5) has it.
@Suite struct MountTableTests {
    private static let text = #"""
        22 27 0:21 / /proc rw,relatime - proc proc rw
        27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
        42 27 7:0 / /mnt/rdx rw,relatime shared:2 master:1 - ext4 /dev/loop0 rw
        43 27 7:1 / /mnt/the\040disc\134 ro,nosuid - squashfs /dev/loop1 ro,errors=continue
        44 27 8:1 /sub /srv rw - xfs /dev/sdb1 ro
        45 27 7:2 / /mnt/rdx rw - vfat /dev/loop2 rw
        46 27 7:3 / /mnt/short rw - vfat
        nonsense
        """#

    private let table = MountTable(parsing: Array(Self.text.utf8))

    @Test func `lines that are not as described are passed over`() {
        #expect(table.mounts.map(\.type) == ["proc", "ext4", "ext4", "squashfs", "xfs", "vfat"])
        #expect(MountTable(parsing: []).mounts.isEmpty)
    }

    @Test func `a path lies in the mount whose point is the nearest above it`() throws {
        #expect(table.mount(holding: "/")?.source == "/dev/vda")
        #expect(table.mount(holding: "/mnt/rdxes")?.point == "/")
        #expect(table.mount(holding: "/srv/toride/packs")?.point == "/srv")
        #expect(table.mount(holding: "/srv")?.device == "8:1")
        #expect(MountTable(parsing: []).mount(holding: "/srv") == nil)
    }

    @Test func `what is mounted over something else counts`() {
        #expect(table.mount(holding: "/mnt/rdx")?.source == "/dev/loop2")
    }

    @Test func `blanks and backslashes come back`() throws {
        let disc = try #require(table.mount(holding: #"/mnt/the disc\/packs"#))
        #expect(disc.point == #"/mnt/the disc\"# && disc.isReadOnly)
    }

    @Test func `a mount is read-only by its own options, or by its file system's`() {
        #expect(table.mount(holding: "/srv")?.isReadOnly == true)
        #expect(table.mount(holding: "/")?.isReadOnly == false)
    }

    @Test func `the machine's own table has a root`() throws {
        #expect(try MountTable.current().mount(holding: "/") != nil)
    }
}
