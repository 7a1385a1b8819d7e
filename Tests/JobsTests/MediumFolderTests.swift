import FileSystem
import Format
import Glibc
import HostState
import Model
import Primitives
import TestSupport
import Testing

@testable import Jobs

/// What is written on a medium goes there and nowhere else, whoever made it.
@Suite struct MediumFolderTests {
    private func link(_ path: String, to target: String) {
        #expect(unsafe symlink(target, path) == 0)
    }

    @Test func `a link beside a file leads no writing elsewhere`() throws {
        try withTemporaryFolder { folder in
            let victim = "\(folder)/victim"
            try SmallFile.write([1, 2, 3], to: victim)
            link("\(folder)/signers.txt.new", to: victim)
            try SmallFile.write([4], to: "\(folder)/signers.txt")
            #expect(try SmallFile.read(victim, bytesMax: 9) == [1, 2, 3])
            #expect(try SmallFile.read("\(folder)/signers.txt", bytesMax: 9) == [4])
        }
    }

    @Test func `a medium's folder that is a link is not written to`() throws {
        try withTemporaryFolder { folder in
            let other = "\(folder)/other"
            try FolderTree.make(other, mode: 0o755)
            link("\(folder)/medium", to: other)
            let document = try MediumDocument.new(
                "A",
                of: RepositoryID(try Randomness.id()),
                made: Timestamp(seconds: 0)
            )
            #expect(throws: FileSystemError.self) {
                try MediumFolder(at: folder).renew(document, signers: SignerFile())
            }
            #expect(try SmallFile.size("\(other)/signers.txt") == nil)
        }
    }
}
