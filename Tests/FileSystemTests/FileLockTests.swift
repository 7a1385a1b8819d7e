import FileSystem
import Testing
import TestSupport

struct FileLockTests {
    private struct Busy: Error {}

    @Test func `a lock is had by one at a time, and given back`() throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/lock"
            try FileLock.hold(path, orThrow: Busy()) { () throws in
                #expect(try FileLock(path) == nil)
                #expect(throws: Busy.self) { try FileLock.hold(path, orThrow: Busy()) {} }
            }
            #expect(try FileLock(path) != nil)
            #expect(try FileLock.hold(path, orThrow: Busy()) { 7 } == 7)
        }
    }
}
