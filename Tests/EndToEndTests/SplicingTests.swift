import FileSystem
import Format
import Model
import Opening
import Primitives
import Recovery
import Repository
import Sealing
import TestSupport
import Testing
import Verification

/// True parts put together to something false: each is found by whom ``Splice`` says, and whoever
/// restores gets every file as it was, or not at all.
@Suite struct SplicingTests {
    /// A hospital with a snapshot of `other` with content of its own, and two of `files`.
    private func withHospital(_ body: (borrowing TestHospital) throws -> Void) throws {
        try withTemporaryFolder(inMemory: true) { folder in
            let hospital = try TestHospital(in: folder)
            var random = SeededGenerator(seed: 93)
            for set in ["other", "files"] {
                // Just too large for a bundle: files of one chunk.
                try hospital.write("one", random.uncut(262_145))
                try hospital.write("two", random.uncut(262_145))
                // More than the largest chunk: a file of several.
                try hospital.write("large", random.bytes(5 << 20))
                try hospital.write("small/1", random.bytes(700))
                try hospital.write("small/2", random.bytes(900))
                _ = try hospital.backUp(set)
            }
            try hospital.write("small/3", random.bytes(300))
            _ = try hospital.backUp()
            try body(hospital)
        }
    }

    /// What a restore of the newest snapshot came to.
    private struct Restored {
        var error: (any Error)?
        var findings: [Finding] = []
        /// Files that came back with other bytes than the source's.
        var falsified: [String] = []
    }

    private func restore(_ hospital: borrowing TestHospital) throws -> Restored {
        var restored = Restored()
        do {
            restored.findings = try hospital.restore()
        } catch {
            restored.error = error
        }
        let original = try contents(of: hospital.source)
        let folder = "\(hospital.folder)/restored\(hospital.source)"
        let there = (try? contents(of: folder)) ?? [:]
        restored.falsified = there.keys.filter { there[$0] != original[$0] }.sorted()
        return restored
    }

    @Test(arguments: Splice.all)
    func `what is spliced is found by whom the table says`(splice: Splice) throws {
        try withHospital { hospital in
            let heads = try hospital.heads()
            #expect(try hospital.verify(heads: heads).verdict == .proven)
            try splice.make(hospital)
            let report = try hospital.verify(heads: heads)
            if case .verify(let code) = splice.finder {
                #expect(report.verdict == .failed)
                #expect(report.findings.contains { $0.code == code }, "\(report.findings)")
                #expect(try restore(hospital).falsified == [])
                // Plain damage, however it came about: it casts no doubt on what is sealed.
                #expect(try hospital.verifyDeep().deep?.falseEpochs == [:])
                return
            }
            // The signer's word holds: what is listed is what lies there. Only opening tells.
            #expect(report.verdict == .proven, "\(report.findings)")
            try expectFoundByOpening(splice, hospital)
            let restored = try restore(hospital)
            let told = "\(restored.findings) \(restored.error.map { "\($0)" } ?? "")"
            switch splice.finder {
            case .verify: break
            case .restore(let code):
                #expect(restored.error == nil, "\(told)")
                #expect(restored.findings.contains { $0.code == code }, "\(told)")
                #expect(restored.findings.allSatisfy { $0.severity == .failure })
                #expect(restored.falsified == [])
            case .opening(let words):
                #expect(restored.error != nil)
                #expect(told.contains(words), "\(told)")
                #expect(restored.falsified == [])
            }
        }
    }

    /// Opening everything finds it, and blames that snapshot alone.
    private func expectFoundByOpening(
        _ splice: Splice,
        _ hospital: borrowing TestHospital
    ) throws {
        let newest = try hospital.newest().manifest.ref
        let report = try hospital.verifyDeep()
        let code = try #require(splice.deepCode)
        let failures = report.findings.filter { $0.severity == .failure }
        #expect(failures.contains { $0.code == code }, "\(report.findings)")
        #expect(failures.allSatisfy { $0.breaks == [newest] }, "\(failures)")
        #expect(report.verdict == .failed)
        #expect(report.deep?.falseEpochs[newest.set] == 1)
    }

    @Test func `every attacker and every finder is in the table, and no name twice`() {
        #expect(Set(Splice.all.map(\.attacker.rawValue)).count == 5)
        #expect(Set(Splice.all.map(\.name)).count == Splice.all.count)
    }

    // MARK: - What is lawful

    @Test func `chunks that are moved unopened into another pack open there`() throws {
        try withHospital { hospital in
            let heads = try hospital.heads()
            var table = try hospital.table()
            let manifest = try hospital.newest().manifest
            let repository = try Repository(opening: hospital.store)
            // Whoever compacts has a run of his own, and none of the keys of those before.
            let run = try RunKey.random()
            let scope = hospital.scope(manifest)
            let sealed = try KeyObject.seal(
                run,
                scope: scope,
                epoch: 1,
                to: hospital.identities.recipients
            )
            let keyObject = try repository.put(sealed, as: .key)
            let own = table.keys
            var pack = try HandMadePack(scope, run, keyObject)
            for old in table.packs.reversed() {
                let bytes = try hospital.bytes(of: StoreKey.pack(old.name))
                for entry in old.entries.reversed() {
                    pack.move(Array(bytes[entry.range]), entry)
                }
                try hospital.replace(StoreKey.pack(old.name), with: nil)
            }
            let (bytes, contents) = try pack.finish(keys: own)
            _ = try repository.put(bytes, as: .pack)
            table.keys[run.id] = keyObject
            table.packs = [contents]
            try hospital.signNext(indexing: table) { manifest in
                manifest.run = run.id
                manifest.keys = (manifest.keys + [run.id]).sorted()
            }
            let (different, findings) = try hospital.restoreAndCompare()
            #expect(different == [] && findings == [])
            let deep = try hospital.verifyDeep()
            let moved = try hospital.newest().manifest.ref
            #expect(!deep.findings.contains { $0.breaks.contains(moved) }, "\(deep.findings)")
            #expect(deep.deep?.snapshots == 4 && deep.deep?.falseEpochs == [:])
            // The older snapshots needed the packs that are gone now; the new one is whole.
            let newest = try hospital.newest().manifest.ref
            let report = try hospital.verify(heads: heads)
            #expect(report.findings.contains { $0.code == .objectMissing })
            #expect(!report.findings.contains { $0.breaks.contains(newest) })
            // The pack can be read without the index, too.
            let read = try PackReader.contents(bytes, name: contents.name, scope: scope, run: run)
            #expect(read == contents)
        }
    }
}
