import FileSystem
import Glibc
package import Model

/// What can be done to the store of an Orthanc, and what its judge must find: the damages that a
/// real server was seen to serve, DOMAIN §9.1.
package struct OrthancSabotage: Hashable, Sendable {
    /// What is spoilt.
    enum Deed: Hashable, Sendable {
        /// A stored image.
        case storage(StorageDeed)
        /// The copy of the index that the server is to use.
        case index(IndexDeed)
    }

    /// What is done to a stored image.
    enum StorageDeed: Hashable, Sendable {
        case flip
        case remove
    }

    /// What is done to the index.
    enum IndexDeed: Hashable, Sendable {
        case remove
        case garbage
    }

    /// What it is called in records.
    package let name: String
    /// The code by which it must be found.
    package let expected: FindingCode
    let deed: Deed

    /// All that are known.
    package static let all = [
        OrthancSabotage("flipped bit", .orthancAttachmentDamaged, .storage(.flip)),
        OrthancSabotage("missing image", .orthancAttachmentDamaged, .storage(.remove)),
        OrthancSabotage("no index", .orthancCountsDiffer, .index(.remove)),
        OrthancSabotage("garbage index", .orthancNotStarted, .index(.garbage)),
    ]

    private init(_ name: String, _ expected: FindingCode, _ deed: Deed) {
        self.name = name
        self.expected = expected
        self.deed = deed
    }
}

extension OrthancSabotage.IndexDeed {
    /// What of the index is left whole: SQLite's first page, so that it still looks like one.
    private static let headBytes: Int64 = 4_096

    /// Does it.
    ///
    /// - Parameter folder: the folder of the copy.
    /// - Throws: ``FileSystemError``.
    func spoil(_ folder: String) throws(FileSystemError) {
        switch self {
        case .remove:
            let index = try FileHandle.open(folder, O_RDONLY | O_DIRECTORY)
            for name in try index.names() {
                try index.remove(name: name)
            }
        case .garbage:
            // What a journal holds would be put in its place.
            let index = try FileHandle.open(folder, O_RDONLY | O_DIRECTORY)
            for name in try index.names() where name != Array("index".utf8) {
                try index.remove(name: name)
            }
            let file = try FileHandle.open("\(folder)/index", O_RDWR | O_NOFOLLOW)
            let size = Int64(clamping: try file.status().size)
            // Where all else was in the journal, its head says that there is nothing.
            var offset = size > Self.headBytes ? Self.headBytes : 0
            let end = max(size, Self.headBytes)
            let block = [UInt8](repeating: 0xA5, count: 64 << 10)
            while offset < end {
                let count = min(Int64(block.count), end - offset)
                try file.write(block[..<Int(count)], at: offset)
                offset += count
            }
        }
    }
}
