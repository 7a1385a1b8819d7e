import Backup
import Drills
import FileSystem
import Format
import Glibc
import HostState
import Jobs
import Model
import Primitives
import Recovery
import Repository
import TestSupport
import Testing
import Workers

/// The canary of a set of files, demanded back: this very one, and no other.
@Suite struct CanaryDrillTests {
    private static let cut = Timestamp(seconds: 4_000_000_000)

    /// What a canary says, and who signed it.
    struct Canary: Sendable {
        var set = "files"
        var sequence: UInt64 = 1
        /// Seconds from when it was made until the cut.
        var lead: Int64 = 0
        var isStrangers = false
    }

    private func key(
        _ canary: Canary,
        _ hospital: borrowing TestHospital
    ) throws -> SigningKey {
        if canary.isStrangers {
            return try SigningKey(seed: try SecretBytes.random(count: 32))
        }
        return try hospital.state.signingKey()
    }

    /// Backs up with a canary, drills, and tells what came of it.
    private func drill(
        _ canary: Canary = Canary(),
        seed: UInt8 = 1,
        controls: ControlScope = .rotating,
        injection: DrillInjection? = nil
    ) throws -> DrillResult {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital(in: folder)
            for number in 0..<5 {
                try hospital.write("a/\(number)", Array("content \(number)".utf8))
            }
            let key = try key(canary, hospital)
            let source = try FilesCanary(
                try TreeSource(paths: [hospital.source]),
                beneath: hospital.source,
                set: canary.set,
                sequence: canary.sequence,
                now: Timestamp(seconds: Self.cut.seconds - canary.lead),
                signedBy: key
            )
            _ = try hospital.backUp(from: source, now: Self.cut)
            let part = FilesPart(
                set: "files",
                snapshot: try hospital.open(),
                canaryPath: FilesCanary.path(beneath: hospital.source),
                signer: try hospital.state.signingKey().verifyingKey,
                stop: StopFlag()
            )
            try FolderTree.make("\(folder)/scratch", mode: 0o700)
            let context = DrillContext(
                scratch: "\(folder)/scratch",
                seed: SHA256.hash([seed]),
                controls: controls,
                timeline: DrillTimeline(),
                progress: { _ in },
                injection: injection
            )
            let request = DrillRun.Request(
                level: 2,
                recoveryTimeMax: nil,
                recoveryPointMax: .seconds(3_600),
                identityIsOnBackupHost: false,
                scratchIsMemory: true
            )
            return try DrillRun(request, parts: [part], context: context).run()
        }
    }

    /// Where the canary lies that came back.
    private static func path(_ part: any DrillPart, _ context: DrillContext) throws -> String {
        var found: String?
        try (part as? FilesPart)?.snapshot.forEachRecord { record in
            if CanaryDocument.isPath(record.path) {
                found =
                    "\(context.folder(of: part.set))/"
                    + String(decoding: record.path, as: UTF8.self)
            }
            return true
        }
        return try #require(found)
    }

    // MARK: - The canary itself

    @Test(arguments: [0, Limits.canaryLeadSeconds])
    func `the canary of the very run is content, and tells the recovery point`(
        lead: Int64
    ) throws {
        let result = try drill(Canary(lead: lead))
        #expect(result.verdict == .proven, "\(result.findings)")
        #expect(result.recoveryPoint == Duration.seconds(lead))
    }

    @Test(
        arguments: [
            (Canary(set: "letters"), "other set"), (Canary(isStrangers: true), "strange signer"),
            (Canary(lead: 86_400), "not of this run"),
            (Canary(lead: Limits.canaryLeadSeconds + 1), "not of this run"),
            (Canary(lead: -6), "not of this run"), (Canary(sequence: 2), "not of this run"),
        ]
    )
    func `a canary that is sealed and not the run's is told with the reason`(
        canary: Canary,
        why: String
    ) throws {
        let result = try drill(canary)
        let found = result.findings.filter { $0.code == .canaryDiffers }
        #expect(found.map(\.evidence) == [["why": why]])
        #expect(found.map(\.subject) == [.named("canary of files")])
        #expect(result.verdict == .failed)
        // What it says is no measure of anything.
        #expect(result.recoveryPoint == nil)
    }

    @Test func `a canary of a host that forgot how far it was is content`() throws {
        #expect(try drill(Canary(sequence: 0)).verdict == .proven)
    }

    @Test func `a canary of the first version is read, and has no number`() throws {
        let key = try SigningKey(seed: try SecretBytes.random(count: 32))
        let payload = JSONValue.object([
            "format": .string("toride/canary/v1"), "made": .string(Self.cut.rfc3339),
            "nonce": .string("00"), "set": .string("files"),
        ])
        func signed(as version: String) throws -> [UInt8] {
            try SignedDocument.sign(
                payload.canonical,
                type: "application/vnd.toride.canary.\(version)+json",
                with: key
            )
        }
        let canary = try CanaryDocument(decoding: try signed(as: "v1"))
        #expect(canary.sequence == nil)
        #expect(canary.set == "files")
        #expect(canary.made == Self.cut)
        #expect(canary.isSigned(by: key.verifyingKey))
        #expect(CanaryDocument.moment(of: try signed(as: "v1")) == Self.cut)
        #expect(throws: FormatError.self) {
            try CanaryDocument(decoding: try signed(as: "v2"))
        }
    }

    @Test func `a canary of this version says what it was made with`() throws {
        let key = try SigningKey(seed: try SecretBytes.random(count: 32))
        let bytes = try CanaryDocument.make(
            set: "files",
            sequence: 7,
            now: Self.cut,
            signedBy: key
        )
        let canary = try CanaryDocument(decoding: bytes)
        #expect(canary.set == "files")
        #expect(canary.sequence == 7)
        #expect(canary.made == Self.cut)
        let other = try SigningKey(seed: try SecretBytes.random(count: 32))
        #expect(canary.isSigned(by: key.verifyingKey))
        #expect(!canary.isSigned(by: other.verifyingKey))
    }

    // MARK: - What came back

    @Test func `yesterday's canary in the place of today's fails the drill`() throws {
        let result = try drill { moment, part, context in
            guard moment == .beforeJudging else {
                return
            }
            // Soundly made, and of this very set: only the bytes are not those that were sealed.
            let yesterdays = try CanaryDocument.make(
                set: "files",
                sequence: 0,
                now: Timestamp(seconds: Self.cut.seconds - 86_400),
                signedBy: try SigningKey(seed: try SecretBytes.random(count: 32))
            )
            let path = try Self.path(part, context)
            try FileHandle.open(path, O_WRONLY | O_TRUNC).write(yesterdays)
        }
        #expect(result.verdict == .failed)
        #expect(result.findings.map(\.code).contains(.canaryDiffers))
        // A judge that is not content cannot be tried.
        #expect(!result.controls.contains { $0.sabotage.hasPrefix("canary") })
    }

    @Test func `a canary that did not come back fails the drill`() throws {
        let result = try drill { moment, part, context in
            if moment == .beforeJudging {
                let path = try Self.path(part, context)
                #expect(unsafe unlink(path) == 0)
            }
        }
        #expect(result.verdict == .failed)
        #expect(result.findings.map(\.code).contains(.canaryMissing))
    }

    // MARK: - Sabotages

    @Test func `a self-test takes the canary away and puts yesterday's there, and both are found`()
        throws
    {
        let result = try drill(controls: .all)
        let found = result.controls.reduce(into: [String: FindingCode]()) {
            $0[$1.sabotage] = $1.foundAs
        }
        #expect(found["canary missing"] == .canaryMissing)
        #expect(found["canary of yesterday"] == .canaryDiffers)
        #expect(found["restore that does nothing"] == .restoredFileMissing)
        #expect(found["clock 400 days ahead"] == .recoveryPointExceeded)
        #expect(result.verdict == .proven, "\(result.findings)")
    }

    @Test(arguments: UInt8(0)..<8)
    func `a drill makes one of the two, and it is found`(seed: UInt8) throws {
        let result = try drill(seed: seed)
        let canaries = result.controls.filter { $0.sabotage.hasPrefix("canary") }
        #expect(canaries.count == 1)
        #expect(canaries.allSatisfy { $0.foundAs != nil })
        #expect(result.verdict == .proven, "\(result.findings)")
    }
}
