import FileSystem
package import Format
import Glibc
package import Model
import Primitives
import Synchronization

/// What a run has made durable so far, so that a killed run's packs are used by the next.
///
/// One line an object, synchronized before the run goes on: `key <key id> <name> <size>
/// <recipients> .` and `index <name> <size> .`; the full stop tells that the line is whole. One
/// that a full disk or a power cut spoiled is passed over: what it told of is stored again. The
/// journal goes when the run's manifest is durable.
package final class Journal: Sendable {
    /// What an earlier run left.
    package struct Leftover: Sendable {
        /// Key objects by the key that they seal, and what stands for those who can open them.
        package var keys: [KeyID: (object: ObjectRef, recipients: Digest)] = [:]
        /// Index objects, in order of storing.
        package var indexes: [ObjectRef] = []

        /// Nothing left.
        package init() {}
    }

    private let path: String
    private let file: Mutex<FileHandle>

    /// Opens the journal of a set, keeping what an earlier run left in it.
    package init(folder: String) throws {
        path = "\(folder)/journal"
        let file = try FileHandle.open(path, O_WRONLY | O_CREAT | O_APPEND)
        if try file.status().size > 0 {
            // The last line may have been cut; the next must not be drawn into it.
            try file.write([UInt8(ascii: "\n")])
        }
        self.file = Mutex(file)
        try SmallFile.synchronizeFolder(of: path)
    }

    /// What stands for the recipients of a key: SHA-256 of them in order, a line each.
    package static func digest(ofRecipients recipients: [String]) -> Digest {
        SHA256.hash(Array(recipients.sorted().map { $0 + "\n" }.joined().utf8))
    }

    /// Reads what earlier runs left.
    package static func leftover(folder: String) throws -> Leftover {
        var leftover = Leftover()
        let bytes = try SmallFile.read("\(folder)/journal", bytesMax: 64 << 20) ?? []
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count == 6, words[5] == ".", words[0] == "key",
                let key = Digest(hex: words[1]),
                let name = Digest(hex: words[2]), let size = UInt64(words[3]),
                let recipients = Digest(hex: words[4])
            {
                let object = ObjectRef(kind: .key, name: ObjectName(name), size: size)
                leftover.keys[KeyID(key)] = (object, recipients)
            } else if words.count == 4, words[3] == ".", words[0] == "index",
                let name = Digest(hex: words[1]),
                let size = UInt64(words[2])
            {
                leftover.indexes.append(
                    ObjectRef(kind: .index, name: ObjectName(name), size: size)
                )
            }
        }
        return leftover
    }

    /// Notes that the key object of a key, sealed to `recipients`, is durable.
    package func note(key: KeyID, _ object: ObjectRef, recipients: Digest) throws {
        let words = [key.digest.hex, object.name.hex, "\(object.size)", recipients.hex]
        try append("key \(words.joined(separator: " ")) .\n")
    }

    /// Notes that an index object is durable.
    package func note(index: ObjectRef) throws {
        try append("index \(index.name.hex) \(index.size) .\n")
    }

    /// Removes the journal of a set, if there is one.
    package static func forget(folder: String) throws {
        try SmallFile.remove("\(folder)/journal")
    }

    /// Removes the journal: everything in it is now in a manifest.
    package func remove() throws {
        try SmallFile.remove(path)
    }

    /// An error of the host's own disk must not look like one of the source's.
    private func append(_ line: String) throws {
        do {
            try file.withLock { file in
                try file.write(Array(line.utf8))
                try file.synchronize()
            }
        } catch let error as FileSystemError {
            throw HostStateError(unwritable: error)
        }
    }
}
