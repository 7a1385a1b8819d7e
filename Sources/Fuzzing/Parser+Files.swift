import FileSystem
import Format
import Glibc
import HostState
import PostgreSQL
import TestSupport

extension Parser {
    /// What a host keeps of its own, on a disk that may be bad.
    static let hostFiles = [
        Parser(
            "host-state",
            judging: { bytes in
                try withTemporaryFolder(inMemory: true) { try hostState(bytes, in: $0) }
            }
        )
    ]

    /// which file (1) ‖ its bytes
    private static func hostState(_ bytes: [UInt8], in folder: String) throws -> Outcome {
        let files = ["journal", "head", "id", "damaged", "../../host.pub"]
        guard let which = bytes.first.map(Int.init), which < files.count else {
            return .refused
        }
        let state = HostState(path: folder)
        let set = state.folder(of: "set")
        try FolderTree.make(set, mode: 0o700)
        try write(Array(bytes.dropFirst()), to: "\(set)/\(files[which])")
        switch which {
        case 0:
            let leftover = try Journal.leftover(folder: set)
            return (!leftover.keys.isEmpty || !leftover.indexes.isEmpty).outcome
        case 1: return (try state.head(of: "set") != nil).outcome
        case 2: return (try state.id(of: "set") != nil).outcome
        case 3: return (try !state.damaged(of: "set").isEmpty).outcome
        default: return (try state.verifyingKey() != nil).outcome
        }
    }

    /// What comes out of a database, or pretends to.
    static let database = [
        Parser("dump-archive", judging: { try dump($0) }),
        // The statements of one entry of an archive; refused if they could do more than restore.
        Parser("dump-statements", judging: { try dump(archive(definition: $0)) }),
        Parser(
            "roles-script",
            judging: { bytes in
                _ = RolesScript(bytes)
                return .taken
            }
        ),
        Parser(
            "witness",
            writing: { bytes in
                let witness = try Witness(canonical: bytes)
                _ = WitnessComparison.compare(source: witness, restored: witness)
                return witness.json.canonical
            }
        ),
    ]

    private static func dump(_ bytes: [UInt8]) throws -> Outcome {
        try withTemporaryFolder(inMemory: true) { folder in
            let path = "\(folder)/dump"
            try write(bytes, to: path)
            _ = try DumpRoles(archiveAt: path)
            return try DumpScanner.scan(archiveAt: path).isEmpty.outcome
        }
    }

    /// An archive of version 1.16 with one entry; see `DumpArchive` for its form.
    private static func archive(definition: [UInt8]) -> [UInt8] {
        func integer(_ value: Int) -> [UInt8] {
            var bytes: [UInt8] = [0]
            bytes.append(fixed: UInt32(value))
            return bytes
        }
        func string(_ bytes: [UInt8]) -> [UInt8] { integer(bytes.count) + bytes }
        let empty = string([])
        var bytes = Array("PGDMP".utf8) + [1, 16, 0, 4, 8, 1, 0]
        bytes += (0..<7).flatMap { _ in integer(0) }
        bytes += empty + string(Array("17.0".utf8)) + empty + integer(1)
        bytes += integer(1) + integer(0) + empty + empty + string(Array("f".utf8))
        bytes += string(Array("FUNCTION".utf8)) + integer(2) + string(definition) + empty + empty
        bytes += string(Array("public".utf8)) + empty + empty + integer(0)
        bytes += string(Array("owner".utf8)) + empty
        // No dependencies, and no data.
        return bytes + [1] + [1, 0, 0, 0] + [UInt8](repeating: 0, count: 9)
    }

    private static func write(_ bytes: [UInt8], to path: String) throws {
        try FileHandle.open(path, O_WRONLY | O_CREAT).write(bytes)
    }
}
