import FileSystem
import Format
import HostState

/// The folder `medium` at the top of a medium: what it carries so that it is known, and so that
/// anyone can check it (FORMAT.md §3.1).
struct MediumFolder {
    /// How `toride-verify` came to a medium.
    typealias Program = MediaJob.Program

    private let path: String

    /// The folder of what is mounted at `root`.
    init(at root: String) {
        path = "\(root)/medium"
    }

    /// Writes all of it; the name comes last, so that what was cut short is no medium yet.
    ///
    /// - Parameters:
    ///   - document: its name.
    ///   - signers: whom this host believes.
    /// - Returns: whether the program is there.
    /// - Throws: ``FileSystemError``.
    func write(
        _ document: MediumDocument,
        signers: SignerFile
    ) throws(FileSystemError) -> Program {
        try FolderTree.make(path, mode: 0o755)
        let program = try VerifierProgram.find()
        if let program {
            try SmallFile.write(program.bytes, to: "\(path)/\(VerifierProgram.name)", mode: 0o755)
        }
        try SmallFile.write(
            Array(MediumInstructions.text(document).utf8),
            to: "\(path)/README.txt",
            mode: 0o644
        )
        try write(signers)
        try SmallFile.write(
            document.encoded,
            to: "\(path)/\(MediumDocument.fileName)",
            mode: 0o644
        )
        // The folder's own name has to be durable too.
        try SmallFile.synchronizeFolder(of: path)
        guard let program else {
            return .missing
        }
        return program.isAlone ? .alone : .needsLibraries
    }

    /// Writes whom this host believes, if that has changed.
    func write(_ signers: SignerFile) throws(FileSystemError) {
        let file = "\(path)/signers.txt"
        guard try SmallFile.read(file, bytesMax: SignerFile.bytesMax) != signers.encoded else {
            return
        }
        try SmallFile.write(signers.encoded, to: file, mode: 0o644)
    }
}
