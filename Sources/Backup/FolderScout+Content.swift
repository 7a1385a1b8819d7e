import FileSystem
import Format
import Glibc
import Model
import Workers

/// Which files are surely to be read, so that scouts may read the small ones: all in a first
/// backup, and those that changed since the newest began. Reading one for nothing harms nothing.
struct ReadAhead: Sendable {
    /// Files are counted as changed that did so within two seconds before: ``Sameness``.
    private static let step: Duration = .seconds(-2)

    /// When the run began that read all files last; nil if every file is to be read.
    let since: Timestamp?

    /// Whether a file is surely to be read.
    func takes(_ status: FileStatus) -> Bool {
        since.map { max(status.changed, status.modified).since($0) >= Self.step } ?? true
    }
}

extension FolderScout {
    /// A small file that was read when its folder was looked at, and was the same before and after.
    struct Content: Sendable {
        let attributes: [ExtendedAttribute]
        let bytes: [UInt8]
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
        for (index, status) in listing.statuses.enumerated() {
            guard batch.bytesLeft > 0, !source.stop.isStopping else {
                break
            }
            guard let status, isReadAhead(status, batch),
                source.takes(RecordPath.joined(path, listing.names[index])),
                let content = try? content(of: listing.names[index], status, in: open)
            else {
                continue
            }
            batch.bytesLeft -= content.bytes.count
            batch.bytes += content.bytes.count
            contents += Array(repeating: nil, count: index - contents.count)
            contents.append(content)
        }
        return contents
    }

    /// Not one of several names, whose times change with the names, and not one with holes.
    private func isReadAhead(_ status: FileStatus, _ batch: Batch) -> Bool {
        status.kind == .regular && status.links == 1
            && status.size < min(SnapshotWriter.smallBytesMax, batch.bytesLeft)
            && status.allocatedBytes >= status.size && reads.takes(status)
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
        let attributes = try file.attributes()
        var bytes = [UInt8](repeating: 0, count: Int(status.size) + 1)
        let count = try file.readBlock(&bytes)
        guard count == status.size, try file.status().isUnchanged(since: status) else {
            return nil
        }
        bytes.removeLast()
        return Content(attributes: attributes, bytes: bytes)
    }
}
