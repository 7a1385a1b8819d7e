import Backup
import Format
import HostState
import Model
import ObjectStore
import Opening
import Recovery
import Repository
import TestSupport
import Testing
import Verification
import Workers

/// Whoever is a recipient of a snapshot can open all of it, alone.
@Suite struct RecipientTests {
    private func withHospital(
        _ body: (borrowing TestHospital, borrowing AgeIdentities) throws -> Void
    ) throws {
        try withTemporaryFolder(inMemory: true) { folder in
            let hospital = try TestHospital(in: folder)
            var random = SeededGenerator(seed: 31)
            try hospital.write("large", random.bytes(2_000_000))
            try hospital.write("small", random.bytes(2_000))
            let identity = try AgeIdentity.generate()
            try body(hospital, try AgeIdentities(identity))
        }
    }

    @Test func `a new recipient opens every later snapshot alone`() throws {
        try withHospital { hospital, other in
            _ = try hospital.backUp()
            let added = other.recipients
            let second = try hospital.backUp(changing: { $0.recipients += added })
            #expect(second.findings.map(\.code) == [.recipientsChanged])
            #expect(second.manifest.new.bytes > 2_000_000)
            #expect(try hospital.open(with: other).root.files == second.files)
            let third = try hospital.backUp(changing: { $0.recipients += added })
            #expect(third.findings == [])
            #expect(third.manifest.new.bytes < 100_000)
            #expect(try hospital.open(with: other).root.files == third.files)
            #expect(try hospital.verify().verdict == .proven)
        }
    }

    @Test func `in the place of a lost recovery key a new one opens alone`() throws {
        try withHospital { hospital, other in
            _ = try hospital.backUp()
            let instead = other.recipients
            _ = try hospital.backUp(changing: { $0.recipients = instead })
            _ = try hospital.backUp(changing: { $0.recipients = instead })
            #expect(try hospital.open(with: other).root.files > 0)
            #expect(throws: OpeningError.self) { try hospital.open(with: hospital.identities) }
        }
    }

    @Test func `without a recipient that was there nothing is stored again`() throws {
        try withHospital { hospital, other in
            let both = hospital.identities.recipients + other.recipients
            _ = try hospital.backUp(changing: { $0.recipients = both })
            let second = try hospital.backUp()
            #expect(second.findings == [])
            #expect(second.manifest.new.bytes < 100_000)
            let third = try hospital.backUp()
            #expect(third.manifest.recipients.count == 1)
            #expect(try hospital.open().root.files == third.files)
        }
    }

    @Test func `what a stopped run left for other recipients is not used`() throws {
        try withHospital { hospital, other in
            let stop = StopFlag()
            let source = try TreeSource(paths: [hospital.source], stop: stop)
            #expect(throws: Stopped.self) {
                try hospital.backUp(from: source, progress: { _ in stop.set() })
            }
            #expect(try !hospital.keys(prefix: "index/").isEmpty)
            let added = other.recipients
            let result = try hospital.backUp(changing: { $0.recipients += added })
            #expect(result.manifest.keys.count == 1)
            #expect(try hospital.open(with: other).root.files == result.files)
        }
    }

    @Test func `what a stopped run left for the same recipients is used`() throws {
        try withHospital { hospital, _ in
            let stop = StopFlag()
            let source = try TreeSource(paths: [hospital.source], stop: stop)
            #expect(throws: Stopped.self) {
                try hospital.backUp(
                    from: source,
                    progress: { if $0.bytesRead > 1_000_000 { stop.set() } }
                )
            }
            let result = try hospital.backUp()
            #expect(result.manifest.keys.count == 2)
            #expect(result.manifest.new.bytes < 1_600_000)
            #expect(try hospital.verify().verdict == .proven)
            #expect(try hospital.restoreAndCompare().different == [])
        }
    }

    @Test func `a recipient that is named twice is one`() throws {
        try withHospital { hospital, _ in
            let same = hospital.identities.recipients
            let result = try hospital.backUp(changing: { $0.recipients += same })
            #expect(result.manifest.recipients == same.map(\.description))
            #expect(try hospital.verify().verdict == .proven)
            #expect(try hospital.open().root.files == result.files)
        }
    }
}
