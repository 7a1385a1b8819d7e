import Drills
import FileSystem
import Glibc
import HostState
import Model
import Primitives
import Testing
import TestSupport
import Workers

@Suite struct FilesDrillTests {
    private func drill(
        level: Int = 2,
        recoveryPointMax: Duration? = nil,
        stop: StopFlag = StopFlag(),
        injection: DrillInjection? = nil
    ) throws -> DrillResult {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital(in: folder)
            var random = SeededGenerator(seed: 5)
            for number in 0..<20 {
                try hospital.write("a/\(number)", random.bytes(100 + number))
            }
            try hospital.write("large", random.bytes(3 << 20))
            _ = try hospital.backUp()
            let part = FilesPart(
                set: "files",
                snapshot: try hospital.open(),
                canaryPath: nil,
                stop: stop
            )
            try FolderTree.make("\(folder)/scratch", mode: 0o700)
            let context = DrillContext(
                scratch: "\(folder)/scratch",
                seed: SHA256.hash([1]),
                timeline: DrillTimeline(),
                progress: { _ in },
                injection: injection
            )
            let request = DrillRun.Request(
                level: level,
                recoveryTimeMax: nil,
                recoveryPointMax: recoveryPointMax,
                identityIsOnBackupHost: false,
                scratchIsMemory: true
            )
            return try DrillRun(request, parts: [part], context: context).run()
        }
    }

    @Test func `an untouched restore is proven, and every sabotage is found`() throws {
        let result = try drill()
        #expect(result.verdict == .proven, "\(result.findings)")
        #expect(
            result.controls.map(\.sabotage) == [
                "altered byte", "changed mode", "missing file", "restore that does nothing",
            ]
        )
        #expect(result.controls.allSatisfy { $0.foundAs != nil }, "\(result.controls)")
        #expect(result.level == 2)
    }

    @Test func `an altered file fails the drill and is named`() throws {
        var altered: [UInt8] = []
        let result = try drill { _, part, context in
            let path = "\(context.folder(of: part.set))/tmp"
            let folder = try FileHandle.open(path, O_RDONLY | O_DIRECTORY)
            let inner = try #require(try folder.names().first)
            altered = Array("tmp/".utf8) + inner + Array("/source/large".utf8)
            let file = try FileHandle.open(
                "\(context.folder(of: part.set))/" + String(decoding: altered, as: UTF8.self),
                O_WRONLY
            )
            try file.write([1, 2, 3])
        }
        #expect(result.verdict == .failed)
        #expect(
            result.findings.contains {
                $0.code == .restoredContentDiffers && $0.subject == .path(altered)
            }
        )
    }

    @Test func `a deeper level than the parts can prove is not proven`() throws {
        let result = try drill(level: 3)
        #expect(result.verdict == .notProven)
        #expect(result.findings.map(\.code).contains(.partSkipped))
    }

    @Test func `a recovery point that nobody measured is not proven`() throws {
        let result = try drill(recoveryPointMax: .seconds(3_600))
        #expect(result.verdict == .notProven)
        #expect(result.findings.map(\.code).contains(.recoveryPointUnknown))
    }

    @Test func `a drill that is stopped has shown nothing`() throws {
        let stop = StopFlag()
        let result = try drill(stop: stop) { _, _, _ in stop.set() }
        #expect(result.verdict == .notProven)
        #expect(result.level == 0)
        let skipped = result.findings.first { $0.code == .partSkipped }
        #expect(skipped?.evidence["phase"] == "judge")
        #expect(!result.findings.contains { $0.severity == .failure }, "\(result.findings)")
    }

    @Test func `a drill without negative controls is not proven`() throws {
        let result = try drill { _, part, context in
            // Nothing that can be sabotaged is left: the control of a missing victim throws.
            removeTree(context.folder(of: part.set))
        }
        #expect(result.verdict == .failed)
        #expect(result.findings.map(\.code).contains(.controlsNotRun))
    }
}
