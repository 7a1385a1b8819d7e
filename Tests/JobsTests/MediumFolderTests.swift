import FileSystem
import Format
import Glibc
import HostState
import Model
import Primitives
import Processes
import TestSupport
import Testing

@testable import Jobs

/// What is written on a medium goes there and nowhere else, whoever made it.
@Suite struct MediumFolderTests {
    private func link(_ path: String, to target: String) {
        #expect(unsafe symlink(target, path) == 0)
    }

    @Test func `a link in the place of a file leads no writing elsewhere`() throws {
        try withTemporaryFolder { folder in
            let victim = "\(folder)/victim"
            try SmallFile.write([1, 2, 3], to: victim)
            link("\(folder)/signers.txt", to: victim)
            try SmallFile.write([4], to: "\(folder)/signers.txt")
            #expect(try SmallFile.read(victim, bytesMax: 9) == [1, 2, 3])
            #expect(try SmallFile.read("\(folder)/signers.txt", bytesMax: 9) == [4])
        }
    }

    @Test func `what others write beside a file stays, and a failure leaves nothing`() throws {
        try withTemporaryFolder { folder in
            try SmallFile.write([9], to: "\(folder)/a.new")
            try SmallFile.write([1], to: "\(folder)/a")
            #expect(try SmallFile.read("\(folder)/a.new", bytesMax: 9) == [9])
            try FolderTree.make("\(folder)/b", mode: 0o755)
            #expect(throws: FileSystemError.self) { try SmallFile.write([1], to: "\(folder)/b") }
            #expect(try names(in: folder) == ["a", "a.new", "b"])
        }
    }

    private func names(in folder: String) throws -> [String] {
        try FileHandle.open(folder, O_RDONLY | O_DIRECTORY).names()
            .map { String(decoding: $0, as: UTF8.self) }.sorted()
    }

    private func newDocument() throws -> MediumDocument {
        try MediumDocument.new(
            "A",
            of: RepositoryID(try Randomness.id()),
            made: Timestamp(seconds: 0)
        )
    }

    @Test(.timeLimit(.minutes(20)))
    func `what is no file on a medium is written over, not waited for nor followed`() throws {
        try withTemporaryFolder { folder in
            let (medium, victim) = ("\(folder)/medium", "\(folder)/victim")
            try FolderTree.make(medium, mode: 0o755)
            let program = VerifierProgram([1, 2, 3])
            try SmallFile.write(program.bytes, to: victim)
            link("\(medium)/toride-verify", to: victim)
            #expect(unsafe mkfifo("\(medium)/signers.txt", 0o600) == 0)
            let signers = SignerFile()
            let place = MediumFolder(at: folder)
            try place.renew(try newDocument(), signers: signers, program: program)
            let written = try SmallFile.readForeign("\(medium)/toride-verify", bytesMax: 9)
            #expect(written == program.bytes)
            let believed = try SmallFile.readForeign("\(medium)/signers.txt", bytesMax: 1 << 16)
            #expect(believed == signers.encoded)
            #expect(try SmallFile.read(victim, bytesMax: 9) == program.bytes)
        }
    }

    @Test func `what is no regular file is not read where others may have laid it`() throws {
        try withTemporaryFolder { folder in
            #expect(try SmallFile.readForeign("\(folder)/none", bytesMax: 9) == nil)
            link("\(folder)/link", to: "/dev/null")
            #expect(unsafe mkfifo("\(folder)/fifo", 0o600) == 0)
            try FolderTree.make("\(folder)/folder", mode: 0o755)
            for name in ["link", "fifo", "folder"] {
                #expect(throws: FileSystemError.self) {
                    try SmallFile.readForeign("\(folder)/\(name)", bytesMax: 9)
                }
            }
        }
    }

    @Test(.enabled(if: SmallMount.canMount, "NOT TESTED: a full medium needs root"))
    func `a medium without room for the program gets the signers all the same`() throws {
        try withTemporaryFolder { folder in
            try SmallMount.mount(at: folder)
            defer { _ = try? SmallMount.run("umount", "-l", folder) }
            try FolderTree.make("\(folder)/medium", mode: 0o755)
            let program = VerifierProgram([UInt8](repeating: 7, count: 1 << 20))
            let signers = SignerFile()
            let place = MediumFolder(at: folder)
            try place.renew(try newDocument(), signers: signers, program: program)
            #expect(try names(in: "\(folder)/medium") == ["signers.txt"])
            let file = "\(folder)/medium/signers.txt"
            #expect(try SmallFile.read(file, bytesMax: 1 << 16) == signers.encoded)
        }
    }

    @Test func `a medium's folder that is a link is not written to`() throws {
        try withTemporaryFolder { folder in
            let other = "\(folder)/other"
            try FolderTree.make(other, mode: 0o755)
            link("\(folder)/medium", to: other)
            let (place, document) = (MediumFolder(at: folder), try newDocument())
            #expect(throws: FileSystemError.self) {
                try place.renew(document, signers: SignerFile(), program: nil)
            }
            #expect(try SmallFile.size("\(other)/signers.txt") == nil)
        }
    }
}

/// A medium with room for next to nothing.
private enum SmallMount {
    static func mount(at point: String) throws {
        try run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", point)
    }

    /// Runs a program that must end with 0.
    static func run(_ program: String, _ words: String...) throws {
        _ = try Command(program, words).run(
            timeout: .seconds(60),
            orThrow: { FileSystemError(program, $0.errorTail, code: EIO) }
        )
    }

    /// Whether this machine can mount one.
    static let canMount: Bool = {
        do {
            return try withTemporaryFolder { folder in
                try mount(at: folder)
                try run("umount", folder)
                return true
            }
        } catch {
            print("SKIPPED: mounts: \(error)")
            return false
        }
    }()
}
