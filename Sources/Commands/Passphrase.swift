import FileSystem
import Glibc
import HostState
import Primitives

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
