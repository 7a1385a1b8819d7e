import FileSystem
import Format
import Glibc
import Model
import Primitives

/// How a restore that did not come to its end is told from one that did, and found again:
/// docs/decisions/0008.
///
/// A file at the top of the target stands from the first step to the last, and is locked by the
/// restore that is under way. Large files have another name until they are whole. Both names hold a
/// digest of the snapshot, so that no file of the snapshot can have them by chance or by intent.
final class UnfinishedRestore {
    private static let prefix = ".toride-unfinished-"
    /// Of a mark no more than this is read.
    private static let bytesMax = 4_096

    /// The snapshot, as an operator names it: `files@3`.
    private let title: String
    /// Of the snapshot, and of what was asked of it.
    private let digest: Digest
    private var lock: FileLock?

    /// Of a restore.
    ///
    /// - Parameters:
    ///   - title: what the snapshot is called.
    ///   - snapshot: its manifest.
    ///   - includes: which paths; none for everything.
    ///   - isPrivileged: whether what needs privileges is made.
    init(_ title: String, of snapshot: ObjectName, includes: [[UInt8]], isPrivileged: Bool) {
        // As sets are named, and a number: a root that lies must not write into a terminal.
        self.title = Self.isTitle(Array(title.utf8)) ? title : "?"
        let hash = SHA256()
        hash.update(snapshot.digest.bytes + [isPrivileged ? 1 : 0])
        for include in includes.sorted(by: RecordPath.precedes) {
            // No path has a zero, so that no two lists of paths look alike.
            hash.update(include + [0])
        }
        digest = hash.finish()
    }

    /// The name of the file that tells of it.
    var name: [UInt8] { Array("\(Self.prefix)\(digest.hex)".utf8) }

    /// The name that a large file has until it is whole.
    func partName(of name: [UInt8]) -> [UInt8] {
        Array(".toride-part-\(SHA256.hash(digest.bytes + name).hex.prefix(32))".utf8)
    }

    /// Whether a name is that of a restore that did not come to its end, whatever it was of.
    static func isName(_ name: [UInt8]) -> Bool {
        name.starts(with: Array(prefix.utf8))
    }

    /// What a mark says its restore is of; nil if it says nothing that can be read.
    static func title(of name: [UInt8], in target: borrowing FileHandle) -> String? {
        guard let file = try? target.open(name: name, O_RDONLY | O_NONBLOCK),
            (try? file.status().kind) == .regular,
            let bytes = try? file.readAll(bytesMax: bytesMax)
        else {
            return nil
        }
        let last = bytes.split(separator: UInt8(ascii: "\n")).last ?? []
        // Anyone may have written the file.
        return isTitle(Array(last)) ? String(decoding: last, as: UTF8.self) : nil
    }

    private static func isTitle(_ text: [UInt8]) -> Bool {
        !text.isEmpty
            && text.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                    UInt8(ascii: "-"), UInt8(ascii: "@"):
                    true
                default: false
                }
            }
    }

    /// What the file says.
    var text: String {
        """
        復元が終わっていません。このフォルダの内容はまだ使わないでください。
        同じ toride restore に --resume を付けると、続きから復元します。スナップショットは末尾の行です。

        This restore has not come to its end. Do not use what is in this folder yet.
        The same `toride restore` with --resume goes on with it, of this snapshot:
        \(title)

        """
    }

    /// Makes the mark, or takes over the one that is there, and locks it.
    ///
    /// - Parameters:
    ///   - target: the folder.
    ///   - isBegun: whether the mark is there; if not, nothing may be.
    /// - Throws: ``FileSystemError``; with EWOULDBLOCK if a restore is under way there.
    func begin(in target: borrowing FileHandle, isBegun: Bool) throws(FileSystemError) {
        let flags = isBegun ? O_RDWR | O_NONBLOCK : O_RDWR | O_CREAT | O_EXCL
        let file: FileHandle
        do throws(FileSystemError) {
            file = try target.open(name: name, flags, mode: 0o600)
        } catch {
            guard error.code == EEXIST else {
                throw error
            }
            throw FileSystemError("open", error.path, code: EWOULDBLOCK)
        }
        let status = try file.status()
        guard status.kind == .regular else {
            throw FileSystemError("open", file.path, code: EINVAL)
        }
        if !isBegun {
            try file.write(Array(text.utf8))
            try file.synchronize()
            try target.synchronize()
        }
        try lock(file)
        // It may have been taken away before it was locked; or another was begun beside it.
        let names = try target.names()
        guard try target.statusIfThere(name: name)?.isSameFile(as: status) ?? false,
            isBegun || names == [name]
        else {
            if !isBegun {
                // Ours; that it cannot be removed leaves what a restore that was killed leaves.
                _ = try? target.remove(name: name)
            }
            throw FileSystemError("lock", target.path, code: EWOULDBLOCK)
        }
    }

    private func lock(_ file: consuming FileHandle) throws(FileSystemError) {
        let path = file.path
        do throws(FileSystemError) {
            lock = try FileLock(taking: file)
        } catch {
            // Some file servers know no locks; the mark itself is all that tells then.
            guard ![ENOLCK, ENOSYS, EOPNOTSUPP].contains(error.code) else {
                return
            }
            throw error
        }
        guard lock != nil else {
            throw FileSystemError("lock", path, code: EWOULDBLOCK)
        }
    }

    /// All is made, and kept.
    func end(in target: borrowing FileHandle) throws(FileSystemError) {
        try target.remove(name: name)
        try target.synchronize()
    }

    /// Lets another go on: this restore is over, whatever came of it.
    func release() {
        lock = nil
    }
}
