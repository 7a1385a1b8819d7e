import FileSystem
import Glibc
import LocalStore
import Model
import ObjectStore
import Synchronization
import Testing
import TestSupport

@Suite struct LocalStoreTests {
    private func withStore(_ body: (LocalStore, String) throws -> Void) throws {
        try withTemporaryFolder { folder in
            try body(try LocalStore(name: "primary", root: folder), folder)
        }
    }

    @Test func `an object is there whole, or not at all`() throws {
        try withStore { store, folder in
            try store.put([1, 2, 3], at: "packs/ab/cd")
            #expect(try store.get("packs/ab/cd", bytesMax: 3) == [1, 2, 3])
            #expect(try store.get("packs/ab/cd", range: 1..<3) == [2, 3])
            #expect(try store.size(of: "packs/ab/cd") == 3)
            #expect(try store.size(of: "packs/ab/ce") == nil)
            #expect(try store.list(prefix: "packs/").map(\.key) == ["packs/ab/cd"])
            #expect(try store.list(prefix: "unfinished/") == [])
        }
    }

    @Test func `nothing is overwritten`() throws {
        try withStore { store, _ in
            try store.put([1, 2, 3], at: "keys/a")
            try store.put([9, 9, 9], at: "keys/a")
            #expect(try store.get("keys/a", bytesMax: 3) == [1, 2, 3])
            #expect(throws: StoreError.exists(key: "keys/a", place: store.place)) {
                try store.put([1], at: "keys/a")
            }
        }
    }

    @Test func `limits and ends are kept`() throws {
        try withStore { store, _ in
            try store.put([1, 2, 3], at: "keys/a")
            #expect(throws: StoreError.self) { try store.get("keys/a", bytesMax: 2) }
            #expect(throws: StoreError.truncated(key: "keys/a", place: store.place)) {
                try store.get("keys/a", range: 2..<4)
            }
            #expect(throws: StoreError.missing(key: "keys/b", place: store.place)) {
                try store.get("keys/b", bytesMax: 2)
            }
        }
    }

    @Test func `a symbolic link is not followed, out of the store or within`() throws {
        try withStore { store, folder in
            try store.put([1], at: "keys/a")
            #expect(unsafe symlink("a", "\(folder)/keys/b") == 0)
            #expect(unsafe symlink("/etc", "\(folder)/etc") == 0)
            for key in ["keys/b", "etc/passwd"] {
                #expect(throws: StoreError.self) { try store.get(key, bytesMax: 1 << 20) }
            }
            #expect(try store.list(prefix: "").map(\.key).sorted() == ["etc", "keys/a", "keys/b"])
        }
    }

    @Test(.timeLimit(.minutes(15)))
    func `what is no regular file is an error and keeps nobody waiting`() throws {
        try withStore { store, folder in
            #expect(unsafe mkfifo("\(folder)/fifo", 0o600) == 0)
            #expect(throws: StoreError.self) { try store.get("fifo", bytesMax: 1) }
            #expect(throws: StoreError.self) { unsafe try store.stream("fifo") { _ in } }
            #expect(throws: StoreError.self) { try store.size(of: "fifo") }
        }
    }

    @Test func `what the file system keeps at its top is not the store's`() throws {
        try withStore { store, folder in
            try FolderTreeMaker.make("\(folder)/lost+found")
            try FolderTreeMaker.make("\(folder)/keys/lost+found")
            try store.put([1], at: "lost+found/x")
            try store.put([1], at: "keys/lost+found/x")
            #expect(try store.list(prefix: "").map(\.key) == ["keys/lost+found/x"])
        }
    }

    @Test func `a store that is not there is unavailable, not damaged`() throws {
        try withTemporaryFolder { folder in
            let error = #expect(throws: StoreError.self) {
                try LocalStore(name: "primary", root: "\(folder)/nothing")
            }
            #expect(error?.exitCode == .couldNotLook)
            #expect(error?.hint.contains("toride init") == true)
        }
    }

    @Test func `a store whose folder was exchanged stays the one that was opened`() throws {
        try withTemporaryFolder { folder in
            try FolderTreeMaker.make("\(folder)/store")
            let store = try LocalStore(name: "primary", root: "\(folder)/store")
            try store.put([1], at: "keys/a")
            // As when a disk is unmounted and the empty folder beneath it appears.
            #expect(unsafe rename("\(folder)/store", "\(folder)/disk") == 0)
            try FolderTreeMaker.make("\(folder)/store")
            try store.put([2], at: "keys/b")
            let disk = try LocalStore(name: "disk", root: "\(folder)/disk")
            #expect(try disk.list(prefix: "").count == 2)
            let empty = try LocalStore(name: "empty", root: "\(folder)/store")
            #expect(try empty.list(prefix: "") == [])
        }
    }

    @Test func `many threads may store the same object`() throws {
        try withStore { store, folder in
            let bytes = [UInt8](repeating: 7, count: 300_000)
            let failures = Mutex<[String]>([])
            for number in 0..<20 {
                inThreads(4) {
                    do {
                        try store.put(bytes, at: "packs/00/\(number)")
                    } catch {
                        failures.withLock { $0.append("\(error)") }
                    }
                }
                let stored = try store.get("packs/00/\(number)", bytesMax: 300_000)
                #expect(stored == bytes)
            }
            #expect(failures.withLock { $0 } == [])
            let unfinished = try store.list(prefix: "unfinished/")
            #expect(unfinished == [])
        }
    }
}
