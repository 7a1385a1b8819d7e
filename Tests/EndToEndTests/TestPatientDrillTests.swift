import Backup
import Clinical
import Custody
import Drills
import FileSystem
import Format
import Glibc
import HostState
import Jobs
import LocalStore
import Model
import ObjectStore
import Primitives
import Processes
import Recovery
import Repository
import TestSupport
import Testing
import Workers

/// The message of a test patient: written before each backup, demanded back by the drill.
@Suite struct TestPatientDrillTests {
    private static let cut = Timestamp(seconds: 4_000_000_000)
    private static let day: Int64 = 86_400
    private static let number = "9999900001"
    private static let japan: Int64 = 9 * 3_600
    private static let subject = Subject.named("test patient of files")

    // MARK: - A hospital with SS-MIX2

    private func withHospital(_ body: (borrowing TestHospital) throws -> Void) throws {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital(in: folder)
            let copied = try Command("/bin/cp", ["-r", Tool.fixture("ssmix2"), hospital.source])
                .run(timeout: .seconds(60))
            #expect(copied.status == .exited(0))
            try body(hospital)
        }
    }

    private func root(_ hospital: borrowing TestHospital) -> String {
        "\(hospital.source)/ssmix2/standard_root"
    }

    /// Where the patient's messages lie beneath the storage's root.
    private func place(_ number: String = number) throws -> String {
        String(decoding: try #require(SSMIX2TestPatient(number)).path, as: UTF8.self)
    }

    private func backUp(
        _ hospital: borrowing TestHospital,
        day: Int64 = 0,
        as number: String = number
    ) throws -> BackupRun.Result {
        let now = Timestamp(seconds: Self.cut.seconds + day * Self.day)
        let root = root(hospital)
        let key = try hospital.state.signingKey()
        let canary = try FilesCanary(
            try TreeSource(paths: [hospital.source]),
            beneath: hospital.source,
            set: "files",
            sequence: 1,
            now: now,
            testPatient: TestPatientFolder(
                try #require(SSMIX2TestPatient(number)),
                in: root,
                localOffset: Self.japan
            ),
            signedBy: key
        )
        let source = ClinicalSource(
            canary,
            stores: [(RecordPath.relative(root), .ssmix2)],
            localOffset: Self.japan,
            folder: hospital.state.folder(of: "files")
        )
        return try hospital.backUp(from: source, now: now)
    }

    private func profile(_ hospital: borrowing TestHospital) throws -> StoreProfile {
        let bytes = try hospital.open().attachment(ClinicalWitness.attachmentName)
        let witness = try ClinicalWitness(decoding: try #require(bytes))
        let root = RecordPath.relative(root(hospital))
        return try #require(witness.profile(of: root, .ssmix2))
    }

    /// Names in a folder; none if there is no such folder.
    private func names(_ path: String) throws -> [String] {
        guard unsafe access(path, F_OK) == 0 else {
            return []
        }
        return try FileHandle.open(path, O_RDONLY | O_DIRECTORY).names()
            .map { String(decoding: $0, as: UTF8.self) }
    }

    /// Drills the newest snapshot, with a configuration that asks for a canary or does not.
    private func drill(
        _ hospital: borrowing TestHospital,
        asks: Bool = true,
        controls: ControlScope = .rotating,
        injection: DrillInjection? = nil
    ) throws -> DrillResult {
        let canaryPath = FilesCanary.path(beneath: hospital.source)
        let part = FilesPart(
            set: "files",
            snapshot: try hospital.open(),
            canaryPath: asks ? canaryPath : nil,
            signer: try hospital.state.signingKey().verifyingKey,
            stores: [
                StoreJudge.Store(
                    root: RecordPath.relative(root(hospital)),
                    format: .ssmix2,
                    waived: [],
                    localOffset: Self.japan
                )
            ],
            stop: StopFlag()
        )
        try FolderTree.make("\(hospital.folder)/scratch", mode: 0o700)
        let context = DrillContext(
            scratch: "\(hospital.folder)/scratch",
            seed: SHA256.hash([1]),
            controls: controls,
            timeline: DrillTimeline(),
            progress: { _ in },
            injection: injection
        )
        let request = DrillRun.Request(
            level: 2,
            recoveryTimeMax: nil,
            recoveryPointMax: nil,
            identityIsOnBackupHost: false,
            scratchIsMemory: true
        )
        return try DrillRun(request, parts: [part], context: context).run()
    }

    /// The folder of the patient's messages in what was restored.
    private func restored(
        _ part: any DrillPart,
        _ context: DrillContext,
        _ source: String
    ) throws -> String {
        "\(context.folder(of: part.set))\(source)/ssmix2/standard_root/\(try place())"
    }

    // MARK: - Taking

    @Test func `three days leave one current message and break no rule`() throws {
        try withHospital { hospital in
            let folder = "\(root(hospital))/\(try place())"
            var superseded: [UInt64] = []
            for day in Int64(0)..<3 {
                let result = try backUp(hospital, day: day)
                #expect(Verdict(result.findings) == .proven, "\(result.findings)")
                let profile = try profile(hospital)
                #expect(profile.broken.isEmpty, "\(profile.broken)")
                #expect(profile.outcomes == [.judged: profile.files])
                #expect(profile.counts["ADT-00/1"] == 301)
                superseded.append(profile.counts["ADT-00/2"] ?? 0)
                let flags = try names(folder).map { $0.suffix(2) }
                #expect(flags.count { $0 == "_1" } == 1)
                #expect(flags.count { $0 == "_2" } == Int(day))
            }
            let first = try #require(superseded.first)
            #expect(superseded == [first, first + 1, first + 2])
        }
    }

    @Test func `what is written has the owner of the store and no more rights`() throws {
        try withHospital { hospital in
            let root = root(hospital)
            #expect(unsafe chmod(root, 0o2750) == 0)
            if geteuid() == 0 {
                #expect(unsafe chown(root, 65_534, 65_534) == 0)
                #expect(unsafe chmod(root, 0o2750) == 0)
            }
            _ = try backUp(hospital)
            let owner = try FileHandle.open(root, O_RDONLY | O_DIRECTORY).status()
            let folder = try FileHandle.open("\(root)/\(try place())", O_RDONLY | O_DIRECTORY)
            let name = try #require(try folder.names().first)
            let (made, message) = (try folder.status(), try folder.status(name: name))
            #expect(made.mode == 0o2750 && message.mode == 0o640)
            for status in [made, message] {
                #expect(status.uid == owner.uid && status.gid == owner.gid)
            }
        }
    }

    @Test func `folders that other patients share have the rights of the store`() throws {
        try withHospital { hospital in
            let root = root(hospital)
            #expect(unsafe chmod(root, 0o2775) == 0)
            _ = try backUp(hospital)
            let top = try FileHandle.open(root, O_RDONLY | O_DIRECTORY)
            for path in ["999", "999/990"] {
                #expect(try top.status(beneath: Array(path.utf8)).mode == 0o2775)
            }
        }
    }

    @Test func `folders that a killed backup left aside go, whatever comes of the next`() throws {
        try withHospital { hospital in
            let root = root(hospital)
            try FolderTree.make("\(root)/999/.toride-new", mode: 0o700)
            try FolderTree.make("\(root)/.toride-new", mode: 0o700)
            let result = try backUp(hospital)
            #expect(Verdict(result.findings) == .proven, "\(result.findings)")
            #expect(try names("\(root)/999") == ["990"])
            // Where the store is refused they go as well.
            try FolderTree.make("\(root)/.toride-new", mode: 0o700)
            try hospital.write("ssmix2/standard_root/SSMIXIDX.CSV", [])
            expectRefused(try backUp(hospital, day: 1), why: "index or log")
            #expect(try !names(root).contains(".toride-new"))
        }
    }

    @Test func `a message that a killed rename left under two names is one`() throws {
        try withHospital { hospital in
            _ = try backUp(hospital)
            let folder = "\(root(hospital))/\(try place())"
            let current = try #require(try names(folder).first)
            // As a link and the end of the old name, on a file server, killed between the two.
            #expect(unsafe link("\(folder)/\(current)", "\(folder)/\(current.dropLast())2") == 0)
            let result = try backUp(hospital, day: 1)
            #expect(Verdict(result.findings) == .proven, "\(result.findings)")
            let flags = try names(folder).map { String($0.suffix(2)) }.sorted()
            #expect(flags == ["_1", "_2"])
            #expect(try !names(folder).contains(current))
        }
    }

    @Test func `what a killed backup left aside is no stranger`() throws {
        try withHospital { hospital in
            let folder = "ssmix2/standard_root/\(try place())"
            try hospital.write("\(folder)/.toride-new", [1, 2, 3])
            let result = try backUp(hospital)
            #expect(Verdict(result.findings) == .proven, "\(result.findings)")
            let found = try names("\(hospital.source)/\(folder)")
            #expect(found.count == 1 && found.allSatisfy { $0.hasSuffix("_1") })
        }
    }

    // MARK: - Refusing

    private func expectRefused(_ result: BackupRun.Result, why: String) {
        let told = result.findings.filter { $0.code == .canaryNotTaken }
        #expect(told.map(\.evidence) == [["why": why]])
        #expect(told.map(\.subject) == [.named("test patient")])
    }

    @Test func `the number of somebody is refused, and the drill is not proven`() throws {
        let somebody = "0001006032"
        try withHospital { hospital in
            let folder = "\(root(hospital))/\(try place(somebody))"
            let before = try contents(of: folder)
            #expect(!before.isEmpty)
            expectRefused(try backUp(hospital, as: somebody), why: "other messages")
            #expect(try contents(of: folder) == before)
            let result = try drill(hospital)
            #expect(result.verdict == .notProven, "\(result.findings)")
            let untaken = result.findings.filter { $0.code == .canaryNotTaken }
            #expect(untaken.map(\.subject) == [.named("canary of files")])
        }
    }

    @Test func `whoever asks for no canary is told of one that was not taken`() throws {
        try withHospital { hospital in
            expectRefused(try backUp(hospital, as: "0001006032"), why: "other messages")
            let unasked = try drill(hospital, asks: false)
            #expect(unasked.verdict == .notProven)
            #expect(unasked.findings.contains { $0.code == .canaryNotTaken })
        }
    }

    @Test func `a message among ours that is not ours is refused`() throws {
        try withHospital { hospital in
            _ = try backUp(hospital)
            let folder = "\(root(hospital))/\(try place())"
            let name = try #require(try names(folder).first)
            let strange = try #require(try strangers(hospital))
            try FileHandle.open("\(folder)/\(name)", O_WRONLY | O_TRUNC).write(strange)
            expectRefused(try backUp(hospital, day: 1), why: "other messages")
            #expect(try names(folder) == [name])
        }
    }

    /// A message of another patient.
    private func strangers(_ hospital: borrowing TestHospital) throws -> [UInt8]? {
        let folder = "\(root(hospital))/\(try place("0001006032"))"
        return try contents(of: folder).values.compactMap { $0 }.first
    }

    @Test(arguments: ["SSMIXIDX.CSV", "2026/TR_20260701000000000_00001.DAT", "log/ssmixidx.txt"])
    func `a store that keeps an index or a log is refused`(book: String) throws {
        try withHospital { hospital in
            try hospital.write("ssmix2/standard_root/\(book)", [])
            expectRefused(try backUp(hospital), why: "index or log")
            #expect(try names("\(root(hospital))/999").isEmpty)
        }
    }

    @Test(arguments: [[], ["lost+found"], ["999/990/lost+found", ".snapshots/000"]])
    func `a store that holds nobody else is refused`(others: [String]) throws {
        try withHospital { hospital in
            removeTree(root(hospital))
            try FolderTree.make(root(hospital), mode: 0o755)
            for name in others {
                try FolderTree.make("\(root(hospital))/\(name)", mode: 0o755)
            }
            let before = try contents(of: root(hospital))
            expectRefused(try backUp(hospital), why: "empty store")
            #expect(try contents(of: root(hospital)) == before)
        }
    }

    // MARK: - Demanding back

    @Test func `a drill finds the message, and finds it spoilt`() throws {
        try withHospital { hospital in
            _ = try backUp(hospital)
            _ = try backUp(hospital, day: 1)
            let result = try drill(hospital, controls: .all)
            #expect(result.verdict == .proven, "\(result.findings)")
            let found = result.controls.reduce(into: [String: FindingCode]()) {
                $0[$1.sabotage] = $1.foundAs
            }
            #expect(found["clinical canary missing"] == .canaryMissing)
            #expect(found["clinical canary of yesterday"] == .canaryDiffers)
            #expect(found["canary missing"] == .canaryMissing)
        }
    }

    @Test(arguments: [true, false])
    func `a message that did not come back fails the drill, whoever asks`(
        asks: Bool
    ) throws {
        try withHospital { hospital in
            _ = try backUp(hospital)
            let source = hospital.source
            let result = try drill(hospital, asks: asks) { moment, part, context in
                guard moment == .beforeJudging else {
                    return
                }
                let folder = try restored(part, context, source)
                for name in try names(folder) {
                    #expect(unsafe unlink("\(folder)/\(name)") == 0)
                }
            }
            #expect(result.verdict == .failed)
            let missing = result.findings.filter { $0.code == .canaryMissing }
            #expect(missing.map(\.subject) == [Self.subject])
            #expect(!result.controls.contains { $0.sabotage.hasPrefix("clinical canary") })
        }
    }

    @Test func `yesterday's message in the place of today's fails the drill`() throws {
        try withHospital { hospital in
            _ = try backUp(hospital)
            _ = try backUp(hospital, day: 1)
            let source = hospital.source
            let result = try drill(hospital) { moment, part, context in
                guard moment == .beforeJudging else {
                    return
                }
                let folder = try restored(part, context, source)
                let all = try names(folder)
                let past = try #require(all.first { $0.hasSuffix("_2") })
                let current = try #require(all.first { $0.hasSuffix("_1") })
                // The storage as it was a day before.
                #expect(unsafe unlink("\(folder)/\(current)") == 0)
                let renamed = "\(past.dropLast())1"
                #expect(unsafe rename("\(folder)/\(past)", "\(folder)/\(renamed)") == 0)
            }
            #expect(result.verdict == .failed)
            let differs = result.findings.filter { $0.code == .canaryDiffers }
            #expect(differs.map(\.evidence) == [["why": "test patient"]])
            #expect(differs.map(\.subject) == [Self.subject])
        }
    }

    // MARK: - The record

    @Test func `a canary of the third version says whose message is bound to it`() throws {
        let key = try SigningKey(seed: try SecretBytes.random(count: 32))
        let patient = CanaryDocument.TestPatient(store: "srv/ssmix2", id: Self.number)
        let bytes = try CanaryDocument.make(
            set: "files",
            sequence: 7,
            now: Self.cut,
            testPatient: patient,
            signedBy: key
        )
        let canary = try CanaryDocument(decoding: bytes)
        #expect(canary.testPatient == patient)
        #expect(canary.sequence == 7 && canary.set == "files")
        #expect(canary.isSigned(by: key.verifyingKey))
        #expect(CanaryDocument.moment(of: bytes) == Self.cut)
        let plain = try CanaryDocument.make(
            set: "files",
            sequence: 7,
            now: Self.cut,
            signedBy: key
        )
        #expect(try CanaryDocument(decoding: plain).testPatient == nil)
    }

    // MARK: - The whole way

    @Test func `a site that asks for it is proven, and no record tells the number`() throws {
        try withTemporaryFolder { folder in
            let source = "\(folder)/hospital"
            try FolderTree.make(source, mode: 0o755)
            let copied = try Command("/bin/cp", ["-r", Tool.fixture("ssmix2"), source])
                .run(timeout: .seconds(60))
            #expect(copied.status.isSuccess)
            let site = try DatabaseSite(
                in: folder,
                """
                sets:
                  charts:
                    source: {files: {paths: [\(source)]}}
                    clinical: {stores: [{ssmix2: \(source)/ssmix2/standard_root}]}
                    canary: {clinical: true, patient: "\(Self.number)", store: ssmix2}
                drills: {look: {set: charts, level: 2}}
                """
            )
            _ = try site.backUp("charts")
            let outcome = try site.drill("look", controls: .all)
            let made = outcome.result.controls.filter {
                $0.sabotage.hasPrefix("clinical canary")
            }
            #expect(made.count == 2 && made.allSatisfy { $0.foundAs != nil }, "\(made)")
            #expect(outcome.result.verdict == .proven, "\(outcome.result.findings)")
            let stored = try site.store().get(outcome.recordKey, bytesMax: 1 << 20)
            let record = String(
                decoding: try Envelope(decoding: stored).payload,
                as: UTF8.self
            )
            #expect(!record.contains(Self.number))
        }
    }
}
