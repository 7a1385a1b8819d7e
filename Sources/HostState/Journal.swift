import FileSystem
package import Format
import Glibc
package import Model
import Synchronization

/// What a run has made durable so far, so that a killed run's packs are used by the next.
///
/// One line an object, synchronized before the run goes on: `key <key id> <name> <size>` and
/// `index <name> <size>`. Removed when the run's manifest is durable.
package final class Journal: Sendable {
    /// What an earlier run left.
    package struct Leftover: Sendable {
        /// Key objects by the key that they seal.
        package var keys: [KeyID: ObjectRef] = [:]
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
        file = Mutex(try FileHandle.open(path, O_WRONLY | O_CREAT | O_APPEND))
        try SmallFile.synchronizeFolder(of: path)
    }

    /// Reads what earlier runs left. A last line that was cut by a crash is not counted.
    package static func leftover(folder: String) throws -> Leftover {
        var leftover = Leftover()
        let bytes = try SmallFile.read("\(folder)/journal", bytesMax: 64 << 20) ?? []
        guard let end = bytes.lastIndex(of: UInt8(ascii: "\n")) else {
            return leftover
        }
        for line in String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count == 4, words[0] == "key", let key = Digest(hex: words[1]),
                let name = Digest(hex: words[2]), let size = UInt64(words[3])
            {
                leftover.keys[KeyID(key)] = ObjectRef(
                    kind: .key, name: ObjectName(name), size: size)
            } else if words.count == 3, words[0] == "index", let name = Digest(hex: words[1]),
                let size = UInt64(words[2])
            {
                leftover.indexes.append(
                    ObjectRef(kind: .index, name: ObjectName(name), size: size))
            } else {
                throw HostStateError.damaged("\(folder)/journal")
            }
        }
        return leftover
    }

    /// Notes that the key object of a key is durable.
    package func note(key: KeyID, _ object: ObjectRef) throws {
        try append("key \(key.digest.hex) \(object.name.hex) \(object.size)\n")
    }

    /// Notes that an index object is durable.
    package func note(index: ObjectRef) throws {
        try append("index \(index.name.hex) \(index.size)\n")
    }

    /// Removes the journal: everything in it is now in a manifest.
    package func remove() throws {
        try SmallFile.remove(path)
    }

    private func append(_ line: String) throws {
        try file.withLock { file in
            try file.write(Array(line.utf8))
            try file.synchronize()
        }
    }
}
