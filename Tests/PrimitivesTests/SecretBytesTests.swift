import Foundation
import Primitives
import Testing

@Suite struct SecretBytesTests {
    @Test(arguments: [0, 1, 31, 4_096, 4_097, 1 << 20])
    func `holds any number of bytes, none included`(count: Int) throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let secret = try secret(bytes)
        #expect(secret.count == count)
        #expect(revealed(secret) == bytes)
    }

    @Test func `cuts, frames and compares`() throws {
        let whole = try secret(0..<10)
        #expect(revealed(try whole.slice(2..<5)) == [2, 3, 4])
        #expect(revealed(try whole.slice(4..<4)) == [])
        #expect(
            revealed(try whole.slice(8..<10).framed(head: [1], tail: [2, 3])) == [1, 8, 9, 2, 3]
        )
        #expect(revealed(try whole.slice(8..<10).framed(head: [])) == [8, 9])
        #expect(whole.matches(try secret(0..<10)))
        #expect(!whole.matches(try secret(0..<9)), "shorter")
        for index in 0..<10 {
            var other = Array<UInt8>(0..<10)
            other[index] ^= 0x80
            #expect(!whole.matches(try secret(other)))
        }
    }

    @Test func `two random secrets differ`() throws {
        let one = try SecretBytes.random(count: 32)
        #expect(!one.matches(try SecretBytes.random(count: 32)))
    }

    @Test func `is zeroed before its memory is given back`() throws {
        // A file mapped over the secret's own memory shows what its bytes were when it went.
        let file = try TemporaryFile()
        let marked = [UInt8](repeating: 0xa5, count: 4_096)
        do {
            let secret = unsafe try SecretBytes(count: 4_096) { memory in
                unsafe file.map(over: memory)
                unsafe memory.copyBytes(from: marked)
            }
            #expect(try file.contents() == marked, "the file does show them")
            #expect(secret.count == 4_096)
        }
        #expect(try file.contents() == [UInt8](repeating: 0, count: 4_096))
    }

    @Test func `is zeroed when its filling fails`() throws {
        let file = try TemporaryFile()
        #expect(throws: CryptoError.lowOrderPoint) {
            _ = unsafe try SecretBytes(count: 4_096) { (memory) throws(CryptoError) in
                unsafe file.map(over: memory)
                unsafe memory.copyBytes(from: [UInt8](repeating: 0xa5, count: 4_096))
                throw .lowOrderPoint
            }
        }
        #expect(try file.contents() == [UInt8](repeating: 0, count: 4_096))
    }

    @Test func `lies in memory that is locked, not dumped, and not given to children`() throws {
        let secret = try secret([UInt8](repeating: 1, count: 100))
        let address = unsafe secret.withUnsafeBytes { Int(bitPattern: $0.baseAddress) }
        let smaps = memoryMap()
        // The kernel may show neighbouring secrets as one mapping.
        let mapping = try #require(
            smaps.split(separator: "\n").drop { !isRange(of: address, $0) }
                .first { $0.hasPrefix("VmFlags:") }
        )
        // proc_pid_smaps(5): locked, do not dump, wipe on fork.
        let flags = mapping.split(separator: " ")
        #expect(flags.contains("lo") && flags.contains("dd") && flags.contains("wf"))
        #expect(secret.count == 100)
    }

    /// All of /proc/self/smaps; Foundation takes a short read for its end.
    private func memoryMap() -> String {
        let descriptor = unsafe open("/proc/self/smaps", O_RDONLY)
        defer { close(descriptor) }
        var text: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = unsafe read(descriptor, &block, block.count)
            guard count > 0 else {
                return String(decoding: text, as: UTF8.self)
            }
            text += block[..<count]
        }
    }

    /// Whether a line of /proc/self/smaps begins a mapping that holds `address`.
    private func isRange(of address: Int, _ line: Substring) -> Bool {
        let bounds = line.prefix { $0 != " " }.split(separator: "-")
            .compactMap { Int($0, radix: 16) }
        return bounds.count == 2 && bounds[0] <= address && address < bounds[1]
    }

    @Test(arguments: [0, 1, 100, 101])
    func `a file is read whole or not at all`(count: Int) throws {
        let file = try TemporaryFile()
        let written = try secret([UInt8](repeating: 3, count: count))
        #expect(written.write(to: file.descriptor) == 0)
        file.rewind()
        let isRead: Bool
        if let read = try SecretBytes.read(from: file.descriptor, bytesMax: 100) {
            isRead = true
            let isSame = read.matches(written)
            #expect(isSame)
        } else {
            isRead = false
        }
        #expect(isRead == (1...100).contains(count))
    }

    @Test func `what cannot be written is told`() throws {
        let secret = try secret([1])
        #expect(secret.write(to: -1) == EBADF)
        let full = unsafe open("/dev/full", O_WRONLY)
        defer { close(full) }
        #expect(secret.write(to: full) == ENOSPC)
    }
}

/// A file without a name.
private final class TemporaryFile {
    let descriptor: Int32

    init() throws {
        let folder = FileManager.default.temporaryDirectory
        var path = Array(folder.appending(path: "secret-XXXXXX").path.utf8CString)
        descriptor = unsafe mkstemp(&path)
        try #require(descriptor >= 0)
        unsafe unlink(&path)
    }

    func map(over memory: UnsafeMutableRawBufferPointer) {
        let isLong = ftruncate(descriptor, memory.count) == 0
        let flags = MAP_SHARED | MAP_FIXED
        let mapping = unsafe mmap(
            memory.baseAddress,
            memory.count,
            PROT_READ | PROT_WRITE,
            flags,
            descriptor,
            0
        )
        unsafe precondition(isLong && mapping == memory.baseAddress)
    }

    func rewind() {
        lseek(descriptor, 0, SEEK_SET)
    }

    func contents() throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0xff, count: 8_192)
        let count = unsafe pread(descriptor, &bytes, bytes.count, 0)
        try #require(count >= 0)
        return Array(bytes[..<count])
    }

    deinit {
        close(descriptor)
    }
}
