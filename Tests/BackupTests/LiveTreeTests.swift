import Backup
import FileSystem
import Format
import Glibc
import HostState
import Model
import Recovery
import TestSupport
import Testing
import Verification

/// Trees that change while they are read.
@Suite struct LiveTreeTests {
    /// With none the walk looks at each name in its turn; others have seen all of so small a tree
    /// before the first file is read. What comes of it must be the same.
    private static let scouts = [0, 2]

    /// A folder with 64 files and some behind them; `change` runs once, in the middle of its walk.
    private func backUp(
        _ hospital: borrowing TestHospital,
        _ scouts: Int,
        with names: [String] = ["m/70", "m/71"],
        _ change: @escaping (String) throws -> Void
    ) throws -> BackupRun.Result {
        for number in 10..<70 {
            try hospital.write("m/\(number)", [UInt8(number)])
        }
        for name in names {
            try hospital.write(name, Array(name.utf8))
        }
        // The folder must have been changed before the new files of a test are.
        usleep(20_000)
        return try backUp(hospital, scouts, changing: "m", times: 1, change)
    }

    /// Backs up while `change` gets a path of the source, `times` times at most.
    private func backUp(
        _ hospital: borrowing TestHospital,
        _ scouts: Int,
        changing name: String,
        times: Int,
        believing: Duration = .zero,
        _ change: @escaping (String) throws -> Void
    ) throws -> BackupRun.Result {
        let path = "\(hospital.source)/\(name)"
        var left = times
        var failures: [any Error] = []
        // What was seen is asked about at each name: how long it may count is another matter.
        let source = try TreeSource(
            paths: [hospital.source],
            scouts: scouts,
            believesFor: believing
        )
        let result = try hospital.backUp(
            from: source,
            progress: { _ in
                guard left > 0 else {
                    return
                }
                left -= 1
                // Times are counted in steps of some milliseconds: later than the listing, surely.
                usleep(10_000)
                do {
                    try change(path)
                } catch {
                    failures.append(error)
                }
            }
        )
        #expect(failures.isEmpty, "\(failures)")
        #expect(left < times, "nothing was changed")
        return result
    }

    /// However long what was seen is believed, a name is not taken live and the next from memory.
    @Test(arguments: [Duration.zero, .seconds(3_600)])
    func `a log that is rotated is not lost between its two names`(believing: Duration) throws {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital(in: folder)
            for number in 10..<74 {
                try hospital.write("m/\(number)", [UInt8(number)])
            }
            var random = SeededGenerator(seed: 5)
            // Too large to be read ahead.
            let (log, old) = (random.bytes(400_000), random.bytes(400_000))
            try hospital.write("m/log", [1])
            try hospital.write("m/log.1", old)
            _ = try hospital.backUp()
            try hospital.write("m/log", log)
            usleep(20_000)
            let result = try backUp(hospital, 2, changing: "m", times: 1, believing: believing) {
                #expect(unsafe rename("\($0)/log", "\($0)/log.1") == 0)
                try SmallFile.write([7], to: "\($0)/log")
            }
            _ = try hospital.restore()
            let taken = try contents(of: "\(folder)/restored\(hospital.source)/m")
            let isThere = taken["log"] == log || taken["log.1"] == log
            #expect(isThere || !result.manifest.complete)
        }
    }

    @Test(arguments: LiveTreeTests.scouts, [Duration.zero, .seconds(3_600)])
    func `a log that gets a name of its own is taken under it`(
        scouts: Int,
        believing: Duration
    ) throws {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital(in: folder)
            for number in 10..<74 {
                try hospital.write("m/\(number)", [UInt8(number)])
            }
            var random = SeededGenerator(seed: 6)
            let log = random.bytes(400_000)
            try hospital.write("m/log", log)
            usleep(20_000)
            let result = try backUp(
                hospital,
                scouts,
                changing: "m",
                times: 1,
                believing: believing
            ) {
                #expect(unsafe rename("\($0)/log", "\($0)/log-20261127") == 0)
                try SmallFile.write([7], to: "\($0)/log")
            }
            _ = try hospital.restore()
            let taken = try contents(of: "\(folder)/restored\(hospital.source)/m")
            let isThere = taken["log"] == log || taken["log-20261127"] == log
            #expect(isThere)
            #expect(result.manifest.complete)
        }
    }

    @Test(arguments: LiveTreeTests.scouts)
    func `a second log that is rotated later in the same folder is taken too`(scouts: Int) throws {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital(in: folder)
            var random = SeededGenerator(seed: 7)
            // Enough pieces for progress to be told between the two.
            let logs = (0..<2).map { _ in random.bytes(9 << 20) }
            try hospital.write("m/a-log", logs[0])
            try hospital.write("m/b-log", logs[1])
            usleep(20_000)
            var names = ["a", "b"]
            let result = try backUp(hospital, scouts, changing: "m", times: 2) {
                usleep(40_000)
                let name = names.removeFirst() + "-log"
                #expect(unsafe rename("\($0)/\(name)", "\($0)/\(name)-1") == 0)
                try SmallFile.write([7], to: "\($0)/\(name)")
            }
            _ = try hospital.restore()
            let taken = try contents(of: "\(folder)/restored\(hospital.source)/m")
            for log in logs {
                let isThere = taken.values.contains { $0 == log }
                #expect(isThere || !result.manifest.complete)
            }
        }
    }

    @Test(arguments: LiveTreeTests.scouts)
    func `a file that goes is told, and the snapshot is complete`(scouts: Int) throws {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital(in: folder)
            let gone = Array("\(hospital.source.dropFirst())/m/70".utf8)
            let result = try backUp(hospital, scouts) { #expect(unsafe unlink("\($0)/70") == 0) }
            #expect(result.findings == [Finding(.fileGone, .path(gone))])
            #expect(result.manifest.complete)
            #expect(try hospital.restoreAndCompare().different == [])
        }
    }

    @Test(arguments: LiveTreeTests.scouts)
    func `a file that is renamed ahead of the walk is taken under its new name`(scouts: Int) throws
    {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital(in: folder)
            let result = try backUp(hospital, scouts) {
                #expect(unsafe rename("\($0)/70", "\($0)/80") == 0)
            }
            #expect(result.findings.map(\.code) == [.fileGone])
            #expect(result.manifest.complete)
            #expect(try hospital.restoreAndCompare().different == [])
        }
    }

    @Test(arguments: LiveTreeTests.scouts)
    func `a file that is renamed behind the walk makes the snapshot incomplete`(scouts: Int) throws
    {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital(in: folder)
            let result = try backUp(hospital, scouts) {
                #expect(unsafe rename("\($0)/70", "\($0)/00") == 0)
            }
            #expect(result.findings.map(\.code) == [.fileGone, .fileChangedWhileRead])
            #expect(!result.manifest.complete)
            #expect(try hospital.restoreAndCompare().different == ["m/00"])
        }
    }

    @Test(arguments: LiveTreeTests.scouts)
    func `a new file behind the walk need not be in the snapshot`(scouts: Int) throws {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital(in: folder)
            let result = try backUp(hospital, scouts) { folder in
                #expect(unsafe unlink("\(folder)/70") == 0)
                try SmallFile.write([1], to: "\(folder)/00")
            }
            #expect(result.findings.map(\.code) == [.fileGone])
            #expect(result.manifest.complete)
        }
    }

    @Test(arguments: LiveTreeTests.scouts)
    func `a folder that goes with all in it is told once`(scouts: Int) throws {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital(in: folder)
            let result = try backUp(hospital, scouts, with: ["m/70/a", "m/70/b", "m/71"]) {
                folder in
                removeTree("\(folder)/70")
            }
            #expect(result.findings.map(\.code) == [.fileGone])
            #expect(try hospital.restoreAndCompare().different == [])
        }
    }

    @Test(arguments: LiveTreeTests.scouts)
    func `a folder that becomes a symbolic link is not followed`(scouts: Int) throws {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital(in: folder)
            let result = try backUp(hospital, scouts, with: ["m/70/a", "m/71"]) { folder in
                removeTree("\(folder)/70")
                #expect(unsafe symlink("/etc", "\(folder)/70") == 0)
            }
            #expect(result.findings == [])
            #expect(try hospital.restoreAndCompare().different == [])
        }
    }

    @Test(arguments: LiveTreeTests.scouts)
    func `two files that go from one folder leave the snapshot complete`(scouts: Int) throws {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital(in: folder)
            let result = try backUp(hospital, scouts) { folder in
                #expect(unsafe unlink("\(folder)/70") == 0)
                #expect(unsafe unlink("\(folder)/71") == 0)
            }
            #expect(result.findings.map(\.code) == [.fileGone, .fileGone])
            #expect(result.manifest.complete)
            #expect(try hospital.restoreAndCompare().different == [])
        }
    }

    @Test(arguments: LiveTreeTests.scouts)
    func `a file written after its folder last changed, and renamed behind the walk, is missed`(
        scouts: Int
    ) throws {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital(in: folder)
            for number in 10..<70 {
                try hospital.write("m/\(number)", [UInt8(number)])
            }
            try hospital.write("m/70", [1])
            usleep(20_000)
            // In place: the folder does not change.
            try append("\(hospital.source)/m/70")
            usleep(20_000)
            let result = try backUp(hospital, scouts, changing: "m", times: 1) { folder in
                #expect(unsafe rename("\(folder)/70", "\(folder)/00") == 0)
            }
            #expect(result.findings.map(\.code) == [.fileGone, .fileChangedWhileRead])
            #expect(!result.manifest.complete)
        }
    }

    // MARK: - Files that change while they are read

    private func backUpLarge(
        _ hospital: borrowing TestHospital,
        _ scouts: Int,
        times: Int,
        _ change: @escaping (String) throws -> Void
    ) throws -> BackupRun.Result {
        var random = SeededGenerator(seed: 41)
        try hospital.write("large", random.bytes(6 << 20))
        return try backUp(hospital, scouts, changing: "large", times: times, change)
    }

    private func append(_ path: String) throws {
        try FileHandle.open(path, O_WRONLY | O_APPEND).write([1])
    }

    @Test(arguments: LiveTreeTests.scouts)
    func `a file that changes once while read is read again and whole`(scouts: Int) throws {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital(in: folder)
            let result = try backUpLarge(hospital, scouts, times: 1, append)
            #expect(result.findings == [])
            #expect(result.manifest.complete)
            #expect(try hospital.restoreAndCompare().different == [])
        }
    }

    @Test(arguments: LiveTreeTests.scouts)
    func `a file that always changes is taken as it was read, and the snapshot says so`(scouts: Int)
        throws
    {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital(in: folder)
            let result = try backUpLarge(hospital, scouts, times: .max, append)
            #expect(result.findings.map(\.code) == [.fileChangedWhileRead])
            #expect(!result.manifest.complete)
            #expect(try hospital.verify().verdict == .proven)
            #expect(try hospital.restore() == [])
            let restored = "\(folder)/restored\(hospital.source)/large"
            let size = try #require(try SmallFile.size(restored))
            #expect((6 << 20...(6 << 20) + 100).contains(size))
            // It is read again next time, for its times say nothing.
            let next = try hospital.backUp()
            #expect(next.manifest.complete)
            #expect(try hospital.restoreAndCompare().different == [])
        }
    }

    @Test(arguments: LiveTreeTests.scouts)
    func `a file that is cut while read is taken as it was read, and the snapshot says so`(
        scouts: Int
    )
        throws
    {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital(in: folder)
            var size = 6 << 20
            let result = try backUpLarge(hospital, scouts, times: .max) { path in
                size -= 64 << 10
                #expect(unsafe truncate(path, size) == 0)
            }
            #expect(result.findings.map(\.code) == [.fileChangedWhileRead])
            #expect(!result.manifest.complete)
            #expect(try hospital.restore() == [])
        }
    }

    @Test(arguments: LiveTreeTests.scouts)
    func `a file that goes while read is gone, not an error`(scouts: Int) throws {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital(in: folder)
            let result = try backUpLarge(hospital, scouts, times: 1) { path in
                #expect(unsafe unlink(path) == 0)
            }
            #expect(result.findings.map(\.code) == [.fileGone])
            #expect(result.manifest.complete)
        }
    }

    // MARK: - Names that change while another file is read

    /// Backs up once, changes `early` so that it is read, and lets `change` have the folder while
    /// it is.
    private func backUpAgain(
        _ hospital: borrowing TestHospital,
        _ scouts: Int,
        _ change: @escaping (String) throws -> Void
    ) throws -> BackupRun.Result {
        var random = SeededGenerator(seed: 43)
        try hospital.write("m/early", random.bytes(6 << 20))
        _ = try hospital.backUp()
        try hospital.write("m/early", random.bytes(6 << 20))
        return try backUp(hospital, scouts, changing: "m", times: 1, change)
    }

    @Test(arguments: LiveTreeTests.scouts)
    func `a log that is rotated is whole under its new name`(scouts: Int) throws {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital(in: folder)
            try hospital.write("m/log.1", Array("the day before".utf8))
            try hospital.write("m/log", Array("yesterday".utf8))
            let result = try backUpAgain(hospital, scouts) { folder in
                #expect(unsafe rename("\(folder)/log", "\(folder)/log.1") == 0)
                try SmallFile.write(Array("today".utf8), to: "\(folder)/log")
            }
            #expect(result.findings == [])
            #expect(try hospital.restoreAndCompare().different == [])
        }
    }

    @Test(arguments: LiveTreeTests.scouts)
    func `a file that takes another's place is no name of that other`(scouts: Int) throws {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital(in: folder)
            let result = try backUpAgain(hospital, scouts) { folder in
                try SmallFile.write([2], to: "\(folder)/new")
                #expect(unsafe rename("\(folder)/new", "\(folder)/x") == 0)
            }
            #expect(result.findings == [])
            for (number, names) in [["x", "y"], ["x", "z"]].enumerated() {
                try hospital.write("m/\(number)", [UInt8(number)])
                try hospital.write("m/x", [7, UInt8(number)])
                unsafe unlink("\(hospital.source)/m/\(names[1])")
                #expect(
                    unsafe link(
                        "\(hospital.source)/m/x",
                        "\(hospital.source)/m/\(names[1])"
                    ) == 0
                )
                let result = try backUpAgain(hospital, scouts) { folder in
                    try SmallFile.write([3, UInt8(number)], to: "\(folder)/new")
                    #expect(unsafe rename("\(folder)/new", "\(folder)/x") == 0)
                }
                #expect(result.findings == [])
                #expect(try hospital.restoreAndCompare().different == [])
            }
        }
    }

    @Test(arguments: LiveTreeTests.scouts)
    func `names of one file stay so, though it is touched meanwhile`(scouts: Int) throws {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital(in: folder)
            try hospital.write("m/x", [1])
            for name in ["y", "z"] {
                let path = "\(hospital.source)/m/\(name)"
                #expect(unsafe link("\(hospital.source)/m/x", path) == 0)
            }
            let result = try backUpAgain(hospital, scouts) { folder in
                try FileHandle.open("\(folder)/x", O_WRONLY | O_APPEND).write([2])
            }
            #expect(result.findings == [])
            #expect(try hospital.restoreAndCompare().different == [])
            let restored = "\(folder)/restored\(hospital.source)/m/y"
            #expect(try FileHandle.open(restored, O_RDONLY).status().links == 3)
        }
    }

    enum Change: CaseIterable { case fileToLink, linkToFile, fileToFolder, folderToFile, moved }

    @Test(arguments: LiveTreeTests.scouts, Change.allCases)
    func `what becomes something else is taken as what it is`(scouts: Int, change: Change) throws {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital(in: folder)
            try hospital.write("m/file", [1])
            try hospital.write("m/folder/inner/file", [2])
            #expect(unsafe symlink("file", "\(hospital.source)/m/link") == 0)
            let result = try backUpAgain(hospital, scouts) { folder in
                switch change {
                case .fileToLink:
                    #expect(unsafe unlink("\(folder)/file") == 0)
                    #expect(unsafe symlink("elsewhere", "\(folder)/file") == 0)
                case .linkToFile:
                    #expect(unsafe unlink("\(folder)/link") == 0)
                    try SmallFile.write([3], to: "\(folder)/link")
                case .fileToFolder:
                    #expect(unsafe unlink("\(folder)/file") == 0)
                    try FolderTree.make("\(folder)/file", mode: 0o755)
                    try SmallFile.write([4], to: "\(folder)/file/inner")
                case .folderToFile:
                    removeTree("\(folder)/folder")
                    try SmallFile.write([5], to: "\(folder)/folder")
                case .moved:
                    // Another folder in its place, with a file of the same name.
                    #expect(unsafe rename("\(folder)/folder", "\(folder)/zzz") == 0)
                    try FolderTree.make("\(folder)/folder/inner", mode: 0o755)
                    try SmallFile.write([6], to: "\(folder)/folder/inner/file")
                }
            }
            // A name that came into the listed folder need not be there; none may be wrong.
            let different = try hospital.restoreAndCompare().different
            let added = ["m/zzz", "m/zzz/inner", "m/zzz/inner/file"]
            #expect(Set(different).isSubset(of: change == .moved ? added : []), "\(different)")
            #expect(result.findings == [])
        }
    }
}
