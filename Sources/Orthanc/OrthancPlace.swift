import FileSystem
import Format
import Glibc
import Processes

/// The folder of one running Orthanc: its configuration, its index, its socket and its log.
struct OrthancPlace {
    /// Where it may write.
    let folder: String
    /// What it serves.
    let storage: String

    /// Whether what it serves lies in its own folder.
    var isInside: Bool { Sandbox.isBeneath(storage, folder) }
    /// The folder of its copy of the index.
    var index: String { "\(folder)/index" }
    /// Orthanc's configuration file.
    var configuration: String { "\(folder)/orthanc.json" }
    private var socket: String { "\(folder)/http" }
    private var log: String { "\(folder)/log" }

    /// In a network namespace of its own every port is free.
    private static let port: Int64 = 8_042

    /// Writes the configuration: nothing but the interface for programs, to this machine alone, and
    /// nothing that would change or drop what is stored.
    /// - SeeAlso: Orthanc Book, "Configuration options".
    func writeConfiguration() throws(FileSystemError) {
        let json = JSONValue.object([
            "AuthenticationEnabled": .bool(false),
            "DicomServerEnabled": .bool(false),
            "HttpPort": .integer(Self.port),
            "IndexDirectory": .string(index),
            "KeepAlive": .bool(true),
            "MaximumPatientCount": .integer(0),
            "MaximumStorageSize": .integer(0),
            "Plugins": .array([]),
            "RemoteAccessAllowed": .bool(false),
            "SaveJobs": .bool(false),
            "StorageDirectory": .string(storage),
            "StoreMD5ForAttachments": .bool(true),
        ])
        let file = try FileHandle.open(configuration, O_WRONLY | O_CREAT | O_EXCL)
        try file.write(json.canonical)
    }

    /// Runs Orthanc, and beside it what hands on from a socket in the folder: the sandbox has no
    /// network that would lead to it. The log goes to a file, for a pipe that nobody reads would
    /// stop the server.
    var command: Command {
        let script = #"""
            socat UNIX-LISTEN:"$1",fork,mode=600 TCP4:127.0.0.1:"$2" >/dev/null 2>&1 &
            Orthanc "$3" >/dev/null 2>"$4"
            """#
        return Command(
            "/bin/sh",
            ["-c", script, "orthanc", socket, "\(Self.port)", configuration, log]
        )
    }

    /// What asks the server; nil as long as it has no socket.
    ///
    /// Whoever has taken the server over may put a link to some socket of this machine in the place
    /// of its own: what is connected to is what was looked at, and no link.
    ///
    /// - Throws: ``OrthancError``.
    func client(
        isStopping: @escaping @Sendable () -> Bool
    ) throws(OrthancError) -> OrthancClient? {
        guard let socket = try openSocket() else {
            return nil
        }
        return try OrthancClient(socket, isStopping: isStopping)
    }

    private func openSocket() throws(OrthancError) -> FileHandle? {
        do throws(FileSystemError) {
            let handle = try FileHandle.pointing(to: socket)
            guard try handle.status().kind == .socket else {
                throw FileSystemError("connect", socket, code: ENOTSOCK)
            }
            return handle
        } catch {
            guard error.isMissing else {
                throw .file(error)
            }
            return nil
        }
    }

    /// The last error of the log, `E1130 12:00:00.000000 main.cpp:1] text`; empty if there is none.
    var lastError: String {
        let lines = String(decoding: (try? logTail()) ?? [], as: UTF8.self).split(separator: "\n")
        let last = lines.last { $0.hasPrefix("E") }
        let text = last?.split(separator: "]", maxSplits: 1).last ?? ""
        return String(text.drop { $0 == " " }.prefix(200))
    }

    private func logTail() throws(FileSystemError) -> ArraySlice<UInt8> {
        // The server may put anything there: opening a fifo would wait for ever.
        let file = try FileHandle.open(log, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
        var tail = [UInt8](repeating: 0, count: 16 << 10)
        let size = Int64(clamping: try file.status().size)
        let count = try file.readBlock(&tail, at: size - min(size, Int64(tail.count)))
        return tail[..<count]
    }
}
