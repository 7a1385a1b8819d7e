import Backup
import Clinical
import Drills
import FileSystem
import Format
import Glibc
import HostState
import Jobs
import Model
import Orthanc
import Primitives
import Processes
import Repository
import TestSupport
import Testing
import Workers

/// Whether an Orthanc can be had; says so aloud where it cannot.
private let canRunOrthanc: Bool = {
    let missing = ["Orthanc", "socat", "bwrap"].filter { Tool.find($0) == nil }
    guard missing.isEmpty else {
        print("SKIPPED: drills with an Orthanc: not installed: \(missing)")
        return false
    }
    return true
}()

/// A real Orthanc on what came back: asked for every image, and believed for nothing that it does
/// not show.
@Suite(.enabled(if: canRunOrthanc, "NOT TESTED: no Orthanc here"), .timeLimit(.minutes(10)))
struct OrthancDrillTests {
    private static let images = 12

    /// A hospital whose files are the folders of an Orthanc with the fixtures' images.
    private func withHospital(
        owner: String? = nil,
        _ body: (borrowing TestHospital) throws -> Void
    ) throws {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital(in: folder)
            let arguments =
                [Tool.script("demo/orthanc.py")] + (owner.map { ["--owner", $0] } ?? [])
                + [hospital.source + "/orthanc", Tool.fixture("dicom")]
            // The server's user has to get there.
            try openWay(to: hospital.source)
            let made = try Command("/usr/bin/python3", arguments).run(timeout: .seconds(120))
            #expect(made.status == .exited(0), "\(made.text)")
            #expect(made.text.hasPrefix("\(Self.images) images"), "\(made.text)")
            if owner != nil {
                let closed = try Command("/bin/chmod", ["-R", "go=", "\(hospital.source)/orthanc"])
                    .run(timeout: .seconds(60))
                #expect(closed.status == .exited(0))
            }
            _ = try hospital.backUp(source(hospital), "files")
            try body(hospital)
        }
    }

    private func openWay(to path: String) throws {
        var way = ""
        for part in path.split(separator: "/") {
            way += "/\(part)"
            if unsafe access(way, W_OK) == 0, way.hasPrefix("/tmp/") || way.hasPrefix("/var/tmp/") {
                #expect(unsafe chmod(way, 0o755) == 0)
            }
        }
    }

    private static func storage(_ hospital: borrowing TestHospital) -> [UInt8] {
        RecordPath.relative("\(hospital.source)/orthanc/db")
    }

    private func source(_ hospital: borrowing TestHospital) throws -> ClinicalSource {
        ClinicalSource(
            try TreeSource(paths: [hospital.source]),
            stores: [(Self.storage(hospital), .dicom)],
            localOffset: 9 * 3_600,
            folder: hospital.state.folder(of: "files")
        )
    }

    private func drill(
        _ hospital: borrowing TestHospital,
        controls: ControlScope = .rotating,
        index: [UInt8]? = nil,
        injection: DrillInjection? = nil
    ) throws -> DrillResult {
        let storage = Self.storage(hospital)
        let part = FilesPart(
            set: "files",
            snapshot: try hospital.open(),
            canaryPath: nil,
            stores: [
                StoreJudge.Store(
                    root: storage,
                    format: .dicom,
                    waived: ["G1"],
                    localOffset: 9 * 3_600
                )
            ],
            orthanc: OrthancFolders(storage: storage, index: index ?? storage, hidden: []),
            stop: StopFlag()
        )
        let scratch = "\(hospital.folder)/scratch"
        try FolderTree.make(scratch, mode: 0o711)
        try openWay(to: scratch)
        let context = DrillContext(
            scratch: scratch,
            seed: SHA256.hash([1]),
            controls: controls,
            timeline: DrillTimeline(),
            progress: { _ in },
            injection: injection
        )
        let request = DrillRun.Request(
            level: 3,
            recoveryTimeMax: nil,
            recoveryPointMax: nil,
            identityIsOnBackupHost: false,
            scratchIsMemory: true
        )
        return try DrillRun(request, parts: [part], context: context).run()
    }

    private func codes(_ result: DrillResult) -> Set<FindingCode> {
        Set(result.findings.filter { $0.severity != .notice }.map(\.code))
    }

    // MARK: - Sound

    @Test func `an Orthanc that came back whole is proven, and every damage is found`() throws {
        try withHospital { hospital in
            let result = try drill(hospital, controls: .all)
            #expect(result.verdict == .proven, "\(result.findings)")
            #expect(result.level == 3)
            let held = try #require(result.orthancs.first?.check)
            #expect(held.statistics.instances == Self.images)
            #expect(held.attachments >= Self.images)
            #expect(held.damaged == 0 && held.withoutSum == 0)
            for sabotage in OrthancSabotage.all {
                let control = result.controls.first { $0.sabotage == "orthanc: \(sabotage.name)" }
                #expect(control?.foundAs == sabotage.expected, "\(sabotage.name)")
            }
        }
    }

    @Test(.enabled(if: geteuid() == 0, "NOT TESTED: another user needs root"))
    func `files that only their owner may read are served by a server that is he`() throws {
        try withHospital(owner: "daemon") { hospital in
            let result = try drill(hospital)
            #expect(result.verdict == .proven, "\(result.findings)")
        }
    }

    // MARK: - Not sound

    @Test func `a flipped byte, an image less and an index less are found by the server`() throws {
        try withHospital { hospital in
            let storage = String(decoding: Self.storage(hospital), as: UTF8.self)
            let flipped = try drill(hospital) { moment, part, context in
                guard moment == .beforeJudging else {
                    return
                }
                let image = try image(in: "\(context.folder(of: part.set))/\(storage)")
                let file = try FileHandle.open(image, O_RDWR)
                let last = Int64(try file.status().size) - 1
                var byte: [UInt8] = [0]
                _ = try file.readBlock(&byte, at: last)
                try file.write([byte[0] ^ 1][...], at: last)
            }
            #expect(flipped.verdict == .failed)
            #expect(codes(flipped).contains(.orthancAttachmentDamaged), "\(flipped.findings)")
            _ = FolderTree.remove("\(hospital.folder)/scratch")
            let bare = try drill(hospital) { moment, part, context in
                if moment == .beforeJudging {
                    let index = "\(context.folder(of: part.set))/\(storage)/index"
                    #expect(unsafe unlink(index) == 0)
                }
            }
            #expect(codes(bare).contains(.orthancCountsDiffer), "\(bare.findings)")
            _ = FolderTree.remove("\(hospital.folder)/scratch")
            let garbled = try drill(hospital) { moment, part, context in
                if moment == .beforeJudging {
                    let index = "\(context.folder(of: part.set))/\(storage)/index"
                    let file = try FileHandle.open(index, O_RDWR)
                    let junk = [UInt8](repeating: 7, count: Int(try file.status().size) - 4_096)
                    try file.write(junk[...], at: 4_096)
                }
            }
            #expect(codes(garbled).contains(.orthancNotStarted), "\(garbled.findings)")
        }
    }

    @Test func `an image that the index counts and has no file of is damaged`() throws {
        try withHospital { hospital in
            let storage = String(decoding: Self.storage(hospital), as: UTF8.self)
            let result = try drill(hospital) { moment, part, context in
                guard moment == .beforeJudging else {
                    return
                }
                let index = "\(context.folder(of: part.set))/\(storage)/index"
                let script = """
                    import sqlite3, sys
                    with sqlite3.connect(sys.argv[1]) as index:
                        index.create_function("SignalFileDeleted", -1, lambda *all: None)
                        index.execute("delete from AttachedFiles where rowid in (select rowid "
                                      "from AttachedFiles where fileType = 1 limit 1)")
                    """
                let done = try Command("/usr/bin/python3", ["-c", script, index])
                    .run(timeout: .seconds(60))
                #expect(done.status == .exited(0), "\(done.errorTail)")
            }
            #expect(codes(result).contains(.orthancAttachmentDamaged), "\(result.findings)")
            #expect(result.orthancs.first?.check.damaged == 1)
        }
    }

    /// An attachment that is an image, by its mark.
    private func image(in storage: String) throws -> String {
        let found = try Command("/usr/bin/find", [storage, "-type", "f", "-size", "+1k"])
            .run(timeout: .seconds(60)).text.split(separator: "\n").sorted()
        let image = found.first { isImage(String($0)) }
        return String(try #require(image))
    }

    private func isImage(_ path: String) -> Bool {
        do throws(FileSystemError) {
            let file = try FileHandle.open(path, O_RDONLY)
            var mark = [UInt8](repeating: 0, count: 4)
            let count = try file.readBlock(&mark, at: 128)
            return count == 4 && mark == Array("DICM".utf8)
        } catch {
            return false
        }
    }

    // MARK: - Not to be had

    @Test func `an index to which a link leads is not taken for the restored one`() throws {
        try withHospital { hospital in
            // To the live one: a server on that would know every image.
            let link = "\(hospital.source)/orthanc/index"
            #expect(unsafe symlink("\(hospital.source)/orthanc/db", link) == 0)
            _ = try hospital.backUp(source(hospital), "files")
            let result = try drill(hospital, index: RecordPath.relative(link))
            #expect(result.verdict == .notProven, "\(result.findings)")
            #expect(result.orthancs.isEmpty)
            #expect(result.level == 2)
        }
    }

    @Test(.enabled(if: geteuid() == 0, "NOT TESTED: another user needs root"))
    func `files that the server's user may not read are not called damaged`() throws {
        try withHospital { hospital in
            let image = try image(in: "\(hospital.source)/orthanc/db")
            #expect(unsafe chmod(image, 0o600) == 0)
            _ = try hospital.backUp(source(hospital), "files")
            let result = try drill(hospital)
            #expect(result.verdict == .notProven, "\(result.findings)")
            let skipped = result.findings.first { $0.subject == .named("files/orthanc") }
            #expect(skipped?.code == .partSkipped)
            #expect(skipped?.detail?.hasPrefix("1 restored files") == true, "\(result.findings)")
        }
    }

    @Test func `a storage of which no witness was sealed proves nothing`() throws {
        try withHospital { hospital in
            _ = try hospital.backUp("files")
            let result = try drill(hospital)
            #expect(result.verdict == .notProven, "\(result.findings)")
            let skipped = result.findings.filter { $0.code == .partSkipped }
            #expect(skipped.map(\.subject).contains(.named("files/orthanc")))
        }
    }

    @Test func `an index without sums leaves its images unverified`() throws {
        try withHospital { hospital in
            let storage = String(decoding: Self.storage(hospital), as: UTF8.self)
            let result = try drill(hospital) { moment, part, context in
                guard moment == .beforeJudging else {
                    return
                }
                let index = "\(context.folder(of: part.set))/\(storage)/index"
                let script = """
                    import sqlite3, sys
                    with sqlite3.connect(sys.argv[1]) as index:
                        for sum in ("uncompressedMD5", "compressedMD5"):
                            index.execute(f"update AttachedFiles set {sum} = ''")
                    """
                let done = try Command("/usr/bin/python3", ["-c", script, index])
                    .run(timeout: .seconds(60))
                #expect(done.status == .exited(0), "\(done.errorTail)")
            }
            #expect(codes(result).contains(.orthancAttachmentUnverified), "\(result.findings)")
        }
    }
}
