import Backup
import FileSystem
import Format
import Glibc
import HostState
import LocalStore
import Model
import ObjectStore
import Recovery
import Repository
import Testing
import TestSupport
import Verification

@Suite struct BackupRestoreTests {
    @Test func `what was backed up verifies without a key and comes back`() throws {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital(in: folder)
            var random = SeededGenerator(seed: 1)
            let small = Array("患者".utf8)
            let large = random.bytes(9 << 20)
            try hospital.write("a/small", small)
            try hospital.write("a/large", large)
            try hospital.write("empty", [])
            let result = try hospital.backUp()
            #expect(result.findings.isEmpty)
            #expect(result.manifest.complete)
            #expect(result.manifest.sequence == 1)

            let report = try hospital.verify()
            #expect(report.verdict == .proven, "\(report.findings)")
            #expect(report.findings.map(\.code) == [.freshnessNotAsked])

            #expect(try hospital.restore().isEmpty)
            let restored = "\(folder)/restored\(hospital.source)"
            #expect(try SmallFile.read("\(restored)/a/small", bytesMax: 100) == small)
            #expect(try SmallFile.read("\(restored)/a/large", bytesMax: 10 << 20) == large)
            #expect(try SmallFile.read("\(restored)/empty", bytesMax: 100) == [])
        }
    }

    @Test func `an unchanged tree stores no content again`() throws {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital(in: folder)
            var random = SeededGenerator(seed: 2)
            for number in 0..<300 {
                try hospital.write("d/\(number)", random.bytes(1_000 + number))
            }
            try hospital.write("large", random.bytes(6 << 20))
            _ = try hospital.backUp()
            let before = try hospital.store.list(prefix: "packs/").reduce(0) { $0 + $1.size }
            let second = try hospital.backUp()
            let after = try hospital.store.list(prefix: "packs/").reduce(0) { $0 + $1.size }
            #expect(second.counts.unchangedFiles == 301)
            #expect(second.counts.bytesRead == 0)
            #expect(after - before < 16 << 10)
            #expect(try hospital.verify().verdict == .proven)
            #expect(try hospital.restore().isEmpty)
        }
    }

    @Test func `a changed file is stored and the others are not`() throws {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital(in: folder)
            var random = SeededGenerator(seed: 3)
            var large = random.bytes(20 << 20)
            try hospital.write("large", large)
            try hospital.write("other", random.bytes(3 << 20))
            _ = try hospital.backUp()
            let before = try hospital.store.list(prefix: "packs/").reduce(0) { $0 + $1.size }
            large.insert(contentsOf: [1, 2, 3], at: 10 << 20)
            try hospital.write("large", large)
            _ = try hospital.backUp()
            let after = try hospital.store.list(prefix: "packs/").reduce(0) { $0 + $1.size }
            #expect(after - before < 6 << 20)
            #expect(try hospital.restore().isEmpty)
            let restored = "\(folder)/restored\(hospital.source)/large"
            #expect(try SmallFile.read(restored, bytesMax: 30 << 20) == large)
        }
    }
}
