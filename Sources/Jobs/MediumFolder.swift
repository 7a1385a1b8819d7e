import FileSystem
import Format
import Glibc
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
        try checkIsFolder()
        let program = try VerifierProgram.find()
        if let program {
            try write(program)
        }
        try writeInstructions(document)
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

    /// Writes whom this host believes now; before that the program of this host and what is said
    /// of it, if the one that lies there is another: an older one may not know each word of the
    /// signers. One that needs nothing else stays where this host has none such.
    ///
    /// - Parameters:
    ///   - document: the medium's name.
    ///   - signers: whom this host believes.
    /// - Throws: ``FileSystemError``.
    func renew(_ document: MediumDocument, signers: SignerFile) throws(FileSystemError) {
        try checkIsFolder()
        if let program = try VerifierProgram.find(), isToReplace(with: program) {
            try write(program)
            try writeInstructions(document)
        }
        try write(signers)
    }

    /// Whoever made what is mounted may have made the folder a link to one of this host's.
    private func checkIsFolder() throws(FileSystemError) {
        _ = try FileHandle.open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
    }

    private var programPath: String { "\(path)/\(VerifierProgram.name)" }

    private func isToReplace(with program: VerifierProgram) -> Bool {
        // What cannot be read there nobody can run.
        guard let there = try? VerifierProgram(at: programPath) else {
            return true
        }
        return there.bytes != program.bytes && (program.isAlone || !there.isAlone)
    }

    private func write(_ program: VerifierProgram) throws(FileSystemError) {
        try SmallFile.write(program.bytes, to: programPath, mode: 0o755)
    }

    private func writeInstructions(_ document: MediumDocument) throws(FileSystemError) {
        let text = Array(MediumInstructions.text(document).utf8)
        try SmallFile.write(text, to: "\(path)/README.txt", mode: 0o644)
    }

    /// Writes whom this host believes, if that has changed.
    private func write(_ signers: SignerFile) throws(FileSystemError) {
        let file = "\(path)/signers.txt"
        guard try SmallFile.read(file, bytesMax: SignerFile.bytesMax) != signers.encoded else {
            return
        }
        try SmallFile.write(signers.encoded, to: file, mode: 0o644)
    }
}
