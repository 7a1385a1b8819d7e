import FileSystem
import Format
import Glibc
package import Model
import Primitives
package import Recovery
import Sealing
package import Workers

/// Compares a restored tree with the file list of its snapshot, from the restored side: every name,
/// kind, owner, mode, time, attribute and byte.
///
/// The tree is hostile: it is read beneath its root, and no symbolic link is followed.
package final class FileComparer {
    /// Counts for progress and records.
    package struct Counts: Hashable, Sendable {
        /// Records that the snapshot has.
        package var expected: UInt64 = 0
        /// Records whose file could be looked at; the others are findings.
        package var compared: UInt64 = 0
        /// Bytes of content that were read back.
        package var bytes: UInt64 = 0
    }

    private final class Frame {
        let path: [UInt8]
        let handle: FileHandle
        var expected: Set<[UInt8]> = []

        init(path: [UInt8], handle: consuming FileHandle) {
            self.path = path
            self.handle = handle
        }
    }

    private struct FileKey: Hashable {
        let device: UInt64
        let inode: UInt64
    }

    private static let findingsMax = 10_000

    private let snapshot: OpenedSnapshot
    private let root: String
    private let stop: StopFlag
    private var frames: [Frame] = []
    private var linked: [[UInt8]: FileKey] = [:]
    private var block = [UInt8](repeating: 0, count: 1 << 20)
    /// How far it is.
    package private(set) var counts = Counts()
    /// What differs, in the order of finding; 10,000 at most are kept.
    package private(set) var findings: [Finding] = []

    /// Prepares to compare.
    ///
    /// - Parameters:
    ///   - snapshot: what must be there.
    ///   - root: the folder that it was restored into.
    ///   - stop: asked at every file.
    package init(_ snapshot: OpenedSnapshot, root: String, stop: StopFlag = StopFlag()) {
        self.snapshot = snapshot
        self.root = root
        self.stop = stop
    }

    /// Compares.
    ///
    /// - Parameters:
    ///   - only: looks at these paths and what leads to them alone; nil for all. Unexpected files
    ///     are then not looked for.
    ///   - progress: told of files and bytes now and then.
    /// - Throws: ``Stopped``; what the snapshot's file list throws. What differs is a finding.
    package func run(only: Set<[UInt8]>? = nil, progress: (Counts) -> Void = { _ in }) throws {
        frames = [Frame(path: [], handle: try FileHandle.open(root, O_RDONLY | O_DIRECTORY))]
        let wanted = only.map { PathSelection($0) }
        try snapshot.forEachRecord { record in
            try stop.check()
            if let wanted, !isWanted(record, wanted) {
                return true
            }
            leave(until: record.path, listing: only == nil)
            counts.expected += 1
            try compare(record)
            if counts.expected.isMultiple(of: 64) {
                progress(counts)
            }
            return true
        }
        leave(until: nil, listing: only == nil)
        progress(counts)
    }

    private func isWanted(_ record: FileRecord, _ wanted: PathSelection) -> Bool {
        if case .directory = record.kind, wanted.isAbove(record.path) {
            return true
        }
        return wanted.contains(record.path)
    }

    // MARK: - Folders

    private func leave(until path: [UInt8]?, listing: Bool) {
        while let frame = frames.last {
            if let path, frame.path.isEmpty || RecordPath.isBeneath(path, frame.path) {
                return
            }
            frames.removeLast()
            if listing {
                lookForUnexpected(frame)
            }
        }
    }

    private func lookForUnexpected(_ frame: Frame) {
        do throws(FileSystemError) {
            for name in try frame.handle.names() where !frame.expected.contains(name) {
                let folder = frame.path.isEmpty ? [] : frame.path + [UInt8(ascii: "/")]
                note(.restoredFileUnexpected, folder + name)
            }
        } catch {
            note(.restoredMetadataDiffers, frame.path, ["unreadable": "\(error.code)"])
        }
    }

    // MARK: - One file

    private func compare(_ record: FileRecord) throws {
        let name = RecordPath.name(of: record.path)
        guard let frame = frames.last, frame.path == RecordPath.folder(of: record.path) else {
            // The folder itself is missing, and told.
            return note(.restoredFileMissing, record.path)
        }
        frame.expected.insert(name)
        do throws(FileSystemError) {
            let status = try frame.handle.status(name: name)
            try compare(record, status, name, in: frame)
            counts.compared += 1
        } catch {
            note(
                error.isMissing ? .restoredFileMissing : .restoredContentDiffers,
                record.path,
                error.isMissing ? [:] : ["unreadable": "\(error.code)"]
            )
        }
    }

    private func compare(
        _ record: FileRecord,
        _ status: FileStatus,
        _ name: [UInt8],
        in frame: Frame
    ) throws(FileSystemError) {
        guard kindsAgree(record.kind, status) else {
            return note(.restoredContentDiffers, record.path, ["kind": "\(status.kind)"])
        }
        let key = FileKey(device: status.device, inode: status.inode)
        if case .hardLink(let first) = record.kind {
            if linked[first] != key {
                note(.restoredMetadataDiffers, record.path, ["field": "hard link"])
            }
            return
        }
        if status.kind != .directory, status.links > 1 {
            linked[record.path] = key
        }
        try compareMetadata(record, status, name, in: frame)
        switch record.kind {
        case .directory:
            let handle = try frame.handle.open(name: name, O_RDONLY | O_DIRECTORY)
            frames.append(Frame(path: record.path, handle: handle))
        case .regular(let content):
            let file = try frame.handle.open(name: name, O_RDONLY | O_NONBLOCK)
            if try !holds(content, file, status) {
                note(.restoredContentDiffers, record.path, ["bytes": "\(status.size)"])
            }
        case .symlink(let target):
            if try frame.handle.linkTarget(name: name) != target {
                note(.restoredContentDiffers, record.path, ["field": "target"])
            }
        case .fifo, .socket, .characterDevice, .blockDevice, .hardLink: break
        }
    }

    private func kindsAgree(_ kind: FileRecord.Kind, _ status: FileStatus) -> Bool {
        switch (kind, status.kind) {
        case (.regular, .regular), (.directory, .directory), (.symlink, .symlink), (.fifo, .fifo),
            (.socket, .socket):
            true
        case (.characterDevice(let major, let minor), .characterDevice),
            (.blockDevice(let major, let minor), .blockDevice):
            (major, minor) == (status.specialMajor, status.specialMinor)
        case (.hardLink, let kind): kind != .directory
        default: false
        }
    }

    private func compareMetadata(
        _ record: FileRecord,
        _ status: FileStatus,
        _ name: [UInt8],
        in frame: Frame
    ) throws(FileSystemError) {
        var fields: [String] = []
        if status.kind != .symlink, status.mode != record.mode {
            fields.append("mode")
        }
        if (status.uid, status.gid) != (record.uid, record.gid) {
            fields.append("owner")
        }
        if status.modified != record.modified {
            fields.append("time")
        }
        let attributes = try frame.handle.attributes(name: name).map {
            FileRecord.Attribute(name: $0.name, value: $0.value)
        }
        if attributes != record.attributes {
            fields.append("attributes")
        }
        if !fields.isEmpty {
            note(
                .restoredMetadataDiffers,
                record.path,
                ["field": fields.joined(separator: ", ")]
            )
        }
    }

    // MARK: - Content

    private func holds(
        _ content: FileRecord.Content,
        _ file: borrowing FileHandle,
        _ status: FileStatus
    ) throws(FileSystemError) -> Bool {
        guard status.size == content.size else {
            return false
        }
        let placement = DataPlacement(content)
        var position: UInt64 = 0
        var found = FileDigest()
        for piece in content.pieces {
            let digest = SHA256()
            for run in placement.runs(at: position, count: Int(piece.length)) {
                unsafe try read(file, run) { unsafe digest.update($0) }
            }
            position += UInt64(piece.length)
            found.append(length: Int(piece.length), digest: digest.finish())
        }
        guard found.finish(hasHoles: content.extents != nil) == content.digest else {
            return false
        }
        guard content.extents != nil else {
            return true
        }
        return try holesAreZero(placement, file, size: content.size)
    }

    private func holesAreZero(
        _ placement: DataPlacement,
        _ file: borrowing FileHandle,
        size: UInt64
    ) throws(FileSystemError) -> Bool {
        // What the file system itself calls a hole reads as zeros; only data needs a look.
        var isZero = true
        for run in try file.dataRuns(size: size) {
            for gap in placement.gaps(in: run) {
                unsafe try read(file, gap) { block in
                    isZero = unsafe isZero && block.allSatisfy { $0 == 0 }
                }
            }
        }
        return isZero
    }

    private func read(
        _ file: borrowing FileHandle,
        _ run: Range<UInt64>,
        _ body: (UnsafeRawBufferPointer) -> Void
    ) throws(FileSystemError) {
        var position = run.lowerBound
        while position < run.upperBound {
            let wanted = Int(min(UInt64(block.count), run.upperBound - position))
            let count = try file.readBlock(&block, bytesMax: wanted, at: Int64(position))
            guard count == wanted else {
                throw FileSystemError("read", file.path, code: EIO)
            }
            unsafe block.withUnsafeBytes {
                unsafe body(UnsafeRawBufferPointer(rebasing: $0[..<count]))
            }
            position += UInt64(count)
            counts.bytes += UInt64(count)
        }
    }

    private func note(_ code: FindingCode, _ path: [UInt8], _ evidence: [String: String] = [:]) {
        if findings.count < Self.findingsMax {
            findings.append(Finding(code, .path(path), evidence: evidence))
        }
    }
}
