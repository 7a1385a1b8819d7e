import CSystem
import Glibc

/// An open file or directory; closed when it goes.
package struct FileHandle: ~Copyable, Sendable {
    /// The descriptor; lent, not given.
    package let descriptor: Int32
    /// For error messages.
    package let path: String

    /// Owns `descriptor` from now on.
    package init(owning descriptor: Int32, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    /// Opens a path from the working directory.
    ///
    /// - Parameters:
    ///   - path: where.
    ///   - flags: of open(2); O_CLOEXEC is added.
    ///   - mode: for a file that is created.
    /// - Returns: the handle, which closes it at the end of its life.
    /// - Throws: ``FileSystemError`` with the path as it was given.
    package static func open(
        _ path: String,
        _ flags: Int32,
        mode: UInt32 = 0o600
    ) throws(FileSystemError) -> FileHandle {
        let descriptor = retrying {
            unsafe csystem_openat(AT_FDCWD, path, flags | O_CLOEXEC, mode)
        }
        guard descriptor >= 0 else {
            throw .last("open", path)
        }
        return FileHandle(owning: descriptor, path: path)
    }

    /// Opens one name in this directory; never follows a symbolic link at the end.
    ///
    /// - Parameters:
    ///   - name: one part of a path, as bytes without a zero.
    ///   - flags: of open(2); O_CLOEXEC and O_NOFOLLOW are added.
    ///   - mode: for a file that is created.
    /// - Returns: the handle, which closes it at the end of its life.
    /// - Throws: ``FileSystemError``; of a symbolic link, with ELOOP.
    package borrowing func open(
        name: [UInt8],
        _ flags: Int32,
        mode: UInt32 = 0o600
    ) throws(FileSystemError) -> FileHandle {
        let directory = descriptor
        let opened = unsafe name.withCPath { name in
            retrying {
                unsafe csystem_openat(directory, name, flags | O_CLOEXEC | O_NOFOLLOW, mode)
            }
        }
        guard opened >= 0 else {
            throw .last("open", fullPath(name))
        }
        return FileHandle(owning: opened, path: fullPath(name))
    }

    /// The path of a name in this directory, for a message.
    package borrowing func fullPath(_ name: [UInt8]) -> String {
        path + "/" + String(decoding: name, as: UTF8.self)
    }

    /// Reads up to a whole buffer; less only at the end of the file.
    ///
    /// - Parameters:
    ///   - buffer: is filled from its start.
    ///   - offset: where in the file; nil to read on from where the file stands.
    /// - Returns: how many bytes; below `buffer.count` only where the file ends.
    /// - Throws: ``FileSystemError``; what was read by then is lost.
    package borrowing func read(
        into buffer: UnsafeMutableRawBufferPointer,
        at offset: Int64? = nil
    ) throws(FileSystemError) -> Int {
        var filled = 0
        while filled < buffer.count {
            let target = unsafe buffer.baseAddress?.advanced(by: filled)
            let count =
                if let offset {
                    unsafe pread(descriptor, target, buffer.count - filled, Int(offset) + filled)
                } else {
                    unsafe Glibc.read(descriptor, target, buffer.count - filled)
                }
            if count < 0, errno == EINTR {
                continue
            }
            guard count >= 0 else {
                throw .last("read", path)
            }
            if count == 0 {
                break
            }
            filled += count
        }
        return filled
    }

    /// Reads the whole rest, which must be at most `bytesMax` bytes.
    package borrowing func readAll(bytesMax: Int) throws(FileSystemError) -> [UInt8] {
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = try readBlock(&block)
            bytes.append(contentsOf: block[..<count])
            guard bytes.count <= bytesMax else {
                throw FileSystemError("read", path, code: EFBIG)
            }
            if count < block.count {
                return bytes
            }
        }
    }

    /// Reads into the beginning of an array, at most `bytesMax` bytes; see ``read(into:at:)``.
    package borrowing func readBlock(
        _ block: inout [UInt8],
        bytesMax: Int = .max,
        at offset: Int64? = nil
    ) throws(FileSystemError) -> Int {
        var result: Result<Int, FileSystemError> = .success(0)
        unsafe block.withUnsafeMutableBytes { buffer in
            do throws(FileSystemError) {
                let part = unsafe buffer[..<min(bytesMax, buffer.count)]
                result = .success(
                    unsafe try read(
                        into: UnsafeMutableRawBufferPointer(rebasing: part),
                        at: offset
                    )
                )
            } catch {
                result = .failure(error)
            }
        }
        return try result.get()
    }

    /// Writes all of `bytes`, at `offset` or from where the file stands.
    package borrowing func write(
        _ bytes: UnsafeRawBufferPointer,
        at offset: Int64? = nil
    ) throws(FileSystemError) {
        var done = 0
        while done < bytes.count {
            let source = unsafe bytes.baseAddress?.advanced(by: done)
            let count =
                if let offset {
                    unsafe pwrite(descriptor, source, bytes.count - done, Int(offset) + done)
                } else {
                    unsafe Glibc.write(descriptor, source, bytes.count - done)
                }
            if count < 0, errno == EINTR {
                continue
            }
            guard count > 0 else {
                throw count == 0
                    ? FileSystemError("write", path, code: EIO) : .last("write", path)
            }
            done += count
        }
    }

    /// Writes all of `bytes` from where the file stands.
    package borrowing func write(_ bytes: [UInt8]) throws(FileSystemError) {
        var failure: FileSystemError?
        unsafe bytes.withUnsafeBytes { buffer in
            do throws(FileSystemError) {
                unsafe try write(buffer)
            } catch {
                failure = error
            }
        }
        if let failure {
            throw failure
        }
    }

    /// Writes `bytes` at `offset`.
    package borrowing func write(
        _ bytes: ArraySlice<UInt8>,
        at offset: Int64
    ) throws(FileSystemError) {
        var failure: FileSystemError?
        unsafe bytes.withUnsafeBytes { buffer in
            do throws(FileSystemError) {
                unsafe try write(buffer, at: offset)
            } catch {
                failure = error
            }
        }
        if let failure {
            throw failure
        }
    }

    /// Lets the disk begin with bytes that were written, so that who makes them durable later finds
    /// them done. Of pages, for the rest of the last one is likely to be written yet.
    ///
    /// - Throws: ``FileSystemError`` if there is no place for them; what the disk says later is
    ///   told when they are made durable.
    package borrowing func startWriting(_ range: Range<UInt64>) throws(FileSystemError) {
        let page: UInt64 = 4_096
        let (start, end) = (range.lowerBound / page * page, range.upperBound / page * page)
        // A count of 0 would mean all to the end of the file.
        guard start < end, csystem_start_writing(descriptor, Int64(start), Int64(end - start)) != 0
        else {
            return
        }
        let code = errno
        // Where it cannot be asked for, nothing is wrong with what was written.
        guard [ESPIPE, EINVAL, ENOSYS, EOPNOTSUPP].contains(code) else {
            throw FileSystemError("sync_file_range", path, code: code)
        }
    }

    /// Makes all of the file system durable that this lies on.
    package borrowing func synchronizeFileSystem() throws(FileSystemError) {
        guard csystem_syncfs(descriptor) == 0 else {
            throw .last("syncfs", path)
        }
    }

    /// Makes what was written durable.
    package borrowing func synchronize() throws(FileSystemError) {
        // EINVAL: something that cannot be synchronized, such as a pipe.
        guard fsync(descriptor) == 0 || errno == EINVAL else {
            throw .last("fsync", path)
        }
    }

    deinit {
        close(descriptor)
    }
}

/// Repeats a system call that a signal interrupted.
package func retrying(_ call: () -> Int32) -> Int32 {
    while true {
        let result = call()
        if result >= 0 || errno != EINTR {
            return result
        }
    }
}

extension [UInt8] {
    /// Lends the bytes as a C string. They must hold no zero byte, as names from the kernel do not.
    package func withCPath<R>(_ body: (UnsafePointer<CChar>) -> R) -> R {
        // On the stack where it is short: a walk asks this for every name.
        unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: count + 1) { text in
            guard let base = text.baseAddress else {
                preconditionFailure("a C string has at least its zero")
            }
            unsafe withUnsafeBytes { bytes in
                unsafe UnsafeMutableRawBufferPointer(text).copyMemory(from: bytes)
            }
            unsafe base[count] = 0
            return unsafe UnsafeRawPointer(base).withMemoryRebound(
                to: CChar.self,
                capacity: count + 1
            ) { unsafe body($0) }
        }
    }
}
