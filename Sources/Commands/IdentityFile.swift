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
    ///
    /// - Parameters:
    ///   - path: where.
    ///   - terminal: is told if other users of the machine may read the file too.
    /// - Returns: the identities; of a sealed file, after its passphrase was asked for.
    /// - Throws: ``AboutError`` that names the file.
    static func read(_ path: String, _ terminal: Terminal) throws -> AgeIdentities {
        let file = try FileHandle.open(path, O_RDONLY)
        do {
            if try file.status().mode & 0o077 != 0 {
                terminal.remark(
                    terminal.words(
                        "注意: \(path) は他の利用者も読めます。chmod 600 で閉じてください。",
                        "note: \(path): other users may read it; close it with chmod 600"
                    )
                )
            }
            return try identities(in: file)
        } catch let error as any ToldError where !(error is FileSystemError) {
            throw AboutError(subject: path, error: error)
        }
    }

    private static func identities(in file: borrowing FileHandle) throws -> AgeIdentities {
        guard let bytes = try SecretBytes.read(from: file.descriptor, bytesMax: bytesMax) else {
            throw OpeningError.noIdentity
        }
        guard AgeIdentities.isSealed(bytes) else {
            return try AgeIdentities(file: bytes)
        }
        return try AgeIdentities(file: bytes, passphrase: try Passphrase.ask(for: file.path))
    }
}

/// A passphrase that a person types, without its echo and never outside locked memory.
enum Passphrase {
    /// Asks on the terminal.
    static func ask(for path: String) throws -> SecretBytes {
        let terminal = try openTerminal()
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

    private static func openTerminal() throws -> FileHandle {
        do {
            return try FileHandle.open("/dev/tty", O_RDWR)
        } catch {
            throw HostStateError.missing(
                "a terminal to ask for the passphrase",
                hint: "run this on a terminal"
            )
        }
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
