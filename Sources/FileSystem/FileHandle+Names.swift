import CSystem
import Glibc

extension FileHandle {
    private static let blockBytes = 32 << 10

    /// The names in this directory except `.` and `..`, in byte order, each once: a directory that
    /// is changed meanwhile, or a file server, may give one twice.
    ///
    /// - Parameters:
    ///   - max: how many names may be there.
    ///   - isFresh: whether nobody listed it since it was opened.
    /// - Returns: the names.
    /// - Throws: ``FileSystemError``; with EOVERFLOW if there are more than `max`.
    package borrowing func names(
        max: Int = .max,
        isFresh: Bool = false
    ) throws(FileSystemError) -> [[UInt8]] {
        guard isFresh || lseek(descriptor, 0, SEEK_SET) == 0 else {
            throw .last("lseek", path)
        }
        var names: [[UInt8]] = []
        let directory = descriptor
        let failed: Int32 = unsafe withUnsafeTemporaryAllocation(
            byteCount: Self.blockBytes,
            alignment: 8
        ) { block in
            while true {
                let count = unsafe csystem_getdents(directory, block.baseAddress, block.count)
                guard count > 0 else {
                    return count < 0 ? errno : 0
                }
                unsafe names.append(entries: UnsafeRawBufferPointer(rebasing: block[..<count]))
                guard names.count <= max else {
                    return EOVERFLOW
                }
            }
        }
        guard failed == 0 else {
            throw FileSystemError("readdir", path, code: failed)
        }
        names.sort { $0.lexicographicallyPrecedes($1) }
        let isUnique = zip(names, names.dropFirst()).allSatisfy { $0 != $1 }
        return isUnique
            ? names : names.reduce(into: []) { if $0.last != $1 { $0.append($1) } }
    }
}

extension [[UInt8]] {
    /// Appends the names in a block of getdents64(2): entries one behind the other, each with its
    /// own length (2 bytes), its name with a zero at the end.
    fileprivate mutating func append(entries block: UnsafeRawBufferPointer) {
        var start = 0
        while start < block.count {
            let length = unsafe block.loadUnaligned(
                fromByteOffset: start + Int(csystem_entry_length),
                as: UInt16.self
            )
            let end = start + Int(length)
            let field = unsafe block[(start + Int(csystem_entry_name))..<end]
            let name = unsafe [UInt8](field.prefix { $0 != 0 })
            if name != [UInt8(ascii: ".")], name != [UInt8(ascii: "."), UInt8(ascii: ".")] {
                append(name)
            }
            start = end
        }
    }
}
