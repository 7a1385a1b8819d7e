import Backup
import Format
import HostState
import Model
import ObjectStore
import Recovery
import Repository
import TestSupport
import Testing
import Verification

/// What is wrong in the store is told, and stored again: the next snapshot is whole.
@Suite struct PastDamageTests {
    private func withHospital(_ body: (borrowing TestHospital) throws -> Void) throws {
        try withTemporaryFolder(inMemory: true) { folder in
            let hospital = try TestHospital(in: folder)
            var random = SeededGenerator(seed: 21)
            try hospital.write("large", random.bytes(2_000_000))
            for number in 0..<20 {
                try hospital.write("d/\(number)", random.bytes(500))
            }
            _ = try hospital.backUp()
            try hospital.write("later", random.bytes(900_000))
            _ = try hospital.backUp()
            try body(hospital)
        }
    }

    /// The next snapshot is whole, whatever is wrong with those before it.
    private func checkNext(
        _ hospital: borrowing TestHospital,
        _ what: String,
        damaged: Set<ObjectName> = []
    ) throws {
        _ = try hospital.backUp(changing: { $0.damaged = damaged })
        let newest = try #require(try hospital.manifests().last)
        let failures = try hospital.verify().findings.filter { $0.severity == .failure }
        #expect(!failures.contains { $0.breaks.contains(newest.manifest.ref) }, "\(what)")
        let (different, findings) = try hospital.restoreAndCompare()
        #expect(different == [], "\(what)")
        #expect(findings == [], "\(what)")
    }

    @Test(arguments: ["packs/", "index/", "lists/", "keys/"])
    func `an object that is gone is made up for by the next snapshot`(prefix: String) throws {
        try withHospital { hospital in
            let state = try hospital.storeState()
            for key in try hospital.keys(prefix: prefix) {
                try hospital.replace(key, with: nil)
                try checkNext(hospital, "\(key) gone")
                try hospital.putBack(state)
            }
        }
    }

    @Test(arguments: ["packs/", "index/", "lists/", "keys/"])
    func `a truncated object is made up for by the next snapshot`(prefix: String) throws {
        try withHospital { hospital in
            let state = try hospital.storeState()
            for key in try hospital.keys(prefix: prefix) {
                try hospital.replace(key, with: hospital.bytes(of: key).dropLast())
                try checkNext(hospital, "\(key) truncated")
                try hospital.putBack(state)
            }
        }
    }

    @Test(arguments: ["index/", "lists/"])
    func `an index or a page with a changed byte is not believed`(prefix: String) throws {
        try withHospital { hospital in
            let state = try hospital.storeState()
            for key in try hospital.keys(prefix: prefix) {
                var bytes = try hospital.bytes(of: key)
                bytes[bytes.count / 2] ^= 1
                try hospital.replace(key, with: bytes)
                let result = try hospital.backUp()
                // The first snapshot's page is not asked: only the newest counts.
                let subjects = result.findings.map(\.subject)
                #expect(subjects.isEmpty || subjects == [.object(key)])
                try checkNext(hospital, "\(key) changed")
                try hospital.putBack(state)
                try hospital.forget()
            }
        }
    }

    @Test func `a pack known to be damaged is not used again`() throws {
        try withHospital { hospital in
            for key in try hospital.keys(prefix: "packs/") {
                var bytes = try hospital.bytes(of: key)
                bytes[bytes.count / 2] ^= 1
                try hospital.replace(key, with: bytes)
                let name = try #require(Digest(hex: key.suffix(64)).map { ObjectName($0) })
                try checkNext(hospital, key, damaged: [name])
            }
        }
    }

    /// Why a run must be told: else it goes on from what it cannot know to be bad.
    @Test func `a damaged pack that nobody knows of breaks the next snapshot, and that is told`()
        throws
    {
        try withHospital { hospital in
            // The largest holds content, which the next snapshot needs.
            let pack = try #require(
                try hospital.keys(prefix: "packs/").max {
                    try hospital.bytes(of: $0).count < hospital.bytes(of: $1).count
                }
            )
            var bytes = try hospital.bytes(of: pack)
            bytes[bytes.count / 2] ^= 1
            try hospital.replace(pack, with: bytes)
            _ = try hospital.backUp()
            let newest = try #require(try hospital.manifests().last).manifest.ref
            let told = try hospital.verify().findings.filter { $0.code == .objectDamaged }
            #expect(told.map(\.subject) == [.object(pack)])
            #expect(told.allSatisfy { $0.breaks.contains(newest) })
        }
    }

    @Test func `an unreadable index is told and stored anew`() throws {
        try withHospital { hospital in
            let indexes = try hospital.keys(prefix: "index/")
            var faults = FaultyStore.Faults()
            faults.unreadable = Set(indexes)
            let store = FaultyStore(hospital.store, faults)
            let result = try hospital.backUp(into: store)
            #expect(Set(result.findings.map(\.subject)) == Set(indexes.map { .object($0) }))
            #expect(result.counts.unchangedFiles == 0)
            #expect(try hospital.restoreAndCompare().different == [])
        }
    }

    // MARK: - The host's own files

    @Test func `a changed byte of the host's file list never gets into a snapshot`() throws {
        try withHospital { hospital in
            let path = "\(hospital.state.folder(of: "files"))/list"
            let list = try #require(try SmallFile.read(path, bytesMax: 1 << 20))
            var random = SeededGenerator(seed: 22)
            for _ in 0..<60 {
                var bytes = list
                let place = Int(random.next() % UInt64(bytes.count))
                bytes[place] ^= 1 << UInt8(random.next() % 8)
                try SmallFile.write(bytes, to: path)
                _ = try hospital.backUp()
                let (different, findings) = try hospital.restoreAndCompare()
                #expect(different == [], "byte \(place)")
                #expect(findings == [], "byte \(place)")
            }
        }
    }

    @Test func `a file list that ends early costs time and nothing else`() throws {
        try withHospital { hospital in
            let path = "\(hospital.state.folder(of: "files"))/list"
            let list = try #require(try SmallFile.read(path, bytesMax: 1 << 20))
            for count in [0, 1, 15, 16, 17, 40, list.count / 2, list.count - 1] {
                try SmallFile.write(Array(list[..<count]), to: path)
                let result = try hospital.backUp()
                #expect(result.counts.unchangedFiles < result.files)
                #expect(try hospital.restoreAndCompare().different == [])
            }
        }
    }

    @Test(arguments: ["key abc", "index ", "nonsense\n\n\n", "\0\u{1}", "key a b c d .\n"])
    func `a journal with torn lines stops no backup`(tail: String) throws {
        try withHospital { hospital in
            let path = "\(hospital.state.folder(of: "files"))/journal"
            try SmallFile.write(Array(tail.utf8), to: path)
            try checkNext(hospital, tail)
            #expect(try SmallFile.read(path, bytesMax: 1 << 20) == nil)
        }
    }

    @Test func `a whole line behind a torn one is read`() throws {
        try withTemporaryFolder(inMemory: true) { folder in
            let object = ObjectRef(kind: .index, name: ObjectName(.zero), size: 1_234)
            try Journal(folder: folder).note(index: object)
            let path = "\(folder)/journal"
            let whole = try #require(try SmallFile.read(path, bytesMax: 1_000))
            // Cut anywhere: also where the size still looks like one.
            for count in 0..<whole.count - 1 {
                try SmallFile.write(Array(whole[..<count]), to: path)
                #expect(try Journal.leftover(folder: folder).indexes == [])
                try Journal(folder: folder).note(index: object)
                #expect(try Journal.leftover(folder: folder).indexes == [object])
            }
        }
    }
}
