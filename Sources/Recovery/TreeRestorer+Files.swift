import FileSystem
import Format
import Glibc
import Model
import Sealing
import Workers

/// The files themselves: content, links, special files, and what they are like.
extension TreeRestorer {
    /// Makes anything but a folder.
    ///
    /// - Throws: ``FileSystemError`` if the target refuses it.
    func make(
        _ record: FileRecord,
        _ name: [UInt8],
        in parent: borrowing FileHandle
    ) throws {
        switch record.kind {
        case .regular(let content):
            let file = try parent.open(name: name, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
            let digest: Digest
            do {
                digest = try write(content, to: file)
            } catch {
                // Half a file must not look like a file.
                try parent.remove(name: name)
                guard let fault = error as? ChunkFault else {
                    throw error
                }
                return findings.append(fault.finding(at: record.path))
            }
            guard digest == content.digest else {
                // Every piece is what its id says; together they are not this file.
                try parent.remove(name: name)
                return findings.append(Finding(.fileDigestDiffers, .path(record.path)))
            }
        case .hardLink(let first): return try hardLink(record, name, to: first, in: parent)
        case .symlink(let target): try parent.makeSymlink(name: name, target: target)
        case .fifo: try parent.makeSpecial(name: name, kind: .fifo)
        case .socket: try parent.makeSpecial(name: name, kind: .socket)
        case .characterDevice(let major, let minor):
            guard request.isPrivileged else {
                return skip(record.path, "device")
            }
            try parent.makeSpecial(
                name: name,
                kind: .characterDevice,
                major: major,
                minor: minor
            )
        case .blockDevice(let major, let minor):
            guard request.isPrivileged else {
                return skip(record.path, "device")
            }
            try parent.makeSpecial(name: name, kind: .blockDevice, major: major, minor: minor)
        case .directory: preconditionFailure("folders are entered, not made here")
        }
        try applyMetadata(record, at: record.path, in: parent)
    }

    /// Writes the data where the extents say.
    ///
    /// - Returns: the file digest of what was written.
    private func write(
        _ content: FileRecord.Content,
        to file: borrowing FileHandle
    ) throws -> Digest {
        var digest = FileDigest()
        var extents = (content.extents ?? [FileRecord.Extent(offset: 0, length: content.size)])[...]
        var extent = extents.popFirst()
        var used: UInt64 = 0
        for piece in content.pieces {
            try stop.check()
            let opened = try reader.piece(piece)
            digest.append(length: Int(piece.length), digest: opened.digest)
            var bytes = opened.bytes
            while let current = extent, !bytes.isEmpty {
                let count = Int(min(UInt64(bytes.count), current.length - used))
                try file.write(bytes.prefix(count), at: Int64(current.offset + used))
                bytes = bytes.dropFirst(count)
                used += UInt64(count)
                if used == current.length {
                    extent = extents.popFirst()
                    used = 0
                }
            }
            counts.bytes += UInt64(piece.length)
        }
        if content.extents != nil {
            try file.setSize(content.size)
        }
        return digest.finish(hasHoles: content.extents != nil)
    }

    private func hardLink(
        _ record: FileRecord,
        _ name: [UInt8],
        to first: [UInt8],
        in parent: borrowing FileHandle
    ) throws {
        guard wanted(first) != nil, let target else {
            // The first name is not restored; this one becomes a file of its own.
            guard var original = try snapshot.record(at: first), original.isLinkable else {
                throw FormatError.invalid("a hard link's first name is not a file")
            }
            original.path = record.path
            return try make(original, name, in: parent)
        }
        let firstName = RecordPath.name(of: first)
        let folder = RecordPath.folder(of: first)
        do throws(FileSystemError) {
            if folder.isEmpty {
                try parent.makeLink(name: name, to: firstName, in: target.top.handle)
            } else {
                let directory = try target.top.handle.open(
                    beneath: folder,
                    O_RDONLY | O_DIRECTORY
                )
                try parent.makeLink(name: name, to: firstName, in: directory)
            }
        } catch {
            guard error.isMissing else {
                throw error
            }
            // The first name could not be restored, which is told already.
            findings.append(Finding(.restoredFileMissing, .path(record.path)))
        }
    }

    // MARK: - Metadata

    /// Owner before mode, for a change of owner drops setuid; attributes before mode, for a
    /// read-only file refuses them; the time last. What the file system here does not know is told.
    func applyMetadata(
        _ record: FileRecord,
        at path: [UInt8],
        in parent: borrowing FileHandle
    ) throws(FileSystemError) {
        let name = RecordPath.name(of: record.path)
        if geteuid() == 0 {
            try applying("owner", path) { () throws(FileSystemError) in
                try parent.setOwner(name: name, uid: record.uid, gid: record.gid)
            }
        } else if record.uid != geteuid() {
            skip(path, "owner")
        }
        for attribute in record.attributes {
            let what = String(decoding: attribute.name, as: UTF8.self)
            if isPrivilegedName(attribute.name), !request.isPrivileged {
                skip(path, what)
                continue
            }
            try applying(what, path) { () throws(FileSystemError) in
                try parent.setAttribute(
                    ExtendedAttribute(name: attribute.name, value: attribute.value),
                    name: name
                )
            }
        }
        if case .symlink = record.kind {
            // Links have no mode of their own on Linux.
        } else {
            let mode = allowedMode(of: record, at: path)
            try applying("mode", path) { () throws(FileSystemError) in
                try parent.setMode(name: name, mode)
            }
        }
        try applying("time", path) { () throws(FileSystemError) in
            try parent.setModified(name: name, record.modified)
        }
    }

    private func allowedMode(of record: FileRecord, at path: [UInt8]) -> UInt16 {
        let dangerous: UInt16 = 0o6000
        let isFolder = if case .directory = record.kind { true } else { false }
        guard record.mode & dangerous != 0, !request.isPrivileged, !isFolder else {
            return record.mode
        }
        skip(path, "setuid")
        return record.mode & ~dangerous
    }

    private func applying(
        _ what: String,
        _ path: [UInt8],
        _ body: () throws(FileSystemError) -> Void
    ) throws(FileSystemError) {
        do throws(FileSystemError) {
            try body()
        } catch {
            // ENOSPC: ext4 has 4 KiB for all attributes of a file. A full disk is met elsewhere.
            guard !error.endsRestore || error.code == ENOSPC else {
                throw error
            }
            skip(path, what)
        }
    }

    private func isPrivilegedName(_ name: [UInt8]) -> Bool {
        name.starts(with: Array("trusted.".utf8)) || name.starts(with: Array("security.".utf8))
    }

    private func skip(_ path: [UInt8], _ what: String) {
        findings.append(Finding(.partSkipped, .path(path), evidence: ["reason": what]))
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
