import FileSystem
import Glibc
import HostState
import Model
import Opening
import Primitives

/// Reads identity files straight into locked memory.
enum IdentityFile {
    private static let bytesMax = 64 << 10

    /// Reads the identities in the file at `path`.
    static func read(_ path: String) throws -> AgeIdentities {
        let file = try FileHandle.open(path, O_RDONLY)
        guard let bytes = try SecretBytes.read(from: file.descriptor, bytesMax: bytesMax) else {
            throw HostStateError.damaged(path)
        }
        guard AgeIdentities.isSealed(bytes) else {
            return try AgeIdentities(file: bytes)
        }
        return try AgeIdentities(file: bytes, passphrase: try Passphrase.ask(for: path))
    }
}

/// A passphrase that a person types, without its echo and never outside locked memory.
enum Passphrase {
    /// Asks on the terminal.
    static func ask(for path: String) throws -> SecretBytes {
        let terminal = try FileHandle.open("/dev/tty", O_RDWR)
        try terminal.write(Array("\(path): passphrase: ".utf8))
        var settings = termios()
        _ = unsafe tcgetattr(terminal.descriptor, &settings)
        let shown = settings
        settings.c_lflag &= ~tcflag_t(ECHO)
        _ = unsafe tcsetattr(terminal.descriptor, TCSAFLUSH, &settings)
        defer {
            var shown = shown
            _ = unsafe tcsetattr(terminal.descriptor, TCSAFLUSH, &shown)
        }
        return try readLine(terminal)
    }

    private static func readLine(_ terminal: borrowing FileHandle) throws -> SecretBytes {
        var count = 0
        let descriptor = terminal.descriptor
        let line = unsafe try SecretBytes(count: 1_024) { buffer in
            while count < buffer.count,
                unsafe Glibc.read(descriptor, buffer.baseAddress?.advanced(by: count), 1) == 1,
                unsafe buffer[count] != UInt8(ascii: "\n")
            {
                count += 1
            }
        }
        return try line.slice(0..<count)
    }
}
