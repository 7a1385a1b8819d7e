package import Clinical
import FileSystem
import Format
import Glibc
import Model
import Repository

/// The folder of a test patient in a live store of SS-MIX2, into which each backup writes a
/// message.
///
/// Nothing is written where it could be in anyone's way: among messages that are not Toride's, in a
/// store whose index or log would not know of it, in one that holds nothing else.
package struct TestPatientFolder: Sendable {
    /// Why nothing was written, though it could have been.
    enum Refusal: String, Error {
        /// The store keeps an index or a transaction log (S16, S17).
        case books = "index or log"
        /// The patient's folder holds what Toride did not write: the number is somebody's.
        case strangers = "other messages"
        /// The store has no other patient: it was emptied, or is not mounted. A message alone in it
        /// would hide that.
        case alone = "empty store"
    }

    /// What a message or a folder is called until it is whole; what a killed backup left of it goes
    /// at the next.
    private static let aside = Array(".toride-new".utf8)

    /// Whose folder it is.
    let patient: SSMIX2TestPatient
    private let store: String
    private let localOffset: Int64

    /// Names a folder; nothing is looked at.
    ///
    /// - Parameters:
    ///   - patient: whose number was set aside.
    ///   - store: the root of the store: an absolute path.
    ///   - localOffset: seconds by which the hospital's clock is ahead of UTC.
    package init(_ patient: SSMIX2TestPatient, in store: String, localOffset: Int64) {
        self.patient = patient
        self.store = store
        self.localOffset = localOffset
    }

    /// The patient as a canary names him.
    var named: CanaryDocument.TestPatient {
        let root = RecordPath.relative(store)
        return CanaryDocument.TestPatient(
            store: String(decoding: root, as: UTF8.self),
            id: patient.id
        )
    }

    /// Writes a message that takes the place of the last one, durably.
    ///
    /// - Parameters:
    ///   - canary: the bytes of the signed record that it is bound to.
    ///   - sent: now.
    /// - Throws: ``Refusal``, and nothing was written; ``FileSystemError``. Either way nothing that
    ///   a killed backup left stays.
    func write(boundTo canary: [UInt8], sent: Timestamp) throws {
        let root = try FileHandle.open(store, O_RDONLY | O_DIRECTORY)
        try clear(root)
        guard try holdsOthers(root) else {
            throw Refusal.alone
        }
        guard try !keepsBooks(root) else {
            throw Refusal.books
        }
        guard try isOurs(beneath: root) else {
            throw Refusal.strangers
        }
        try makeFolders(root)
        try put(
            patient.message(boundTo: canary, sent: sent, localOffset: localOffset),
            as: patient.name(sent: sent, localOffset: localOffset),
            in: try root.open(beneath: patient.path, O_RDONLY | O_DIRECTORY),
            like: try root.status()
        )
    }

    // MARK: - Writing

    /// Removes what a killed backup left aside, whether anything is written now or not.
    private func clear(_ root: borrowing FileHandle) throws(FileSystemError) {
        for depth in 0...patient.folders.count {
            let place = path(depth)
            guard try names(in: place, beneath: root).contains(Self.aside) else {
                continue
            }
            let folder = try root.open(beneath: place, O_RDONLY | O_DIRECTORY)
            let left = try folder.status(name: Self.aside)
            try folder.remove(name: Self.aside, directory: left.kind == .directory)
        }
    }

    private func makeFolders(_ root: borrowing FileHandle) throws(FileSystemError) {
        let status = try root.status()
        for (depth, name) in patient.folders.enumerated() {
            let parent = try root.open(beneath: path(depth), O_RDONLY | O_DIRECTORY)
            guard try parent.statusIfThere(name: name) == nil else {
                continue
            }
            try makeFolder(name, in: parent, like: status)
            try parent.synchronize()
        }
    }

    /// Makes a folder aside, and names it once it is as the store's are: others share the first
    /// two, and one that a killed backup left with rights of its own would keep them out for ever.
    private func makeFolder(
        _ name: [UInt8],
        in parent: borrowing FileHandle,
        like root: FileStatus
    ) throws(FileSystemError) {
        try parent.makeDirectory(name: Self.aside)
        do throws(FileSystemError) {
            try adopt(Self.aside, in: parent, mode: 0o3777, root)
            // Takes the place of nothing but an empty folder that someone made meanwhile.
            try parent.renameOver(Self.aside, to: name)
        } catch {
            // What is told is why; what stays aside is empty, and goes at the next backup.
            _ = try? parent.remove(name: Self.aside, directory: true)
            throw error
        }
    }

    /// Makes a message whole aside, marks the last one as superseded, and gives it its name (NHO
    /// transaction_strage.md: an update makes 1 to 2).
    private func put(
        _ message: [UInt8],
        as name: [UInt8],
        in folder: borrowing FileHandle,
        like root: FileStatus
    ) throws(FileSystemError) {
        let names = try folder.names()
        // Two of one time would be one message that is kept twice (S19).
        guard !names.contains(name), !names.contains(SSMIX2TestPatient.superseded(name)) else {
            throw FileSystemError("rename", folder.fullPath(name), code: EEXIST)
        }
        var past: [[UInt8]] = []
        do throws(FileSystemError) {
            let file = try folder.open(name: Self.aside, O_WRONLY | O_CREAT | O_EXCL)
            try file.write(message)
            try adopt(Self.aside, in: folder, mode: 0o644, root)
            try file.synchronize()
            for current in names where patient.isCurrent(current) {
                try supersede(current, in: folder, among: names)
                past.append(current)
            }
            try rename(Self.aside, to: name, in: folder)
        } catch {
            // What is told is why; what stays aside goes at the next backup.
            _ = try? folder.remove(name: Self.aside)
            // Without a new one the last one is current still. A new one can be there all the same:
            // linked, where its other name could not be taken away.
            if (try? folder.statusIfThere(name: name)) == nil {
                for current in past {
                    let superseded = SSMIX2TestPatient.superseded(current)
                    _ = try? folder.rename(superseded, to: current, in: folder)
                }
            }
            throw error
        }
        try folder.synchronize()
    }

    /// Gives the last message the flag 2.
    private func supersede(
        _ current: [UInt8],
        in folder: borrowing FileHandle,
        among names: [[UInt8]]
    ) throws(FileSystemError) {
        let superseded = SSMIX2TestPatient.superseded(current)
        if names.contains(superseded) {
            // Where a rename is a link and the end of the old name, as on NFS, one was killed
            // between the two.
            try folder.remove(name: current)
        } else {
            try rename(current, to: superseded, in: folder)
        }
    }

    /// Renames; what has the name already is not lost.
    private func rename(
        _ old: [UInt8],
        to new: [UInt8],
        in folder: borrowing FileHandle
    ) throws(FileSystemError) {
        guard try folder.rename(old, to: new, in: folder) else {
            throw FileSystemError("rename", folder.fullPath(new), code: EEXIST)
        }
    }

    /// Gives what was made the owner of the store's root, and no right that the root does not give.
    private func adopt(
        _ name: [UInt8],
        in folder: borrowing FileHandle,
        mode: UInt16,
        _ root: FileStatus
    ) throws(FileSystemError) {
        let made = try folder.status(name: name)
        if made.uid != root.uid || made.gid != root.gid {
            try folder.setOwner(name: name, uid: root.uid, gid: root.gid)
        }
        try folder.setMode(name: name, mode & root.mode)
    }
}
