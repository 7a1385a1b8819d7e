import FileSystem
import Format
import Glibc
import Model

/// The files themselves: links and special files are made here, regular ones by others.
extension TreeRestorer {
    /// Makes anything but a folder.
    ///
    /// - Throws: ``FileSystemError`` if the target refuses it.
    func make(
        _ record: FileRecord,
        _ name: [UInt8],
        in parent: FolderChain.Open
    ) throws {
        switch record.kind {
        case .regular(let content): return try hand(record, content, name, in: parent)
        case .hardLink(let first): return try hardLink(record, name, to: first, in: parent)
        case .symlink(let target):
            try makeAnew(name, in: parent) { () throws(FileSystemError) in
                try parent.handle.makeSymlink(name: name, target: target)
            }
        case .fifo: try makeSpecial(.fifo, name, in: parent)
        case .socket: try makeSpecial(.socket, name, in: parent)
        case .characterDevice(let major, let minor), .blockDevice(let major, let minor):
            guard request.isPrivileged else {
                return note(.skipped("device", of: record.path))
            }
            let isBlock = if case .blockDevice = record.kind { true } else { false }
            let kind: FileStatus.Kind = isBlock ? .blockDevice : .characterDevice
            try makeSpecial(kind, name, in: parent, major: major, minor: minor)
        case .directory: preconditionFailure("folders are entered, not made here")
        }
        try makers.dress(NamedFile(name, in: parent), as: record, at: record.path, files)
    }

    private func makeSpecial(
        _ kind: FileStatus.Kind,
        _ name: [UInt8],
        in parent: FolderChain.Open,
        major: UInt32 = 0,
        minor: UInt32 = 0
    ) throws(FileSystemError) {
        try makeAnew(name, in: parent) { () throws(FileSystemError) in
            try parent.handle.makeSpecial(name: name, kind: kind, major: major, minor: minor)
        }
    }

    /// Makes something; what a restore that was stopped left under its name is removed before.
    private func makeAnew(
        _ name: [UInt8],
        in parent: FolderChain.Open,
        _ make: () throws(FileSystemError) -> Void
    ) throws(FileSystemError) {
        if isRemaining(name) {
            try parent.handle.remove(name: name)
        }
        try make()
    }

    private func hardLink(
        _ record: FileRecord,
        _ name: [UInt8],
        to first: [UInt8],
        in parent: FolderChain.Open
    ) throws {
        guard wanted(first) != nil, let target else {
            // The first name is not restored; this one becomes a file of its own.
            guard var original = try snapshot.record(at: first), original.isLinkable else {
                throw FormatError.invalid("a hard link's first name is not a file")
            }
            original.path = record.path
            return try make(original, name, in: parent)
        }
        guard RecordPath.precedes(first, record.path) else {
            // FORMAT.md §16: what lies there is not of this restore.
            return note(Finding(.restoredFileMissing, .path(record.path)))
        }
        // The first name may still be under way.
        try finishFiles()
        let firstName = RecordPath.name(of: first)
        let folder = RecordPath.folder(of: first)
        do throws(FileSystemError) {
            if folder.isEmpty {
                try makeAnew(name, in: parent) { () throws(FileSystemError) in
                    try parent.handle.makeLink(name: name, to: firstName, in: target.top.handle)
                }
            } else {
                let directory = try target.top.handle.open(
                    beneath: folder,
                    O_RDONLY | O_DIRECTORY
                )
                try makeAnew(name, in: parent) { () throws(FileSystemError) in
                    try parent.handle.makeLink(name: name, to: firstName, in: directory)
                }
            }
        } catch {
            guard error.isMissing else {
                throw error
            }
            // The first name could not be restored, which is told already.
            note(Finding(.restoredFileMissing, .path(record.path)))
        }
    }

    private func note(_ finding: Finding) {
        makers.note(finding, files)
    }
}

extension FileRecord {
    /// Whether it can be the first name of several.
    fileprivate var isLinkable: Bool {
        switch kind {
        case .directory, .hardLink: false
        case .regular, .symlink, .fifo, .socket, .characterDevice, .blockDevice: true
        }
    }
}
