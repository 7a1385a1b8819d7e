import FileSystem
import Glibc
import Model
package import ObjectStore
import Synchronization

/// A store in a directory of this machine.
///
/// An object is written under `unfinished/`, made durable, and only then given its name, by a
/// rename that never overwrites; then its directory is made durable. So a name always stands for a
/// whole object, whatever moment the power went.
///
/// The directory is held open from the start: a disk that is unmounted meanwhile cannot be taken
/// for the empty directory beneath it.
package final class LocalStore: ObjectStore {
    /// The configured name and the directory.
    package let place: String
    /// Whether the file system is to let nobody change what is stored (chattr(1), `i`).
    package let isImmutable: Bool
    let root: FileHandle
    private let writes = Atomic(0)

    /// Uses the directory at `root`.
    ///
    /// - Parameters:
    ///   - name: the store's name in the configuration.
    ///   - root: an absolute path.
    ///   - isImmutable: whether objects get the flag that keeps them from being changed. Where that
    ///     cannot be they are stored all the same; ``FlaggedStore`` tells.
    /// - Throws: ``StoreError/unavailable(place:reason:hint:)`` if it is not a directory.
    package init(
        name: String,
        root: String,
        isImmutable: Bool = false
    ) throws(StoreError) {
        let place = LocalStore.place(named: name, root: root)
        self.place = place
        self.isImmutable = isImmutable
        do throws(FileSystemError) {
            self.root = try FileHandle.open(root, O_RDONLY | O_DIRECTORY)
        } catch {
            let hint =
                error.isMissing
                ? "mount it, or make it with `toride init`, then run this again" : error.hint
            throw .unavailable(
                place: place,
                reason: error.description,
                hint: hint
            )
        }
    }

    /// How such a store is called in findings, and in the catalog.
    package static func place(named name: String, root: String) -> String { "\(name) (\(root))" }

    // MARK: - Writing

    /// Writes and synchronizes a file of its own, names it without overwriting, and synchronizes
    /// the directory.
    package func put(_ bytes: [UInt8], at key: String) throws(StoreError) {
        if let present = try size(of: key) {
            guard present == bytes.count else {
                throw .exists(key: key, place: place)
            }
            // Whoever stored it may have died before it had the flag, or a name that lasts.
            if isImmutable {
                _ = try protect(key)
            }
            return try wrap("writing", key) { () throws(FileSystemError) in
                try openFolder(split(key).folder).synchronize()
            }
        }
        try wrap("writing", key) { () throws(FileSystemError) in try write(bytes, at: key) }
    }

    private func write(_ bytes: [UInt8], at key: String) throws(FileSystemError) {
        let (folder, name) = split(key)
        let directory = try openFolder(folder)
        let unfinished = try openFolder("unfinished")
        let number = writes.add(1, ordering: .relaxed).oldValue
        let temporary = Array("\(key.replacing("/", with: "-")).\(getpid()).\(number)".utf8)
        do throws(FileSystemError) {
            let file = try unfinished.open(
                name: temporary,
                O_WRONLY | O_CREAT | O_TRUNC,
                mode: 0o644
            )
            try file.write(bytes)
            try file.synchronize()
            if try !unfinished.rename(temporary, to: Array(name.utf8), in: directory) {
                // Someone stored it between our look and our rename; theirs stands.
                try unfinished.remove(name: temporary)
            } else if isImmutable {
                // Not sooner: what has the flag takes no other name.
                _ = try LocalStore.setFlag(of: file)
            }
        } catch {
            // The half-written file is of no use; that it cannot be removed changes nothing.
            _ = try? unfinished.remove(name: temporary)
            throw error
        }
        try directory.synchronize()
    }

    /// Opens a folder of the store and makes what is missing of it; "" is the store itself.
    func openFolder(_ folder: String) throws(FileSystemError) -> FileHandle {
        var directory = try root.open(beneath: [UInt8(ascii: ".")], O_RDONLY | O_DIRECTORY)
        for part in folder.split(separator: "/") {
            let name = Array(part.utf8)
            do throws(FileSystemError) {
                directory = try directory.open(name: name, O_RDONLY | O_DIRECTORY)
            } catch {
                guard error.isMissing else {
                    throw error
                }
                do throws(FileSystemError) {
                    try directory.makeDirectory(name: name, mode: 0o755)
                } catch {
                    // Another writer was faster.
                    guard error.code == EEXIST else {
                        throw error
                    }
                }
                try directory.synchronize()
                directory = try directory.open(name: name, O_RDONLY | O_DIRECTORY)
            }
        }
        return directory
    }

    // MARK: - Reading

    /// Reads a regular file whole; anything else under the key is an error.
    package func get(_ key: String, bytesMax: Int) throws(StoreError) -> [UInt8] {
        do throws(FileSystemError) {
            return try open(key).readAll(bytesMax: bytesMax)
        } catch {
            if error.code == EFBIG {
                throw .tooLarge(key: key, place: place, bytes: UInt64(bytesMax))
            }
            throw failed("reading", key, error)
        }
    }

    /// Reads a part of a regular file.
    package func get(_ key: String, range: Range<Int>) throws(StoreError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: range.count)
        var count = 0
        do throws(FileSystemError) {
            let file = try open(key)
            count = try file.readBlock(&bytes, at: Int64(range.lowerBound))
        } catch {
            throw failed("reading", key, error)
        }
        guard count == range.count else {
            throw .truncated(key: key, place: place)
        }
        return bytes
    }

    /// Reads a regular file in blocks of 256 KiB; the last is shorter, and may be empty.
    package func stream(
        _ key: String,
        _ body: (UnsafeRawBufferPointer) -> Void
    ) throws(StoreError) {
        do throws(FileSystemError) {
            let file = try open(key)
            _ = posix_fadvise(file.descriptor, 0, 0, POSIX_FADV_SEQUENTIAL)
            var block = [UInt8](repeating: 0, count: 256 << 10)
            while true {
                let count = try file.readBlock(&block)
                unsafe block.withUnsafeBytes {
                    unsafe body(UnsafeRawBufferPointer(rebasing: $0[..<count]))
                }
                if count < block.count {
                    return
                }
            }
        } catch {
            throw failed("reading", key, error)
        }
    }

    /// The size of a regular file; nil if there is no file.
    package func size(of key: String) throws(StoreError) -> UInt64? {
        do throws(FileSystemError) {
            return try open(key).status().size
        } catch {
            if error.isMissing {
                return nil
            }
            throw failed("looking at", key, error)
        }
    }

    /// Opens an object. What is no regular file is none: a FIFO would keep its reader for ever.
    func open(_ key: String) throws(FileSystemError) -> FileHandle {
        let file = try root.open(beneath: Array(key.utf8), O_RDONLY | O_NONBLOCK)
        guard try file.status().kind == .regular else {
            throw FileSystemError("open", key, code: EINVAL)
        }
        return file
    }

    /// The folder of a key, "" for the store itself, and the name in it.
    func split(_ key: String) -> (folder: String, name: String) {
        guard let slash = key.lastIndex(of: "/") else {
            return ("", key)
        }
        return (String(key[..<slash]), String(key[key.index(after: slash)...]))
    }

    private func wrap(
        _ operation: String,
        _ key: String,
        _ body: () throws(FileSystemError) -> Void
    ) throws(StoreError) {
        do throws(FileSystemError) {
            try body()
        } catch {
            throw .failed(
                operation: operation,
                key: key,
                place: place,
                reason: error.description,
                hint: error.hint
            )
        }
    }

    /// What a failed system call on an object means.
    func failed(
        _ operation: String,
        _ key: String,
        _ error: FileSystemError
    ) -> StoreError {
        if error.isMissing {
            return .missing(key: key, place: place)
        }
        return .failed(
            operation: operation,
            key: key,
            place: place,
            reason: error.description,
            hint: error.hint
        )
    }
}
