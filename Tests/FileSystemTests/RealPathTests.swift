import FileSystem
import Glibc
import TestSupport
import Testing

/// Where paths lead.
@Suite struct RealPathTests {
    @Test func `a path loses its links and what leads nowhere else`() throws {
        try withTemporaryFolder(inMemory: true) { folder in
            let top = try RealPath.of(folder)
            try FolderTree.make("\(top)/a/b", mode: 0o755)
            #expect(unsafe symlink("a/b", "\(top)/link") == 0)
            #expect(try RealPath.of("\(top)/link/../b/./") == "\(top)/a/b")
            #expect(try RealPath.of("/") == "/")
        }
    }

    @Test func `where nothing is there is no path`() throws {
        try withTemporaryFolder(inMemory: true) { folder in
            let error = #expect(throws: FileSystemError.self) {
                try RealPath.of("\(folder)/none")
            }
            #expect(error?.isMissing == true)
        }
    }
}
