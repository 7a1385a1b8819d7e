import FileSystem
import Format
import Glibc
import Model
import Workers

/// Which files are surely to be read, so that scouts may read the small ones: all in a first
/// backup, and those that changed since the newest began. Reading one for nothing harms nothing.
struct ReadAhead: Sendable {
    /// When the run began that read all files last; nil if every file is to be read.
    let since: Timestamp?
    /// Whether every file is to be read.
    var takesAll: Bool { since == nil }

    /// Whether a file is surely to be read; `changeTime` is what the times of its file system tell.
    func takes(_ status: FileStatus, _ changeTime: ChangeTime) -> Bool {
        guard let since else {
            return true
        }
        let changed =
            switch changeTime {
            case .ofEverything: status.changed
            case .ofContent: max(status.changed, status.modified)
            case .ofNothing: status.modified
            }
        return changed.since(since) >= Sameness.step
    }
}

extension FolderScout {
    /// A small file that was read when its folder was looked at, and was the same before and after.
    struct Content: Sendable {
        let attributes: [ExtendedAttribute]
        let bytes: [UInt8]
        /// When it was read, since the machine started.
        let readAt: Duration

        /// About how many bytes of memory it takes.
        var cost: Int {
            attributes.reduce(bytes.count + 64) { $0 + $1.name.count + $1.value.count + 64 }
        }
    }

    /// Reads the small files of a folder, as many as the batch has room for: opening them is most
    /// of what they cost.
    ///
    /// - Returns: what was read of the first names; what could not be read is the walk's to tell.
    func contents(
        of listing: FolderListing,
        in open: FolderChain.Open,
        _ path: [UInt8],
        _ batch: inout Batch
    ) -> [Content?] {
        var contents: [Content?] = []
        // What the times tell is asked once, and only where something may hang on it.
        var changeTime: ChangeTime?
        for (index, status) in listing.statuses.enumerated() {
            guard batch.bytesLeft > 0, !source.stop.isStopping else {
                break
            }
            guard let status, isReadAhead(status, batch), reads.takes(status, .ofContent) else {
                continue
            }
            if !reads.takesAll {
                let tells = changeTime ?? (try? open.handle.changeTime()) ?? .ofNothing
                changeTime = tells
                guard reads.takes(status, tells) else {
                    continue
                }
            }
            guard source.takes(RecordPath.joined(path, listing.names[index])) else {
                continue
            }
            // Also what is read in vain counts.
            batch.bytesLeft -= Int(status.size)
            guard let content = try? content(of: listing.names[index], status, in: open) else {
                continue
            }
            batch.bytesLeft -= content.cost - content.bytes.count
            batch.bytes += content.cost
            contents += Array(repeating: nil, count: index - contents.count)
            contents.append(content)
        }
        return contents
    }

    /// Not one of several names, whose times change with the names, and not one with holes.
    private func isReadAhead(_ status: FileStatus, _ batch: Batch) -> Bool {
        status.kind == .regular && status.links == 1
            && status.size < min(SnapshotWriter.smallBytesMax, batch.bytesLeft)
            && status.allocatedBytes >= status.size
    }

    /// Reads a file that was just looked at.
    ///
    /// - Returns: nil if it is not, or not any more, what was seen.
    private func content(
        of name: [UInt8],
        _ status: FileStatus,
        in open: FolderChain.Open
    ) throws(FileSystemError) -> Content? {
        let file = try open.handle.open(name: name, O_RDONLY | O_NONBLOCK)
        // Of a pipe that has its name now nothing must be taken.
        guard try file.status().isUnchanged(since: status) else {
            return nil
        }
        let attributes = try file.attributes()
        var bytes = [UInt8](repeating: 0, count: Int(status.size) + 1)
        let count = try file.readBlock(&bytes)
        guard count == status.size, try file.status().isUnchanged(since: status) else {
            return nil
        }
        bytes.removeLast()
        return Content(attributes: attributes, bytes: bytes, readAt: FileHandle.uptime())
    }
}
