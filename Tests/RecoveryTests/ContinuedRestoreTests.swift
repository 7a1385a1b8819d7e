import Backup
import FileSystem
import Format
import Glibc
import HostState
import Model
import Repository
import TestSupport
import Testing
import Workers

@testable import Recovery

/// A restore that goes on with one that was stopped ends with the same files as one that was not,
/// whatever was left.
@Suite(.timeLimit(.minutes(15))) struct ContinuedRestoreTests {
    /// A hospital with a large file, one with holes, names of one file, links and small files.
    private func withHospital(_ body: (borrowing TestHospital) throws -> Void) throws {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital(in: folder)
            var random = SeededGenerator(seed: 91)
            try hospital.write("dump", random.bytes(70 << 20))
            try hospital.write("volume", random.bytes(5_000))
            try FileHandle.open("\(hospital.source)/volume", O_WRONLY).setSize(1 << 20)
            for number in 100..<400 {
                try hospital.write("many/\(number % 7)/\(number)", random.bytes(number))
            }
            try hospital.write("empty", [])
            #expect(unsafe link("\(hospital.source)/volume", "\(hospital.source)/wolume") == 0)
            #expect(unsafe symlink("dump", "\(hospital.source)/link") == 0)
            #expect(unsafe mkfifo("\(hospital.source)/pipe", 0o640) == 0)
            #expect(unsafe chmod("\(hospital.source)/many/3", 0o555) == 0)
            _ = try hospital.backUp()
            try body(hospital)
        }
    }

    private func restorer(
        _ hospital: borrowing TestHospital,
        continuing: Bool = true,
        includes: [[UInt8]] = [],
        stop: StopFlag = StopFlag()
    ) throws -> TreeRestorer {
        TreeRestorer(
            try hospital.open(),
            TreeRestorer.Request(
                target: "\(hospital.folder)/restored",
                includes: includes,
                isPrivileged: true,
                isContinued: continuing
            ),
            stop: stop
        )
    }

    /// Marks a target as one whose restore did not come to its end.
    private func mark(_ hospital: borrowing TestHospital) throws {
        let mark = UnfinishedRestore(
            "files@1",
            of: try hospital.open().stored.name,
            includes: [],
            isPrivileged: true
        )
        let name = String(decoding: mark.name, as: UTF8.self)
        try SmallFile.write(Array(mark.text.utf8), to: "\(hospital.folder)/restored/\(name)")
    }

    private func restored(_ hospital: borrowing TestHospital, _ name: String) -> String {
        "\(hospital.folder)/restored\(hospital.source)/\(name)"
    }

    /// Expects everything as it was: bytes, modes, times, and no name beside.
    private func expectWhole(
        _ hospital: borrowing TestHospital,
        at location: SourceLocation = #_sourceLocation
    ) throws {
        let (source, target) = (hospital.source, restored(hospital, ""))
        let (before, after) = (try contents(of: source), try contents(of: target))
        let different = Set(before.keys).union(after.keys).filter { before[$0] != after[$0] }
        #expect(different.isEmpty, sourceLocation: location)
        let top = try FileHandle.open("/", O_RDONLY | O_DIRECTORY)
        for name in before.keys {
            let one = try top.status(beneath: Array("\(source.dropFirst())/\(name)".utf8))
            let other = try top.status(beneath: Array("\(target.dropFirst())/\(name)".utf8))
            #expect(
                one.kind == other.kind && one.mode == other.mode && one.modified == other.modified
                    && one.links == other.links && one.size == other.size,
                "\(name)",
                sourceLocation: location
            )
        }
        let tops = try FileHandle.open("\(hospital.folder)/restored", O_RDONLY | O_DIRECTORY)
            .names()
        #expect(tops.count == 1, "the mark is gone", sourceLocation: location)
    }

    // MARK: - Stopped

    @Test func `one that was stopped goes on, at whatever moment`() throws {
        try withHospital { hospital in
            let whole = try restorer(hospital)
            try whole.run()
            let bytes = whole.counts.bytes
            for moment in [1, 64, 192, 256] {
                removeTree("\(hospital.folder)/restored")
                let stop = StopFlag()
                let first = try restorer(hospital, stop: stop)
                #expect(throws: Stopped.self) {
                    try first.run { counts in
                        if counts.files >= moment || counts.bytes > UInt64(moment) << 18 {
                            stop.set()
                        }
                    }
                }
                let again = try restorer(hospital)
                try again.run()
                #expect(again.findings == [])
                #expect(again.counts.bytes == bytes)
                try expectWhole(hospital)
            }
        }
    }

    @Test func `what is whole is kept, and not made again`() throws {
        try withHospital { hospital in
            _ = try hospital.restore()
            let paths = ["dump", "many/3/101", "empty"].map { restored(hospital, $0) }
            let before = try paths.map(inode)
            try mark(hospital)
            // Nothing of it is opened: the packs could be gone.
            let again = try restorer(hospital)
            try again.run()
            let after = try paths.map(inode)
            #expect(before == after)
            #expect(again.counts.bytesKept == 70 << 20 + (100..<400).reduce(0, +))
            #expect(again.findings == [])
            try expectWhole(hospital)
        }
    }

    private func inode(_ path: String) throws -> UInt64 {
        try FileHandle.open(path, O_RDONLY).status().inode
    }

    // MARK: - What was left is not what it must be

    @Test func `bytes that differ are made anew, though size and time are right`() throws {
        try withHospital { hospital in
            _ = try hospital.restore()
            for (name, place) in [("dump", 33 << 20), ("many/3/101", 50), ("volume", 100)] {
                let file = try FileHandle.open(restored(hospital, name), O_RDWR)
                let time = try file.status().modified
                var byte: [UInt8] = [0]
                _ = try file.readBlock(&byte, at: Int64(place))
                try file.write([byte[0] ^ 1], at: Int64(place))
                try file.setModified(time)
            }
            // And bytes in a hole.
            try FileHandle.open(restored(hospital, "volume"), O_RDWR).write([1], at: 900_000)
            try mark(hospital)
            let again = try restorer(hospital)
            try again.run()
            #expect(again.findings == [])
            #expect(again.counts.bytesKept > 60 << 20, "of the large file the other pieces")
            #expect(again.counts.bytesKept < 70 << 20)
            try expectWhole(hospital)
        }
    }

    @Test func `a large file is gone on with from its part, longer, shorter or doubled`() throws {
        try withHospital { hospital in
            let name = Array("dump".utf8)
            let unfinished = UnfinishedRestore(
                "files@1",
                of: try hospital.open().stored.name,
                includes: [],
                isPrivileged: true
            )
            let part = String(decoding: unfinished.partName(of: name), as: UTF8.self)
            for size in [0, 40 << 20, 70 << 20, 90 << 20] as [UInt64] {
                removeTree("\(hospital.folder)/restored")
                _ = try hospital.restore()
                #expect(unsafe rename(restored(hospital, "dump"), restored(hospital, part)) == 0)
                try FileHandle.open(restored(hospital, part), O_RDWR).setSize(size)
                try mark(hospital)
                let again = try restorer(hospital)
                try again.run()
                #expect(again.findings == [])
                try expectWhole(hospital)
            }
            // Both names: the one that was whole is judged, the other goes.
            try SmallFile.write([1], to: restored(hospital, part))
            try mark(hospital)
            try restorer(hospital).run()
            try expectWhole(hospital)
        }
    }

    @Test func `what lies in a file's place is replaced, and what it leads to is not touched`()
        throws
    {
        try withHospital { hospital in
            let outside = "\(hospital.folder)/outside"
            for name in ["dump", "many/3/101", "empty", "link", "pipe", "wolume"] {
                for kind in ["link", "symlink", "fifo"] {
                    removeTree("\(hospital.folder)/restored")
                    _ = try hospital.restore()
                    // The same bytes, so that only what it is tells the difference.
                    let bytes = try FileHandle.open("\(hospital.source)/many/3/101", O_RDONLY)
                        .readAll(bytesMax: 1_000)
                    try SmallFile.write(bytes, to: outside, mode: 0o640)
                    let path = restored(hospital, name)
                    #expect(unsafe unlink(path) == 0)
                    switch kind {
                    case "link": #expect(unsafe link(outside, path) == 0)
                    case "symlink": #expect(unsafe symlink(outside, path) == 0)
                    default: #expect(unsafe mkfifo(path, 0o600) == 0)
                    }
                    try mark(hospital)
                    let again = try restorer(hospital)
                    try again.run()
                    #expect(again.findings == [])
                    try expectWhole(hospital)
                    let status = try FileHandle.open(outside, O_RDONLY).status()
                    #expect(status.mode == 0o640 && status.links == 1)
                    let isSame = try SmallFile.read(outside, bytesMax: 1_000) == bytes
                    #expect(isSame)
                }
            }
        }
    }

    @Test func `a folder in a file's place, or a file in a folder's, is told`() throws {
        try withHospital { hospital in
            _ = try hospital.restore()
            #expect(unsafe unlink(restored(hospital, "empty")) == 0)
            #expect(unsafe mkdir(restored(hospital, "empty"), 0o700) == 0)
            removeTree(restored(hospital, "many/4"))
            try SmallFile.write([1], to: restored(hospital, "many/4"))
            try mark(hospital)
            let again = try restorer(hospital)
            try again.run()
            #expect(Set(again.findings.map(\.code)) == [.restoreFailed])
            let paths = again.findings.compactMap { finding in
                if case .path(let path) = finding.subject {
                    String(decoding: path, as: UTF8.self)
                } else {
                    String?.none
                }
            }
            let isRight = paths.allSatisfy { $0.contains("empty") || $0.contains("many/4") }
            #expect(isRight)
        }
    }

    @Test func `a file made in a finished folder does not inherit its ACL`() throws {
        try withHospital { hospital in
            // POSIX ACL, version 2: user::rwx, user:12345:rwx, group::r-x, mask::rwx, other::---.
            let entries: [(tag: UInt16, permissions: UInt16, id: UInt32)] = [
                (0x01, 7, .max), (0x02, 7, 12_345), (0x04, 5, .max), (0x10, 7, .max),
                (0x20, 0, .max),
            ]
            var value: [UInt8] = [2, 0, 0, 0]
            for (tag, permissions, id) in entries {
                for number in [UInt32(tag) | UInt32(permissions) << 16, id] {
                    value += (0..<4).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
                }
            }
            let acl = ExtendedAttribute(name: Array("system.posix_acl_default".utf8), value: value)
            try FileHandle.open("\(hospital.source)/many/5", O_RDONLY | O_DIRECTORY)
                .setAttribute(acl)
            _ = try hospital.backUp()
            removeTree("\(hospital.folder)/restored")
            _ = try hospital.restore()
            let name = "many/5/103"
            #expect(unsafe unlink(restored(hospital, name)) == 0)
            try mark(hospital)
            try restorer(hospital).run()
            let folder = try FileHandle.open(
                restored(hospital, "many/5"),
                O_RDONLY | O_DIRECTORY
            )
            #expect(try folder.attributes() == [acl])
            let file = try FileHandle.open(restored(hospital, name), O_RDONLY)
            #expect(try file.attributes() == [])
            try expectWhole(hospital)
        }
    }

    // MARK: - Where nothing is gone on with

    @Test func `only the same restore goes on, and only if it was asked to`() throws {
        try withHospital { hospital in
            let target = "\(hospital.folder)/restored"
            _ = try hospital.restore()
            let same = try restorer(hospital)
            #expect(throws: RecoveryError.targetNotEmpty(target)) { try same.run() }
            try mark(hospital)
            let unasked = try restorer(hospital, continuing: false)
            #expect(
                throws: RecoveryError.targetUnfinished(target, of: "files@1", isSame: true)
            ) {
                try unasked.run()
            }
            let other = try restorer(hospital, includes: [Array("etc".utf8)])
            _ = try hospital.backUp()
            let later = try restorer(hospital)
            for restorer in [other, later] {
                #expect(
                    throws: RecoveryError.targetUnfinished(target, of: "files@1", isSame: false)
                ) {
                    try restorer.run()
                }
            }
            removeTree(target)
            let fresh = try restorer(hospital)
            try fresh.run()
            #expect(fresh.counts.bytesKept == 0 && fresh.findings == [])
            try expectWhole(hospital)
        }
    }

    @Test func `two restores do not meet in one folder`() throws {
        try withHospital { hospital in
            let target = "\(hospital.folder)/restored"
            let first = try restorer(hospital)
            let second = try restorer(hospital)
            var error: (any Error)?
            try first.run { _ in
                if error == nil {
                    do {
                        try second.run()
                    } catch let mistake {
                        error = mistake
                    }
                }
            }
            #expect(error as? RecoveryError == .targetBusy(target))
            #expect(first.findings == [])
            try expectWhole(hospital)
        }
    }

    @Test func `only names that were there before count as left`() throws {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital(in: folder)
            for number in 100..<300 {
                try hospital.write("p/\(number)", [UInt8(number - 100)])
            }
            _ = try hospital.backUp()
            _ = try hospital.restore()
            let path = restored(hospital, "p/290")
            #expect(unsafe unlink(path) == 0)
            try mark(hospital)
            let again = try restorer(hospital)
            // Made while the restore goes on, as on a target that does not tell `A` from `a`.
            var isMade = false
            try again.run { _ in
                if !isMade {
                    isMade = true
                    try? SmallFile.write([1, 2, 3], to: path)
                }
            }
            #expect(isMade)
            #expect(again.findings.map(\.code) == [.restoreFailed])
            let isThere = try SmallFile.read(path, bytesMax: 10) == [1, 2, 3]
            #expect(isThere, "it is not ours")
        }
    }

    @Test func `what was added to attributes goes`() throws {
        try withHospital { hospital in
            try FileHandle.open("\(hospital.source)/many/5/103", O_RDONLY)
                .setAttribute(attribute("user.own", [1]))
            _ = try hospital.backUp()
            _ = try hospital.restore()
            for name in ["many/5/103", "dump", "many/5"] {
                try FileHandle.open(restored(hospital, name), O_RDONLY)
                    .setAttribute(attribute("user.added", [2]))
            }
            try mark(hospital)
            try restorer(hospital).run()
            for (name, expected) in [("many/5/103", ["user.own"]), ("dump", []), ("many/5", [])] {
                let left = try FileHandle.open(restored(hospital, name), O_RDONLY).attributes()
                #expect(left.map { String(decoding: $0.name, as: UTF8.self) } == expected)
            }
            try expectWhole(hospital)
        }
    }

    private func attribute(_ name: String, _ value: [UInt8]) -> ExtendedAttribute {
        ExtendedAttribute(name: Array(name.utf8), value: value)
    }

    @Test func `a mark that is no file is not waited for, nor written into`() throws {
        try withHospital { hospital in
            let outside = "\(hospital.folder)/outside"
            try SmallFile.write([5], to: outside)
            for kind in ["fifo", "link"] {
                removeTree("\(hospital.folder)/restored")
                _ = try hospital.restore()
                try mark(hospital)
                let target = "\(hospital.folder)/restored"
                let name = try #require(
                    try contents(of: target).keys.first { $0.hasPrefix(".toride-unfinished-") }
                )
                #expect(unsafe unlink("\(target)/\(name)") == 0)
                if kind == "fifo" {
                    #expect(unsafe mkfifo("\(target)/\(name)", 0o600) == 0)
                    let again = try restorer(hospital)
                    #expect(throws: RecoveryError.self) { try again.run() }
                } else {
                    #expect(unsafe link(outside, "\(target)/\(name)") == 0)
                    try restorer(hospital).run()
                }
                let isSame = try SmallFile.read(outside, bytesMax: 100) == [5]
                #expect(isSame)
            }
        }
    }

    @Test func `names hold what was asked, in any order`() {
        let paths = [[1], [2, 3]].map { $0 as [UInt8] }
        func mark(_ includes: [[UInt8]], _ isPrivileged: Bool = false) -> UnfinishedRestore {
            UnfinishedRestore(
                "files@1",
                of: ObjectName(.zero),
                includes: includes,
                isPrivileged: isPrivileged
            )
        }
        let names = [mark([]), mark(paths), mark([[1, 2, 3]]), mark(paths, true)].map(\.name)
        #expect(Set(names).count == 4)
        let turned = mark(paths.reversed())
        #expect(turned.name == names[1])
        #expect(turned.partName(of: [1]) != turned.partName(of: [2]))
    }
}
