import FileSystem
import Format
import Glibc

/// Gives files the owner, the attributes, the mode and the time that their records name.
struct MetadataWriter: Sendable {
    /// Whether setuid bits and `trusted.` and `security.` attributes are set.
    let isPrivileged: Bool

    /// Owner before mode, for a change of owner drops setuid; attributes before mode, for a
    /// read-only file refuses them; the time last.
    ///
    /// - Returns: what was left out, because the file system here does not know it or because
    ///   nobody asked for it.
    /// - Throws: ``FileSystemError`` if the target can take no more at all.
    func apply(
        _ record: FileRecord,
        to target: borrowing some MetadataTarget & ~Copyable
    ) throws(FileSystemError) -> [String] {
        var skipped: [String] = []
        if geteuid() == 0 {
            do throws(FileSystemError) {
                try target.setOwner(uid: record.uid, gid: record.gid)
            } catch {
                skipped.append(try skip("owner", error))
            }
        } else if record.uid != geteuid() {
            skipped.append("owner")
        }
        for attribute in record.attributes {
            let what = String(decoding: attribute.name, as: UTF8.self)
            guard isPrivileged || !isPrivilegedName(attribute.name) else {
                skipped.append(what)
                continue
            }
            do throws(FileSystemError) {
                try target.setAttribute(
                    ExtendedAttribute(name: attribute.name, value: attribute.value)
                )
            } catch {
                skipped.append(try skip(what, error))
            }
        }
        if case .symlink = record.kind {
            // Links have no mode of their own on Linux.
        } else {
            let mode = allowedMode(of: record)
            if mode != record.mode {
                skipped.append("setuid")
            }
            do throws(FileSystemError) {
                try target.setMode(mode)
            } catch {
                skipped.append(try skip("mode", error))
            }
        }
        do throws(FileSystemError) {
            try target.setModified(record.modified)
        } catch {
            skipped.append(try skip("time", error))
        }
        return skipped
    }

    private func skip(
        _ what: String,
        _ error: FileSystemError
    ) throws(FileSystemError) -> String {
        // ENOSPC: ext4 has 4 KiB for all attributes of a file. A full disk is met elsewhere.
        guard !error.endsRestore || error.code == ENOSPC else {
            throw error
        }
        return what
    }

    private func allowedMode(of record: FileRecord) -> UInt16 {
        let isFolder = if case .directory = record.kind { true } else { false }
        return isPrivileged || isFolder ? record.mode : record.mode & ~0o6000
    }

    private func isPrivilegedName(_ name: [UInt8]) -> Bool {
        name.starts(with: Array("trusted.".utf8)) || name.starts(with: Array("security.".utf8))
    }
}
