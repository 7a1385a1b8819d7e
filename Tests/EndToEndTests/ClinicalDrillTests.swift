import Backup
import Clinical
import Drills
import FileSystem
import Format
import Glibc
import HostState
import Jobs
import Model
import Primitives
import Processes
import Recovery
import TestSupport
import Testing
import Workers

/// Clinical stores on the whole way: profiled while they are backed up, judged when they came back.
@Suite struct ClinicalDrillTests {
    /// The fixtures' stores, as an operator would name them.
    private static let formats: [ClinicalFormat] = [.ssmix2, .dicom, .fhir, .hl7, .uke]

    private static func folder(of format: ClinicalFormat) -> String {
        format == .ssmix2 ? "ssmix2/standard_root" : format.rawValue
    }

    private static func root(_ format: ClinicalFormat, _ hospital: borrowing TestHospital)
        -> [UInt8]
    {
        RecordPath.relative("\(hospital.source)/\(folder(of: format))")
    }

    private func source(_ hospital: borrowing TestHospital) throws -> ClinicalSource {
        ClinicalSource(
            try TreeSource(paths: [hospital.source]),
            stores: Self.formats.map { (Self.root($0, hospital), $0) },
            localOffset: 9 * 3_600,
            folder: hospital.state.folder(of: "files")
        )
    }

    private func withHospital<R>(_ body: (borrowing TestHospital) throws -> R) throws -> R {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital(in: folder)
            for format in Self.formats {
                let name = format.rawValue
                let copied = try Command("/bin/cp", ["-r", Tool.fixture(name), hospital.source])
                    .run(timeout: .seconds(60))
                #expect(copied.status == .exited(0))
            }
            return try body(hospital)
        }
    }

    private func witness(_ hospital: borrowing TestHospital) throws -> ClinicalWitness {
        let bytes = try hospital.open().attachment(ClinicalWitness.attachmentName)
        return try ClinicalWitness(decoding: try #require(bytes))
    }

    private func drill(
        _ hospital: borrowing TestHospital,
        of formats: [ClinicalFormat] = formats,
        seed: UInt8 = 1,
        injection: DrillInjection? = nil
    ) throws -> DrillResult {
        let part = FilesPart(
            set: "files",
            snapshot: try hospital.open(),
            canaryPath: nil,
            stores: formats.map {
                StoreJudge.Store(
                    root: Self.root($0, hospital),
                    format: $0,
                    waived: [],
                    localOffset: 9 * 3_600
                )
            },
            stop: StopFlag()
        )
        try FolderTree.make("\(hospital.folder)/scratch", mode: 0o700)
        let context = DrillContext(
            scratch: "\(hospital.folder)/scratch",
            seed: SHA256.hash([seed]),
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

    // MARK: - The witness

    @Test func `every file of every store is in the profile that is sealed`() throws {
        try withHospital { hospital in
            _ = try hospital.backUp(source(hospital), "files")
            let witness = try witness(hospital)
            for format in Self.formats {
                let root = Self.root(format, hospital)
                let profile = try #require(witness.profile(of: root, format), "\(format)")
                let records = try hospital.records().filter { record in
                    if case .regular = record.kind {
                        return RecordPath.isBeneath(record.path, root)
                    }
                    return false
                }
                #expect(profile.files == UInt64(records.count), "\(format)")
                #expect(profile.outcomes == [.judged: profile.files], "\(format)")
                #expect(profile.broken.isEmpty, "\(format): \(profile.broken)")
                #expect(profile.unread == 0 && !profile.isPartial)
            }
        }
    }

    @Test func `a profile of unchanged files is the same, and costs no reading`() throws {
        try withHospital { hospital in
            _ = try hospital.backUp(source(hospital), "files")
            let first = try witness(hospital)
            let again = try hospital.backUp(source(hospital), "files")
            #expect(again.counts.bytesRead == 0)
            #expect(try witness(hospital) == first)
        }
    }

    @Test func `a file that changed is judged anew, among others that did not`() throws {
        try withHospital { hospital in
            _ = try hospital.backUp(source(hospital), "files")
            let path = try #require(
                try hospital.records().first {
                    RecordPath.isBeneath($0.path, Self.root(.ssmix2, hospital))
                        && $0.path.suffix(2) == Array("_1".utf8)[...]
                }?.path
            )
            let text = "/" + String(decoding: path, as: UTF8.self)
            var bytes = try FileHandle.open(text, O_RDONLY).readAll(bytesMax: 1 << 20)
            bytes[bytes.count / 2] |= 0x80
            try FileHandle.open(text, O_WRONLY | O_TRUNC).write(bytes)
            _ = try hospital.backUp(source(hospital), "files")
            let root = Self.root(.ssmix2, hospital)
            let profile = try #require(try witness(hospital).profile(of: root, .ssmix2))
            #expect(profile.broken["S6"]?.count == 1)
        }
    }

    @Test func `without its memory a backup reads the stores again, and says the same`() throws {
        try withHospital { hospital in
            _ = try hospital.backUp(source(hospital), "files")
            let first = try witness(hospital)
            let memory = "\(hospital.state.folder(of: "files"))/facts"
            var bytes = try FileHandle.open(memory, O_RDONLY).readAll(bytesMax: 64 << 20)
            bytes[bytes.count / 2] ^= 1
            try FileHandle.open(memory, O_WRONLY).write(bytes)
            let again = try hospital.backUp(source(hospital), "files")
            #expect(again.counts.bytesRead > 0)
            #expect(try witness(hospital) == first)
        }
    }

    @Test func `stores that are named later are read once`() throws {
        try withHospital { hospital in
            _ = try hospital.backUp()
            let first = try hospital.backUp(source(hospital), "files")
            #expect(first.counts.bytesRead > 0)
            // Nothing of it is stored again.
            #expect(first.manifest.new.bytes < 1 << 20)
            let second = try hospital.backUp(source(hospital), "files")
            #expect(second.counts.bytesRead == 0)
        }
    }

    @Test(arguments: [false, true])
    func `a large image is judged from the pieces that were sealed, and so are its holes`(
        isBlack: Bool
    ) throws {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital(in: folder)
            let image = TestImage(rows: 2_048, columns: 2_048, isBlack: isBlack)
            try FolderTree.make("\(hospital.source)/dicom", mode: 0o700)
            // Of a black image the pixels are a hole.
            let data = image.bytes.prefix((image.bytes.lastIndex { $0 != 0 } ?? 0) + 1)
            let file = try FileHandle.open("\(hospital.source)/dicom/large.dcm", O_WRONLY | O_CREAT)
            try file.write(Array(data))
            try file.setSize(UInt64(image.bytes.count))
            let clinical = ClinicalSource(
                try TreeSource(paths: [hospital.source]),
                stores: [(Self.root(.dicom, hospital), .dicom)],
                localOffset: 0,
                folder: hospital.state.folder(of: "files")
            )
            _ = try hospital.backUp(clinical, "files")
            let root = Self.root(.dicom, hospital)
            let profile = try #require(try witness(hospital).profile(of: root, .dicom))
            #expect(profile.broken.isEmpty, "\(profile.broken)")
            #expect(profile.bytes == UInt64(image.bytes.count))
            var profiler = StoreProfiler(.dicom, cut: Timestamp(seconds: 4_000_000_000))
            let facts = try ClinicalFormat.dicom.reader(localOffset: 0)
                .facts(of: Array("large.dcm".utf8), ContentReader(image.bytes))
            let size = UInt64(image.bytes.count)
            profiler.add(facts, path: Array("large.dcm".utf8), bytes: size)
            #expect(profiler.finish() == profile)
        }
    }

    // MARK: - The drill

    @Test(arguments: UInt8(0)..<6)
    func `stores that came back are proven, and what spoils them is found`(seed: UInt8) throws {
        try withHospital { hospital in
            _ = try hospital.backUp(source(hospital), "files")
            let result = try drill(hospital, seed: seed)
            #expect(result.verdict == .proven, "\(result.findings)")
            #expect(result.controls.allSatisfy { $0.foundAs != nil }, "\(result.controls)")
            #expect(result.controls.count >= 3 + 2 + 2 + 2 + 1)
            for format in Self.formats {
                let name = "\(format.rawValue): restore that does nothing"
                let control = result.controls.first { $0.sabotage == name }
                #expect(control?.foundAs == .clinicalWitnessMissing, "\(name)")
            }
            #expect(result.stores.map(\.judged.profile.format) == Self.formats)
        }
    }

    /// A log of all that is stored, as the storage of a hospital that keeps one.
    private func writeLog(_ hospital: borrowing TestHospital) throws {
        let root = "\(hospital.source)/ssmix2/standard_root"
        var log: [UInt8] = []
        for (path, content) in try contents(of: root).sorted(by: { $0.key < $1.key }) {
            let name = path.split(separator: "/").last.map { String($0) } ?? ""
            let parts = name.split(separator: "_").map { String($0) }
            guard parts.count == 7, let content else {
                continue
            }
            guard parts[6] == "1" else {
                // What was replaced or deleted has a history of several rows.
                #expect(unsafe unlink("\(root)/\(path)") == 0)
                continue
            }
            let cells = [
                "1310000001", parts[0], parts[1], parts[2], parts[3], "INS", parts[5], parts[4],
            ]
            log += Array((cells.joined(separator: "\t") + "\t").utf8) + content
            log += Array("\r\u{1c}\r\n".utf8)
        }
        let file = "ssmix2/standard_root/2026/TR_20260701000000000_00001.DAT"
        try hospital.write(file, log)
    }

    @Test func `a row that is lost from the transaction log is found by that name`() throws {
        try withHospital { hospital in
            try writeLog(hospital)
            _ = try hospital.backUp(source(hospital), "files")
            let snapshot = try hospital.open()
            let store = StoreJudge.Store(
                root: Self.root(.ssmix2, hospital),
                format: .ssmix2,
                waived: [],
                localOffset: 9 * 3_600
            )
            let target = "\(hospital.folder)/back"
            try TreeRestorer(snapshot, TreeRestorer.Request(target: target)).run()
            let judge = StoreJudge(
                store,
                witness: try witness(hospital),
                cut: snapshot.root.cut,
                stop: StopFlag()
            )
            let sound = try judge.judge(restoredTo: target)
            #expect(sound.findings.isEmpty, "\(sound.findings)")
            #expect(sound.profile.counts["log row"] ?? 0 > 100)
            let spoiler = StoreSpoiler(
                store,
                restoredTo: target,
                seed: SHA256.hash([7]),
                stop: StopFlag()
            )
            let sabotage = try #require(
                StoreSabotage.all(of: .ssmix2).first { $0.suffix == ".DAT" }
            )
            let undo = try #require(try spoiler.spoil(sabotage))
            let codes = try judge.judge(restoredTo: target).findings.map(\.code)
            #expect(codes.contains(.ssmix2LogDiffers), "\(codes)")
            try undo()
            #expect(try judge.judge(restoredTo: target).findings.isEmpty)
        }
    }

    @Test func `a file in which no damage would show is not the one that is spoilt`() throws {
        try withHospital { hospital in
            // Of no format, and eight times as likely to be hit as a message.
            for number in 0..<32 {
                let remark = Array("a remark, and no message at all, number \(number)".utf8)
                try hospital.write("hl7/remark-\(number).txt", remark + remark)
            }
            _ = try hospital.backUp(source(hospital), "files")
            for seed in UInt8(1)...4 {
                let result = try drill(hospital, of: [.hl7], seed: seed)
                let cut = result.controls.first { $0.sabotage == "hl7: message cut" }
                #expect(cut?.foundAs == .hl7Invalid, "seed \(seed): \(result.controls)")
                _ = FolderTree.remove("\(hospital.folder)/scratch")
            }
        }
    }

    @Test func `each way to spoil a store is found by its own name`() throws {
        try withHospital { hospital in
            _ = try hospital.backUp(source(hospital), "files")
            let snapshot = try hospital.open()
            let sealed = try witness(hospital)
            for format in Self.formats {
                let store = StoreJudge.Store(
                    root: Self.root(format, hospital),
                    format: format,
                    waived: [],
                    localOffset: 9 * 3_600
                )
                let target = "\(hospital.folder)/\(format.rawValue)"
                try TreeRestorer(snapshot, TreeRestorer.Request(target: target)).run()
                let judge = StoreJudge(
                    store,
                    witness: sealed,
                    cut: snapshot.root.cut,
                    stop: StopFlag()
                )
                let spoiler = StoreSpoiler(
                    store,
                    restoredTo: target,
                    seed: SHA256.hash([7]),
                    stop: StopFlag()
                )
                // The fixtures have no transaction log: see below.
                for sabotage in StoreSabotage.all(of: format) where sabotage.suffix != ".DAT" {
                    #expect(try judge.judge(restoredTo: target).findings.isEmpty)
                    let undo = try #require(try spoiler.spoil(sabotage), "\(sabotage.name)")
                    let codes = try judge.judge(restoredTo: target).findings.map(\.code)
                    #expect(codes.contains(sabotage.expected), "\(sabotage.name): \(codes)")
                    try undo()
                }
                #expect(try judge.judge(restoredTo: target).findings.isEmpty)
            }
        }
    }

    @Test func `a store that the drill does not name is not proven`() throws {
        try withHospital { hospital in
            _ = try hospital.backUp(source(hospital), "files")
            let result = try drill(hospital, of: [.ssmix2, .fhir, .hl7, .uke])
            #expect(result.verdict == .notProven)
            let skipped = result.findings.filter { $0.code == .partSkipped }
            #expect(skipped.map(\.subject) == [.named("files/dicom")])
        }
    }

    @Test func `a file that has another name outside of its store is judged alike`() throws {
        try withHospital { hospital in
            let record = try #require(
                try FileHandle.open(Tool.fixture("hl7"), O_RDONLY | O_DIRECTORY).names().first
            )
            let name = String(decoding: record, as: UTF8.self)
            // Before the store in the walk's order: the store's name is the further one.
            #expect(
                unsafe link("\(hospital.source)/hl7/\(name)", "\(hospital.source)/a") == 0
            )
            _ = try hospital.backUp(source(hospital), "files")
            let result = try drill(hospital)
            #expect(result.verdict == .proven, "\(result.findings)")
        }
    }

    @Test func `what was read as another format is read again`() throws {
        try withHospital { hospital in
            let messages = try profile(of: hospital, as: .hl7)
            #expect(messages?.counts["OML-11/1"] == nil)
            let stored = try profile(of: hospital, as: .ssmix2)
            #expect(stored?.counts["OML-11/1"] == 84)
        }
    }

    /// Backs up with the messages as a store of some format, and gives what was sealed of it.
    private func profile(
        of hospital: borrowing TestHospital,
        as format: ClinicalFormat
    ) throws -> StoreProfile? {
        let root = Self.root(.ssmix2, hospital)
        let source = ClinicalSource(
            try TreeSource(paths: [hospital.source]),
            stores: [(root, format)],
            localOffset: 9 * 3_600,
            folder: hospital.state.folder(of: "files")
        )
        _ = try hospital.backUp(source, "files")
        return try witness(hospital).profile(of: root, format)
    }

    @Test func `a snapshot without a clinical witness is not proven`() throws {
        try withHospital { hospital in
            _ = try hospital.backUp()
            let result = try drill(hospital)
            #expect(result.verdict == .notProven)
            #expect(result.findings.map(\.code).contains(.clinicalWitnessMissing))
        }
    }

    @Test func `no path, name or number of a patient stands in a witness`() throws {
        try withHospital { hospital in
            _ = try hospital.backUp(source(hospital), "files")
            let text = String(decoding: try witness(hospital).encoded, as: UTF8.self)
            let patients = try FileHandle.open(Tool.fixture("dicom"), O_RDONLY | O_DIRECTORY)
                .names().map { String(decoding: $0, as: UTF8.self) }
            #expect(!patients.isEmpty)
            for patient in patients {
                #expect(!text.contains(patient))
            }
        }
    }
}

/// An image of noise with the elements that a DICOM file must have, explicit VR little endian.
private struct TestImage {
    let bytes: [UInt8]

    init(rows: Int, columns: Int, isBlack: Bool) {
        var random = SeededGenerator(seed: 3)
        let syntax = "1.2.840.10008.1.2.1"
        let ct = "1.2.840.10008.5.1.4.1.1.2"
        var meta: [UInt8] = Self.element(0x0002, 0x0001, "OB", [0, 1])
        meta += Self.element(0x0002, 0x0002, "UI", Array(ct.utf8))
        meta += Self.element(0x0002, 0x0003, "UI", Array("1.2.3.4".utf8))
        meta += Self.element(0x0002, 0x0010, "UI", Array(syntax.utf8))
        meta += Self.element(0x0002, 0x0012, "UI", Array("1.2.3".utf8))
        var length: [UInt8] = []
        length.append(fixed: UInt32(meta.count))
        var bytes = [UInt8](repeating: 0, count: 128) + Array("DICM".utf8)
        bytes += Self.element(0x0002, 0x0000, "UL", length) + meta
        bytes += Self.element(0x0008, 0x0016, "UI", Array(ct.utf8))
        bytes += Self.element(0x0008, 0x0018, "UI", Array("1.2.3.4".utf8))
        bytes += Self.element(0x0008, 0x0020, "DA", Array("20260601".utf8))
        bytes += Self.element(0x0008, 0x0060, "CS", Array("CT".utf8))
        bytes += Self.element(0x0010, 0x0020, "LO", Array("0000001".utf8))
        bytes += Self.element(0x0020, 0x000d, "UI", Array("1.2.3.5".utf8))
        bytes += Self.element(0x0020, 0x000e, "UI", Array("1.2.3.6".utf8))
        bytes += Self.element(0x0028, 0x0002, "US", [1, 0])
        bytes += Self.element(0x0028, 0x0004, "CS", Array("MONOCHROME2".utf8))
        bytes += Self.element(0x0028, 0x0010, "US", Self.short(rows))
        bytes += Self.element(0x0028, 0x0011, "US", Self.short(columns))
        bytes += Self.element(0x0028, 0x0100, "US", [16, 0])
        bytes += Self.element(0x0028, 0x0101, "US", [16, 0])
        bytes += Self.element(0x0028, 0x0102, "US", [15, 0])
        bytes += Self.element(0x0028, 0x0103, "US", [0, 0])
        let count = rows * columns * 2
        let pixels = isBlack ? [UInt8](repeating: 0, count: count) : random.bytes(count)
        bytes += Self.element(0x7fe0, 0x0010, "OW", pixels)
        self.bytes = bytes
    }

    private static func short(_ number: Int) -> [UInt8] {
        [UInt8(number & 255), UInt8(number >> 8)]
    }

    private static func element(
        _ group: UInt16,
        _ number: UInt16,
        _ vr: String,
        _ value: [UInt8]
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(fixed: group)
        bytes.append(fixed: number)
        bytes += vr.utf8
        let pad: UInt8 = vr == "UI" || vr == "OB" ? 0 : UInt8(ascii: " ")
        let value = value.count.isMultiple(of: 2) ? value : value + [pad]
        if ["OB", "OW"].contains(vr) {
            bytes += [0, 0]
            bytes.append(fixed: UInt32(value.count))
        } else {
            bytes.append(fixed: UInt16(value.count))
        }
        return bytes + value
    }
}
