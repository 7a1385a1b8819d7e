import Clinical
import FileSystem
import Format
import Glibc

/// Whether a message may be written into the store.
extension TestPatientFolder {
    /// How many folders lead to the patient's own, and that one.
    private static let own = 3
    /// How long the names of the first two are at most.
    private static let prefixMax = 3

    /// Whether the store holds a folder that is another patient's, or leads to one: `lost+found`
    /// and the like are in an empty store too.
    func holdsOthers(_ root: borrowing FileHandle) throws(FileSystemError) -> Bool {
        for depth in 0..<Self.own {
            let folder = path(depth)
            for name in try names(in: folder, beneath: root)
            where name != patient.folders[depth] && mayBeOfPatient(name, in: folder, depth) {
                let path = RecordPath.joined(folder, name)
                if try root.status(beneath: path).kind == .directory {
                    return true
                }
            }
        }
        return false
    }

    private func mayBeOfPatient(_ name: [UInt8], in folder: [UInt8], _ depth: Int) -> Bool {
        depth < Self.own - 1
            ? name.count <= Self.prefixMax
            : SSMIX2Books.isOfPatient(RecordPath.joined(folder, name))
    }

    /// Whether the store keeps an index or a log, wherever in it but in patients' folders: to list
    /// those would be a second walk.
    func keepsBooks(_ root: borrowing FileHandle) throws(FileSystemError) -> Bool {
        var folders: [[UInt8]] = [[]]
        while let folder = folders.popLast() {
            let place = folder.isEmpty ? path(0) : folder
            for name in try names(in: place, beneath: root) {
                let path = RecordPath.joined(folder, name)
                guard !SSMIX2Books.isOne(path) else {
                    return true
                }
                // A file is found to be none when it is listed.
                if !SSMIX2Books.isOfPatient(path) {
                    folders.append(path)
                }
            }
        }
        return false
    }

    /// Whether all that lies in the patient's folder is Toride's, if there is any.
    func isOurs(beneath root: borrowing FileHandle) throws(FileSystemError) -> Bool {
        let folders = patient.folders
        for depth in Self.own..<folders.count {
            let found = try names(in: path(depth), beneath: root)
            guard found.allSatisfy({ $0 == folders[depth] }) else {
                return false
            }
        }
        let messages = try names(in: patient.path, beneath: root)
        for name in messages {
            guard try isOurs(name, beneath: root) else {
                return false
            }
        }
        return true
    }

    private func isOurs(
        _ name: [UInt8],
        beneath root: borrowing FileHandle
    ) throws(FileSystemError) -> Bool {
        guard patient.mayBeOurs(name) else {
            return false
        }
        let bytesMax = SSMIX2TestPatient.messageBytesMax
        let path = RecordPath.joined(patient.path, name)
        let status = try root.status(beneath: path)
        guard status.kind == .regular, status.size <= UInt64(bytesMax) else {
            return false
        }
        let bytes = try root.open(beneath: path, O_RDONLY).readAll(bytesMax: bytesMax)
        return SSMIX2TestPatient.isOurs(bytes)
    }

    /// The names in a folder of the store; none if it is no folder, or a link.
    func names(
        in path: [UInt8],
        beneath root: borrowing FileHandle
    ) throws(FileSystemError) -> [[UInt8]] {
        do throws(FileSystemError) {
            return try root.open(beneath: path, O_RDONLY | O_DIRECTORY).names()
        } catch {
            guard error.isMissing || error.code == ELOOP else {
                throw error
            }
            return []
        }
    }

    /// The path beneath the store's root of the folder that so many of the patient's lead to.
    func path(_ depth: Int) -> [UInt8] {
        let folders = patient.folders.prefix(depth)
        return folders.isEmpty ? Array(".".utf8) : Array(folders.joined(separator: "/".utf8))
    }
}
