import FileSystem
import Format
import Glibc
import HostState
import Model
import Recovery
import TestSupport
import Testing

@testable import Backup

/// Folders that are looked at ahead of the walk.
@Suite struct ScoutTests {
    /// More folders than are known ahead, one with more names than are looked at ahead, and a
    /// branch deeper than scouts go.
    private func fill(_ hospital: borrowing TestHospital) throws {
        for number in 0..<400 {
            try hospital.write("p/\(number % 20)/\(number)/ADT", [UInt8(number % 251)])
        }
        for number in 0..<5_000 {
            try SmallFile.write([], to: "\(hospital.source)/p/0/\(number).empty")
        }
        let deep = repeatElement("d", count: 100).joined(separator: "/")
        try hospital.write("\(deep)/end", [1, 2, 3])
    }

    @Test(arguments: [0, 1, 4])
    func `any number of scouts sees the same tree`(count: Int) throws {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital(in: folder)
            try fill(hospital)
            let source = try TreeSource(paths: [hospital.source], scouts: count)
            let first = try hospital.backUp(from: source)
            #expect(first.findings == [])
            #expect(try hospital.restoreAndCompare().different == [])
            let records = try hospital.records()
            #expect(records.count == 5_401 + 421 + 100)
            let other = try TreeSource(paths: [hospital.source], scouts: 2)
            let again = try hospital.backUp(from: other)
            #expect(again.files == first.files)
            #expect(again.counts.unchangedFiles == 5_401)
            #expect(try hospital.records() == records)
        }
    }

    @Test func `a folder that goes after a scout saw it is told, and the rest is whole`() throws {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital(in: folder)
            for number in 0..<64 {
                try hospital.write("a/\(number)", [1])
            }
            try hospital.write("b/1", [1])
            try hospital.write("b/2", [2])
            try hospital.write("c/1", [3])
            var left = true
            let result = try hospital.backUp(progress: { counts in
                // All of so small a tree was seen by then.
                if left, counts.files >= 64 {
                    left = false
                    removeTree("\(hospital.source)/b")
                }
            })
            #expect(!left)
            #expect(Set(result.findings.map(\.code)) == [.fileGone])
            #expect(result.manifest.complete)
            #expect(Set(try hospital.restoreAndCompare().different).isSubset(of: ["b"]))
        }
    }

    @Test func `scouts look at what the walk will enter, and at nothing else`() throws {
        try withTemporaryFolder { folder in
            for name in ["kept", "left", "other"] {
                #expect(unsafe mkdir("\(folder)/\(name)", 0o700) == 0)
            }
            try SmallFile.write([], to: "\(folder)/file")
            let source = try TreeSource(paths: [folder], excludes: ["left"], scouts: 1)
            let scout = FolderScout(source, count: 1)
            let handle = try FileHandle.open(folder, O_RDONLY | O_DIRECTORY)
            let status = try handle.status()
            let seen = try scout.see(
                FolderChain.Open(handle),
                status,
                path: Array(folder.utf8.dropFirst()),
                depth: 1
            )
            #expect(seen.folders.map(\.place.name) == ["kept", "other"].map { Array($0.utf8) })
            #expect(seen.listing.names.count == 4)
        }
    }

    // MARK: - What they share

    /// What the scouts of a walk share, with some folders on its stack.
    private final class Shared {
        var state = ScoutedFolders()

        init(_ numbers: ClosedRange<UInt64>) throws {
            try push(numbers)
        }

        func push(_ numbers: ClosedRange<UInt64>) throws {
            state.push(try Self.folders(numbers))
        }

        static func folders(_ numbers: ClosedRange<UInt64>) throws -> [FolderScout.Folder] {
            let open = FolderChain.Open(try FileHandle.open("/", O_RDONLY | O_DIRECTORY))
            let status = try open.handle.status()
            return numbers.map { number in
                let place = FolderScout.Place(
                    parent: open,
                    depth: 1,
                    status: status,
                    name: [],
                    path: []
                )
                return FolderScout.Folder(number, place, nil)
            }
        }

        func begin() -> UInt64? { state.begin()?.number }
        func isTaken(_ number: UInt64) -> Bool { state.take(number) != nil }
        func isRemoved(_ number: UInt64) -> Bool { state.remove(number) }
        func isForgotten(_ number: UInt64) -> Bool { state.forget(number) == nil }
        func endsStall() -> Bool { state.endsStall() }

        /// A scout comes back from a folder that cannot be opened, having seen so much.
        func add(_ number: UInt64, folders: Int, names: Int, unseen: [FolderScout.Folder] = []) {
            var batch = FolderScout.Batch(foldersLeft: 0)
            (batch.folders, batch.names, batch.unseen) = (folders, names, unseen)
            let error = FileSystemError("open", "/x", code: ENOENT)
            state.add(.failure(error), batch, at: number)
        }
    }

    @Test func `folders come in path order, and each once`() throws {
        let shared = try Shared(1...3)
        #expect(shared.begin() == 1)
        try shared.push(4...5)
        #expect([shared.begin(), shared.begin()] == [4, 5])
        #expect(shared.isRemoved(2))
        #expect(!shared.isRemoved(2))
        shared.add(4, folders: 1, names: 0)
        #expect(shared.begin() == 3)
        #expect(shared.begin() == nil)
    }

    @Test func `scouts stop when enough is known, and go on when half of it was taken`() throws {
        let shared = try Shared(1...1_000)
        var begun: [UInt64] = []
        while let number = shared.begin() {
            begun.append(number)
        }
        #expect(begun == Array(1...3))
        #expect(!shared.endsStall())
        for number in begun {
            shared.add(number, folders: ScoutedFolders.batchFoldersMax, names: 0)
        }
        #expect(shared.begin() == nil)
        #expect(shared.isTaken(1))
        #expect(!shared.isTaken(1))
        #expect(!shared.endsStall())
        #expect(shared.isTaken(2))
        #expect(shared.endsStall())
        #expect(!shared.endsStall(), "told once")
        #expect(shared.begin() == 4)
    }

    @Test func `names count too`() throws {
        let shared = try Shared(1...2)
        #expect(shared.begin() == 1)
        shared.add(1, folders: 1, names: 1_000_000)
        #expect(shared.begin() == nil)
    }

    @Test func `what the walk forgot is dropped when its scout comes back`() throws {
        let shared = try Shared(1...1)
        #expect(shared.begin() == 1)
        #expect(shared.isForgotten(1))
        shared.add(1, folders: 1, names: 1, unseen: try Shared.folders(7...9))
        #expect(!shared.isTaken(1))
        #expect(shared.begin() == nil)
    }
}
