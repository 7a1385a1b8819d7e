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
            let scout = FolderScout(source, count: 1, reading: ReadAhead(since: nil))
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

    // MARK: - Files that are read ahead

    /// What a scout reads of a folder, by name.
    private func readAhead(
        _ folder: String,
        since: Timestamp? = nil,
        bytesMax: Int = 1 << 20
    ) throws -> [String: [UInt8]] {
        let source = try TreeSource(paths: [folder], excludes: ["left*"], scouts: 1)
        let scout = FolderScout(source, count: 1, reading: ReadAhead(since: since))
        let open = FolderChain.Open(try FileHandle.open(folder, O_RDONLY | O_DIRECTORY))
        let listing = try open.handle.listing(statusesMax: 100)
        var batch = FolderScout.Batch(foldersLeft: 0, bytesLeft: bytesMax)
        let path = Array(folder.utf8.dropFirst())
        let contents = scout.contents(of: listing, in: open, path, &batch)
        #expect(contents.count <= listing.names.count)
        var read: [String: [UInt8]] = [:]
        for (name, content) in zip(listing.names, contents) {
            read[String(decoding: name, as: UTF8.self)] = content?.bytes
        }
        #expect(batch.bytes == contents.reduce(0) { $0 + ($1?.cost ?? 0) })
        return read
    }

    @Test func `small files that the walk will surely read are read ahead, and no others`() throws {
        try withTemporaryFolder { folder in
            try SmallFile.write([1, 2, 3], to: "\(folder)/a")
            try SmallFile.write([], to: "\(folder)/empty")
            try SmallFile.write([9], to: "\(folder)/left-out")
            try SmallFile.write([7], to: "\(folder)/one")
            #expect(unsafe link("\(folder)/one", "\(folder)/two") == 0)
            #expect(unsafe symlink("a", "\(folder)/link") == 0)
            #expect(unsafe mkfifo("\(folder)/pipe", 0o600) == 0)
            let large = [UInt8](repeating: 5, count: SnapshotWriter.smallBytesMax)
            try SmallFile.write(large, to: "\(folder)/large")
            try SmallFile.write([1], to: "\(folder)/sparse")
            try FileHandle.open("\(folder)/sparse", O_WRONLY).setSize(100_000)
            #expect(try readAhead(folder) == ["a": [1, 2, 3], "empty": []])
            let now = FileHandle.clock()
            let later = Timestamp(seconds: now.seconds + 60)
            #expect(try readAhead(folder, since: later).isEmpty, "surely read by the last run")
            #expect(try readAhead(folder, since: now).count == 2)
        }
    }

    @Test func `no more is read ahead than there is room for`() throws {
        try withTemporaryFolder { folder in
            for number in 10..<20 {
                try SmallFile.write([UInt8](repeating: 1, count: 100), to: "\(folder)/\(number)")
            }
            #expect(
                try readAhead(folder, bytesMax: 3 * 164 + 50).keys.sorted() == ["10", "11", "12"]
            )
            #expect(try readAhead(folder, bytesMax: 0).isEmpty)
        }
    }

    @Test func `a file that changes after it was read ahead is taken whole, and again next time`()
        throws
    {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital(in: folder)
            for number in 100..<300 {
                try hospital.write("m/\(number)", [UInt8(number - 100), 0])
            }
            var left = true
            let result = try hospital.backUp(progress: { counts in
                if left, counts.files >= 64 {
                    left = false
                    for number in 100..<300 {
                        let path = "\(hospital.source)/m/\(number)"
                        _ = try? FileHandle.open(path, O_WRONLY).write([9, 9])
                    }
                }
            })
            #expect(!left)
            #expect(result.findings == [])
            #expect(result.manifest.complete)
            #expect(try hospital.restore() == [])
            let taken = try contents(of: "\(folder)/restored\(hospital.source)/m")
            let isWhole = taken.allSatisfy { name, bytes in
                bytes == [9, 9] || bytes == [UInt8((Int(name) ?? 0) - 100), 0]
            }
            #expect(isWhole && taken.count == 200)
            _ = try hospital.backUp()
            #expect(try hospital.restoreAndCompare().different == [])
        }
    }

    // MARK: - What they share

    /// What the scouts of a walk share, with some folders on its stack.
    private final class Shared {
        var state = ScoutedFolders()

        init(_ numbers: ClosedRange<UInt64>) throws {
            try push(numbers)
        }

        /// Whether somebody is woken for them.
        @discardableResult
        func push(_ numbers: ClosedRange<UInt64>, in parent: UInt64? = nil) throws -> Bool {
            state.push(try Self.folders(numbers, in: parent))
        }

        /// Folders whose names are in the order of their numbers.
        static func folders(
            _ numbers: ClosedRange<UInt64>,
            in parent: UInt64? = nil
        ) throws -> [FolderScout.Folder] {
            let above = parent.map { Self.name($0) } ?? []
            let open = FolderChain.Open(try FileHandle.open("/", O_RDONLY | O_DIRECTORY))
            let status = try open.handle.status()
            return numbers.map { number in
                let place = FolderScout.Place(
                    parent: open,
                    depth: 1,
                    status: status,
                    name: Self.name(number),
                    path: RecordPath.joined(above, Self.name(number))
                )
                return FolderScout.Folder(number, place, nil)
            }
        }

        private static func name(_ number: UInt64) -> [UInt8] {
            Array("\(1_000_000 + number)".utf8)
        }

        func begin() -> UInt64? { state.begin()?.number }
        func isTaken(_ number: UInt64) -> Bool { state.take(number) != nil }
        func isRemoved(_ number: UInt64) -> Bool { state.remove(number) }
        func isForgotten(_ number: UInt64) -> Bool { state.forget(number) == nil }
        func endsStall() -> Bool { state.endsStall() }
        func drop(_ count: Int, bytes: Int = 0) throws {
            let status = try FileHandle.open("/", O_RDONLY | O_DIRECTORY).status()
            let level = TreeWalk.Level(
                pathCount: 0,
                isInside: true,
                listed: status,
                listedAt: Timestamp(seconds: 0),
                names: [],
                checkedAt: .zero,
                seen: status
            )
            state.drop(Array(repeating: level, count: count), bytes: bytes)
        }

        /// A scout comes back from a folder that cannot be opened, having seen so much.
        ///
        /// - Returns: whether somebody is woken for that.
        @discardableResult
        func add(
            _ number: UInt64,
            folders: Int,
            names: Int,
            bytes: Int = 0,
            unseen: [FolderScout.Folder] = []
        ) -> Bool {
            var batch = FolderScout.Batch(foldersLeft: 0, bytesLeft: 0)
            (batch.folders, batch.names, batch.bytes) = (folders, names, bytes)
            batch.unseen = unseen
            let error = FileSystemError("open", "/x", code: ENOENT)
            return state.add(.failure(error), batch, at: number)
        }
    }

    @Test func `folders come in path order, and each once`() throws {
        let shared = try Shared(1...3)
        #expect(shared.begin() == 1)
        try shared.push(4...5, in: 1)
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
        #expect(begun == Array(1...6))
        #expect(!shared.endsStall())
        for number in begun {
            shared.add(number, folders: ScoutedFolders.batchFoldersMax, names: 0)
        }
        #expect(shared.begin() == nil)
        #expect(shared.isTaken(1))
        #expect(!shared.isTaken(1))
        #expect(!shared.endsStall())
        #expect(shared.isTaken(2) && shared.isTaken(3))
        #expect(!shared.endsStall())
        #expect(shared.isTaken(4))
        #expect(shared.endsStall())
        #expect(!shared.endsStall(), "told once")
        #expect(shared.begin() == 7)
    }

    @Test func `what the walk is done with is let go by a scout, with or without a folder`() throws
    {
        let shared = try Shared(1...1)
        for _ in 0..<11 {
            try shared.drop(8)
        }
        let task = shared.state.next()
        #expect(task?.folder?.number == 1 && task?.spent.count == 80, "no more than that waits")
        let none = shared.state.next()
        #expect(none == nil)
        try shared.drop(31)
        let other = shared.state.next()
        #expect(other != nil && other?.folder == nil && other?.spent.count == 31)
        try shared.drop(1, bytes: 2 << 20)
        try shared.drop(1)
        #expect(shared.state.next()?.spent.count == 1, "nor more memory")
    }

    @Test func `a scout that waits for work is woken for it, and for nothing else`() throws {
        let shared = try Shared(1...2)
        #expect(try !shared.push(3...3, in: 1), "nobody waits")
        #expect([shared.begin(), shared.begin(), shared.begin()] == [1, 3, 2])
        #expect(shared.begin() == nil)
        #expect(!shared.add(1, folders: 1, names: 1), "nothing that anyone waits for")
        #expect(shared.add(2, folders: 1, names: 1, unseen: try Shared.folders(4...5)))
        #expect(shared.begin() == 4)
        #expect(try !shared.push(6...6), "who was woken is at work")
        shared.state.await(3)
        #expect(shared.add(3, folders: 1, names: 1), "the walk waits for it")
    }

    @Test func `a scout that waits for room is woken for work once there is some`() throws {
        let shared = try Shared(1...1)
        #expect(shared.begin() == 1)
        shared.add(1, folders: 1, names: 1_000_000)
        #expect(shared.begin() == nil)
        #expect(shared.isTaken(1) && shared.endsStall())
        // It was woken, found nothing, and waits for work now.
        #expect(shared.begin() == nil)
        #expect(!shared.endsStall())
        #expect(try shared.push(2...2))
    }

    @Test func `a scout that waits for work is not forgotten when there is no room for it`() throws
    {
        let shared = try Shared(1...1)
        #expect(shared.begin() == 1)
        #expect(shared.begin() == nil)
        #expect(!shared.add(1, folders: 1, names: 1_000_000))
        #expect(try !shared.push(2...2), "no room")
        #expect(shared.isTaken(1) && shared.endsStall())
        #expect(shared.begin() == 2)
    }

    @Test func `a walk that is ahead of the scouts wakes them for any room`() throws {
        let shared = try Shared(1...2)
        #expect([shared.begin(), shared.begin()] == [1, 2])
        shared.add(2, folders: 1, names: 10_000)
        shared.add(1, folders: 1, names: 7_000, unseen: try Shared.folders(3...9, in: 1))
        #expect(shared.begin() == nil)
        #expect(shared.isTaken(1))
        #expect(!shared.endsStall(), "10,000 names are known, far ahead")
        #expect(shared.isRemoved(3) && shared.state.endsStall(oneOf: 1))
        #expect(shared.begin() == 4)
    }

    @Test func `what is told of later is taken first if it comes first`() throws {
        let shared = try Shared(1...2)
        #expect([shared.begin(), shared.begin()] == [1, 2])
        shared.add(1, folders: 1, names: 1, unseen: try Shared.folders(3...4, in: 1))
        shared.add(2, folders: 1, names: 1, unseen: try Shared.folders(5...6, in: 2))
        try shared.push(7...7)
        #expect((0..<5).map { _ in shared.begin() } == [3, 4, 5, 6, 7])
    }

    @Test func `names and bytes count too`() throws {
        let shared = try Shared(1...2)
        #expect(shared.begin() == 1)
        shared.add(1, folders: 1, names: 1_000_000)
        #expect(shared.begin() == nil)
        let other = try Shared(1...2)
        #expect(other.begin() == 1)
        other.add(1, folders: 1, names: 1, bytes: 16 << 20)
        #expect(other.begin() == nil)
        #expect(other.isTaken(1))
        #expect(other.begin() == 2)
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
