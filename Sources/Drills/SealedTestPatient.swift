import Clinical
import FileSystem
import Format
import Glibc
import Repository

/// The test patient of whom a snapshot's canary speaks, looked for in what was restored.
struct SealedTestPatient {
    /// A current message of his that came back.
    struct Message {
        /// Its name in the folder of his messages.
        let name: [UInt8]
        /// Its control id; nil if it is no message.
        let control: String?
    }

    /// Who he is.
    let patient: SSMIX2TestPatient
    /// Where his messages lie, in the snapshot.
    let folder: [UInt8]
    /// The canary's bytes.
    let canary: [UInt8]
    /// The control id that binds a message to them.
    let control: String

    /// Takes what a canary says.
    ///
    /// - Parameters:
    ///   - named: the patient, as the canary names him.
    ///   - canary: the canary's bytes.
    /// - Throws: ``FormatError`` if his number is none that a patient can have.
    init(_ named: CanaryDocument.TestPatient, in canary: [UInt8]) throws(FormatError) {
        guard let patient = SSMIX2TestPatient(named.id) else {
            throw .invalid("a canary's patient: id is no patient's number")
        }
        self.patient = patient
        self.canary = canary
        folder = RecordPath.joined(Array(named.store.utf8), patient.path)
        control = SSMIX2TestPatient.control(of: canary)
    }

    /// His current messages: one, where all is well.
    ///
    /// - Parameter target: the folder that the snapshot was restored into.
    /// - Returns: none if there is no such folder.
    /// - Throws: ``FileSystemError`` if it cannot be looked at.
    func messages(restoredTo target: String) throws(FileSystemError) -> [Message] {
        let bytesMax = SSMIX2TestPatient.messageBytesMax
        let root = try FileHandle.open(target, O_RDONLY | O_DIRECTORY)
        do throws(FileSystemError) {
            let found = try root.open(beneath: folder, O_RDONLY | O_DIRECTORY)
            var messages: [Message] = []
            for name in try found.names() where patient.isCurrent(name) {
                // What came back may be anything: opening a fifo would wait for ever.
                let file = try found.open(name: name, O_RDONLY | O_NONBLOCK)
                let status = try file.status()
                let isSmall = status.kind == .regular && status.size <= UInt64(bytesMax)
                let bytes = try isSmall ? file.readAll(bytesMax: bytesMax) : []
                let control = SSMIX2TestPatient.control(in: bytes)
                messages.append(Message(name: name, control: control))
            }
            return messages
        } catch {
            guard error.isMissing || error.code == ELOOP || error.code == EXDEV else {
                throw error
            }
            return []
        }
    }
}
