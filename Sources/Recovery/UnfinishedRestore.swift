import FileSystem
import Format
import Glibc
import Model
import Primitives
import Repository

/// How a restore that did not come to its end is told from one that did, and found again:
/// docs/decisions/0008.
///
/// A file at the top of the target stands from the first step to the last. Large files have another
/// name until they are whole. Both names hold a digest of the snapshot, so that no file of the
/// snapshot can have them by chance or by intent.
struct UnfinishedRestore: Sendable {
    private static let prefix = ".toride-unfinished-"
    private static let text = """
        復元が終わっていません。このフォルダの内容はまだ使わないでください。
        同じ toride restore に --resume を付けると、続きから復元します。

        This restore has not come to its end. Do not use what is in this folder yet.
        The same `toride restore` with --resume goes on with it.

        """

    /// Of the snapshot, and of what was asked of it.
    private let digest: Digest

    /// Of a restore of `includes`, or of everything, out of a snapshot.
    init(of snapshot: ObjectName, includes: [[UInt8]]) {
        let hash = SHA256()
        hash.update(snapshot.digest.bytes)
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

    /// Makes the file that tells of it; one that is there already stays.
    func begin(in target: borrowing FileHandle) throws(FileSystemError) {
        let file = try target.open(name: name, O_WRONLY | O_CREAT, mode: 0o600)
        try file.write(Array(Self.text.utf8)[...], at: 0)
        try file.synchronize()
        try target.synchronize()
    }

    /// All is made, and kept.
    func end(in target: borrowing FileHandle) throws(FileSystemError) {
        try target.remove(name: name)
        try target.synchronize()
    }
}
