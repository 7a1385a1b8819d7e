import FileSystem
import Glibc
import HostState

/// `toride-verify` as it lies on this machine, to be put on a medium.
struct VerifierProgram {
    /// What it is called.
    static let name = "toride-verify"
    /// The largest that is read.
    static let bytesMax = 512 << 20
    private static let folders = ["/usr/bin", "/usr/local/bin"]

    /// The file.
    let bytes: [UInt8]
    /// Whether it needs nothing of the machine that it is run on.
    let isAlone: Bool

    /// The program beside the one that runs, or where it is installed: one that needs nothing else
    /// goes before one that does, the nearer before the farther.
    ///
    /// - Returns: nil if there is none.
    /// - Throws: ``FileSystemError`` if one cannot be read, or is too large for one.
    static func find() throws(FileSystemError) -> VerifierProgram? {
        var found: VerifierProgram?
        for folder in [ownFolder].compactMap(\.self) + folders {
            if let bytes = try SmallFile.read("\(folder)/\(name)", bytesMax: bytesMax) {
                let program = VerifierProgram(bytes)
                if program.isAlone {
                    return program
                }
                found = found ?? program
            }
        }
        return found
    }

    /// A program that was read.
    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        isAlone = VerifierProgram.isAlone(bytes)
    }

    /// Where the program lies that runs now.
    private static var ownFolder: String? {
        var target = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = unsafe readlink("/proc/self/exe", &target, target.count)
        guard count > 0 else {
            return nil
        }
        let path = String(decoding: target[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
        return path.lastIndex(of: "/").map { String(path[..<$0]) }
    }

    /// Whether a program for 64-bit Linux names no interpreter, which would load libraries for it:
    /// it has no program header of the type PT_INTERP (System V gABI, chapter 5; the sizes of the
    /// headers are in chapter 4).
    static func isAlone(_ file: [UInt8]) -> Bool {
        func number(at offset: Int, bytes count: Int) -> Int? {
            guard offset >= 0, offset <= file.count - count else {
                return nil
            }
            let value = file[offset..<offset + count].reversed()
                .reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            return Int(exactly: value)
        }
        // 64 bits, low byte first.
        guard file.starts(with: [0x7f, 0x45, 0x4c, 0x46, 2, 1]),
            let table = number(at: 32, bytes: 8), table <= file.count,
            let size = number(at: 54, bytes: 2), let count = number(at: 56, bytes: 2)
        else {
            return false
        }
        let interpreter = 3
        let types = (0..<count).map { number(at: table + $0 * size, bytes: 4) }
        return count > 0 && !types.contains(nil) && !types.contains(interpreter)
    }
}
