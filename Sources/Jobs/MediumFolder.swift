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
    /// signers. One that needs nothing else stays where this host has none such, and any stays
    /// where there is no room for another.
    ///
    /// - Parameters:
    ///   - document: the medium's name.
    ///   - signers: whom this host believes.
    ///   - program: the program of this host; nil if it has none.
    /// - Throws: ``FileSystemError``.
    func renew(
        _ document: MediumDocument,
        signers: SignerFile,
        program: VerifierProgram?
    ) throws(FileSystemError) {
        try checkIsFolder()
        if let program, isToReplace(with: program) {
            do throws(FileSystemError) {
                try write(program)
                try writeInstructions(document)
            } catch {
                // A full medium is a good one: who is believed takes no room to speak of.
                guard [ENOSPC, EDQUOT].contains(error.code) else {
                    throw error
                }
            }
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
        let read = try? SmallFile.readForeign(programPath, bytesMax: VerifierProgram.bytesMax)
        guard let bytes = read else {
            return true
        }
        let there = VerifierProgram(bytes)
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
        // What cannot be read there is written over.
        let there = try? SmallFile.readForeign(file, bytesMax: SignerFile.bytesMax)
        guard there != signers.encoded else {
            return
        }
        try SmallFile.write(signers.encoded, to: file, mode: 0o644)
    }
}
