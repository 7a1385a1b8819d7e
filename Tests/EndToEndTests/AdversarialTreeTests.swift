import Backup
import FileSystem
import Format
import Glibc
import Model
import Processes
import Recovery
import Repository
import TestSupport
import Testing
import Verification

/// Everything that a file system can hold, there and back, judged by a comparer in another
/// language.
@Suite struct AdversarialTreeTests {
    @Test(.enabled(if: geteuid() == 0, "NOT TESTED: the adversarial tree needs root"))
    func `every kind of file comes back as it was`() throws {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital(in: folder)
            let builder = try #require(
                Tool.python("adversarial_tree.py", [hospital.source, "--beyond-path-max"]),
                "NOT TESTED: python3 is missing"
            )
            let built = try builder.run(timeout: .seconds(120))
            #expect(built.status.isSuccess, "\(built.text)\(built.errorTail)")

            let first = try hospital.backUp()
            #expect(first.manifest.complete)
            #expect(first.findings == [])
            #expect(try hospital.verify().verdict == .proven)
            #expect(try hospital.restore() == [])
            try compare(hospital)

            // Once more from what the host remembers, with the content that is stored already; but
            // without the largest file, which takes the comparer a while.
            let sparse = "\(hospital.source)/sparse/5-gib"
            #expect(unsafe unlink(sparse) == 0)
            let second = try hospital.backUp()
            #expect(second.counts.unchangedFiles + 3_000 > second.files)
            removeTree("\(folder)/restored")
            #expect(try hospital.restore() == [])
            try compare(hospital)
            let deep = try hospital.verifyDeep(piecesMax: 1_000)
            #expect(deep.findings == [])
            #expect(deep.deep?.snapshots == 2)
        }
    }

    private func compare(_ hospital: borrowing TestHospital) throws {
        let restored = "\(hospital.folder)/restored\(hospital.source)"
        let comparer = try #require(
            Tool.python("compare_trees.py", [hospital.source, restored])
        )
        let output = try comparer.run(timeout: .seconds(300))
        #expect(output.status.isSuccess, "\(output.text.prefix(4_000))\(output.errorTail)")
    }
}
