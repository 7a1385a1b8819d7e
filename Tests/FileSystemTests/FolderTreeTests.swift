import FileSystem
import Glibc
import Processes
import Testing
import TestSupport

struct FolderTreeTests {
    @Test func `a tree deeper than paths are long is removed`() throws {
        try withTemporaryFolder(inMemory: true) { folder in
            let top = "\(folder)/top"
            try FolderTree.make(top, mode: 0o700)
            let chain = FolderChain(try FileHandle.open(top, O_RDONLY | O_DIRECTORY))
            for level in 0..<5_000 {
                let name = Array("f\(level % 10)".utf8)
                let innermost = try chain.innermost()
                try innermost.handle.makeDirectory(name: name)
                if level.isMultiple(of: 1_000) {
                    let file = try innermost.handle.open(name: [0x7a], O_WRONLY | O_CREAT)
                    try file.write([1, 2, 3])
                }
                try chain.enter(name)
            }
            #expect(FolderTree.remove(top))
            #expect(unsafe access(top, F_OK) != 0)
        }
    }

    @Test func `links are removed, and what they lead to stays`() throws {
        try withTemporaryFolder { folder in
            try FolderTree.make("\(folder)/top", mode: 0o700)
            try FolderTree.make("\(folder)/other/inner", mode: 0o700)
            #expect(unsafe symlink("\(folder)/other", "\(folder)/top/link") == 0)
            #expect(FolderTree.remove("\(folder)/top"))
            #expect(try contents(of: folder).keys.sorted() == ["other", "other/inner"])
        }
    }

    @Test func `what is no folder stays, and what is not there is gone`() throws {
        try withTemporaryFolder { folder in
            try FolderTree.make("\(folder)/other", mode: 0o700)
            #expect(unsafe symlink("other", "\(folder)/link") == 0)
            _ = try FileHandle.open("\(folder)/file", O_WRONLY | O_CREAT)
            #expect(!FolderTree.remove("\(folder)/link"))
            #expect(!FolderTree.remove("\(folder)/file"))
            #expect(FolderTree.remove("\(folder)/nothing"))
            #expect(try contents(of: folder).keys.sorted() == ["file", "link", "other"])
        }
    }

    @Test(.enabled(if: geteuid() == 0, "needs root, to become nobody"))
    func `folders that forbid their owner to empty them are removed, another's are told`() throws {
        try withTemporaryFolder { folder in
            #expect(unsafe chmod(folder, 0o755) == 0)
            for (name, inner) in [("theirs", "closed"), ("mixed", "ours")] {
                for path in ["\(folder)/\(name)", "\(folder)/\(name)/\(inner)"] {
                    try FolderTree.make(path, mode: 0o755)
                    _ = try FileHandle.open("\(path)/file", O_WRONLY | O_CREAT)
                    #expect(unsafe chown(path, 65_534, 65_534) == 0)
                }
            }
            #expect(unsafe chmod("\(folder)/theirs/closed", 0) == 0)
            #expect(unsafe chown("\(folder)/mixed/ours", 0, 0) == 0)
            let program = try Tool.built("toride-testhost")
            let theirs = try asNobody([program, "remove", "\(folder)/theirs"]).text
            let mixed = try asNobody([program, "remove", "\(folder)/mixed"]).text
            // The top folders lie in one that nobody may write, so they stay; all in them is gone.
            #expect(theirs == "removed false\n")
            #expect(mixed == "removed false\n")
            #expect(
                try contents(of: folder).keys.sorted() == [
                    "mixed", "mixed/ours", "mixed/ours/file", "theirs",
                ]
            )
        }
    }
}
