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
    /// A folder with 64 files and some behind them; `change` runs once, in the middle of its walk.
    private func backUp(
        _ hospital: borrowing TestHospital,
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
        return try backUp(hospital, changing: "m", times: 1, change)
    }

    /// Backs up while `change` gets a path of the source, `times` times at most.
    private func backUp(
        _ hospital: borrowing TestHospital,
        changing name: String,
        times: Int,
        _ change: @escaping (String) throws -> Void
    ) throws -> BackupRun.Result {
        let path = "\(hospital.source)/\(name)"
        var left = times
        var failures: [any Error] = []
        // Without scouts, so that the walk sees each name in its turn: ScoutTests has the others.
        let source = try TreeSource(paths: [hospital.source], scouts: 0)
        let result = try hospital.backUp(
            from: source,
            progress: { _ in
                guard left > 0 else {
                    return
                }
                left -= 1
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

    @Test func `a file that goes is told, and the snapshot is complete`() throws {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital(in: folder)
            let gone = Array("\(hospital.source.dropFirst())/m/70".utf8)
            let result = try backUp(hospital) { #expect(unsafe unlink("\($0)/70") == 0) }
            #expect(result.findings == [Finding(.fileGone, .path(gone))])
            #expect(result.manifest.complete)
            #expect(try hospital.restoreAndCompare().different == [])
        }
    }

    @Test func `a file that is renamed ahead of the walk is taken under its new name`() throws {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital(in: folder)
            let result = try backUp(hospital) {
                #expect(unsafe rename("\($0)/70", "\($0)/80") == 0)
            }
            #expect(result.findings.map(\.code) == [.fileGone])
            #expect(result.manifest.complete)
            #expect(try hospital.restoreAndCompare().different == [])
        }
    }

    @Test func `a file that is renamed behind the walk makes the snapshot incomplete`() throws {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital(in: folder)
            let result = try backUp(hospital) {
                #expect(unsafe rename("\($0)/70", "\($0)/00") == 0)
            }
            #expect(result.findings.map(\.code) == [.fileGone, .fileChangedWhileRead])
            #expect(!result.manifest.complete)
            #expect(try hospital.restoreAndCompare().different == ["m/00"])
        }
    }

    @Test func `a new file behind the walk need not be in the snapshot`() throws {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital(in: folder)
            let result = try backUp(hospital) { folder in
                #expect(unsafe unlink("\(folder)/70") == 0)
                try SmallFile.write([1], to: "\(folder)/00")
            }
            #expect(result.findings.map(\.code) == [.fileGone])
            #expect(result.manifest.complete)
        }
    }

    @Test func `a folder that goes with all in it is told once`() throws {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital(in: folder)
            let result = try backUp(hospital, with: ["m/70/a", "m/70/b", "m/71"]) { folder in
                removeTree("\(folder)/70")
            }
            #expect(result.findings.map(\.code) == [.fileGone])
            #expect(try hospital.restoreAndCompare().different == [])
        }
    }

    @Test func `a folder that becomes a symbolic link is not followed`() throws {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital(in: folder)
            let result = try backUp(hospital, with: ["m/70/a", "m/71"]) { folder in
                removeTree("\(folder)/70")
                #expect(unsafe symlink("/etc", "\(folder)/70") == 0)
            }
            #expect(result.findings == [])
            #expect(try hospital.restoreAndCompare().different == [])
        }
    }

    // MARK: - Files that change while they are read

    private func backUpLarge(
        _ hospital: borrowing TestHospital,
        times: Int,
        _ change: @escaping (String) throws -> Void
    ) throws -> BackupRun.Result {
        var random = SeededGenerator(seed: 41)
        try hospital.write("large", random.bytes(6 << 20))
        return try backUp(hospital, changing: "large", times: times, change)
    }

    private func append(_ path: String) throws {
        try FileHandle.open(path, O_WRONLY | O_APPEND).write([1])
    }

    @Test func `a file that changes once while read is read again and whole`() throws {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital(in: folder)
            let result = try backUpLarge(hospital, times: 1, append)
            #expect(result.findings == [])
            #expect(result.manifest.complete)
            #expect(try hospital.restoreAndCompare().different == [])
        }
    }

    @Test func `a file that always changes is taken as it was read, and the snapshot says so`()
        throws
    {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital(in: folder)
            let result = try backUpLarge(hospital, times: .max, append)
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

    @Test func `a file that is cut while read is taken as it was read, and the snapshot says so`()
        throws
    {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital(in: folder)
            var size = 6 << 20
            let result = try backUpLarge(hospital, times: .max) { path in
                size -= 64 << 10
                #expect(unsafe truncate(path, size) == 0)
            }
            #expect(result.findings.map(\.code) == [.fileChangedWhileRead])
            #expect(!result.manifest.complete)
            #expect(try hospital.restore() == [])
        }
    }

    @Test func `a file that goes while read is gone, not an error`() throws {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital(in: folder)
            let result = try backUpLarge(hospital, times: 1) { path in
                #expect(unsafe unlink(path) == 0)
            }
            #expect(result.findings.map(\.code) == [.fileGone])
            #expect(result.manifest.complete)
        }
    }
}
