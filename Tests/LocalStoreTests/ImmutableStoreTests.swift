import FileSystem
import Glibc
import LocalStore
import Model
import ObjectStore
import TestSupport
import Testing

/// Objects with the flag that keeps them from being changed.
@Suite(.enabled(if: Immutability.isPossible, "NOT TESTED: no file can be made immutable here"))
struct ImmutableStoreTests {
    private func withStore(_ body: (LocalStore, String) throws -> Void) throws {
        try withTemporaryFolder { folder in
            defer { try? Immutability.end(in: folder) }
            try body(try LocalStore(name: "vault", root: folder, isImmutable: true), folder)
        }
    }

    @Test func `what is stored can be read, and be neither changed nor removed`() throws {
        try withStore { store, folder in
            try store.put([1, 2, 3], at: "keys/a")
            #expect(try store.isFlagged("keys/a"))
            #expect(try store.get("keys/a", bytesMax: 3) == [1, 2, 3])
            let removed = unsafe unlink("\(folder)/keys/a")
            let code = errno
            #expect(removed != 0 && code == EPERM)
            #expect(unsafe rename("\(folder)/keys/a", "\(folder)/keys/b") != 0)
            #expect(throws: FileSystemError.self) {
                _ = try FileHandle.open("\(folder)/keys/a", O_WRONLY)
            }
            #expect(try store.list(prefix: "").map(\.key) == ["keys/a"])
        }
    }

    @Test func `what is stored again stays, and what never got the flag gets it`() throws {
        try withStore { store, folder in
            let plain = try LocalStore(name: "vault", root: folder)
            try plain.put([1], at: "keys/a")
            try plain.put([2], at: "keys/b")
            #expect(try store.isFlagged("keys/a") == false)
            #expect(try store.isFlagged("keys/b") == false)
            try store.put([1], at: "keys/a")
            #expect(try store.protect("keys/b") == nil)
            #expect(try store.isFlagged("keys/a"))
            #expect(try store.isFlagged("keys/b"))
            #expect(try store.protect("keys/b") == nil)
            #expect(throws: StoreError.exists(key: "keys/a", place: store.place)) {
                try store.put([1, 2], at: "keys/a")
            }
        }
    }

    @Test func `what is not there is missing, with the flag or without`() throws {
        try withStore { store, _ in
            let missing = StoreError.missing(key: "keys/a", place: store.place)
            #expect(throws: missing) { try store.isFlagged("keys/a") }
            #expect(throws: missing) { try store.protect("keys/a") }
        }
    }

    @Test func `attacks are refused until the flag is taken away`() throws {
        try withStore { store, _ in
            try store.put([1, 2, 3], at: "keys/a")
            for attack in [Attack.delete, .overwrite] {
                guard case .refused = try store.attempt(attack, on: "keys/a") else {
                    Issue.record("\(attack) was not refused")
                    continue
                }
            }
            #expect(try store.get("keys/a", bytesMax: 3) == [1, 2, 3])
            #expect(try store.list(prefix: "").map(\.key) == ["keys/a"])
            #expect(try store.attempt(.removeLock, on: "keys/a") == .done)
            #expect(try store.size(of: "keys/a") == nil)
        }
    }
}

/// A folder as it is.
@Suite struct PlainAttackTests {
    @Test func `whoever may store may delete and write over`() throws {
        try withTemporaryFolder { folder in
            let store = try LocalStore(name: "primary", root: folder)
            try store.put([1, 2, 3], at: "keys/a")
            #expect(try store.attempt(.removeLock, on: "keys/a") == .notApplicable)
            #expect(try store.attempt(.deleteVersion, on: "keys/a") == .notApplicable)
            #expect(try store.get("keys/a", bytesMax: 3) == [1, 2, 3])
            #expect(try store.attempt(.overwrite, on: "keys/a") == .done)
            #expect(try store.get("keys/a", bytesMax: 3) != [1, 2, 3])
            #expect(try store.attempt(.delete, on: "keys/a") == .done)
            #expect(try store.size(of: "keys/a") == nil)
            #expect(throws: StoreError.missing(key: "keys/a", place: store.place)) {
                try store.attempt(.delete, on: "keys/a")
            }
        }
    }
}
