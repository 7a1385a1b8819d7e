import Clinical
import FileSystem
import Glibc
import HostState
import Model
import Primitives

/// Writes the memory of what clinical files said; see ``FactsMemory``.
struct FactsRecorder: ~Copyable {
    private let file: FileHandle
    private let digest = SHA256()

    /// Begins the memory of the run that began at `started`.
    init(_ place: FactsMemory.Place, started: Timestamp) throws {
        let head = FactsMemory.head(place, started: started)
        file = try HostStateError.keeping { () throws(FileSystemError) in
            let file = try FileHandle.open(place.newPath, O_WRONLY | O_CREAT | O_TRUNC)
            try file.write(head)
            return file
        }
        digest.update(head)
    }

    /// Appends facts that ``FactsWriter`` has written, each after its length.
    func write(_ bytes: [UInt8]) throws {
        digest.update(bytes)
        try HostStateError.keeping { () throws(FileSystemError) in try file.write(bytes) }
    }

    /// Ends the memory.
    func finish() throws {
        let digest = digest.finish().bytes
        try HostStateError.keeping { () throws(FileSystemError) in
            try file.write(digest)
            try file.synchronize()
        }
    }
}
