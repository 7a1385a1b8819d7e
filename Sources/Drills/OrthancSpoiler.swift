import FileSystem
import Format
import Glibc
import Model
import Workers

/// Spoils one image in the restored storage of an Orthanc, chosen by the seed.
struct OrthancSpoiler {
    /// Where a Part 10 file says what it is: PS3.10 §7.1.
    private static let mark = (offset: Int64(128), bytes: Array("DICM".utf8))
    /// What a removed image is called meanwhile: in the same folder, so that no byte is copied.
    private static let aside = Array(".toride-aside".utf8)

    private let tree: StoreTree
    private let root: [UInt8]
    private let target: String
    private let seed: Digest

    /// Takes a storage.
    ///
    /// - Parameters:
    ///   - root: its path in the snapshot.
    ///   - target: where the snapshot was restored to.
    ///   - seed: chooses the image.
    ///   - stop: asked at every file.
    init(_ root: [UInt8], restoredTo target: String, seed: Digest, stop: StopFlag) {
        tree = StoreTree(root, restoredTo: target, stop: stop)
        self.root = root
        self.target = target
        self.seed = seed
    }

    /// Does it.
    ///
    /// - Returns: what puts the storage back as it was.
    /// - Throws: ``NothingStored`` if there is no image; ``FileSystemError``.
    func spoil(_ deed: OrthancSabotage.StorageDeed) throws -> StoreSpoiler.Undoing {
        guard let victim = try victim() else {
            throw NothingStored()
        }
        switch deed {
        case .flip:
            try flip(victim)
            return { try flip(victim) }
        case .remove:
            let name = RecordPath.name(of: victim)
            try folder(of: victim).renameOver(name, to: Self.aside)
            return { try folder(of: victim).renameOver(Self.aside, to: name) }
        }
    }

    private func victim() throws -> [UInt8]? {
        var reservoir = Reservoir<[UInt8]>(seed: seed.prefix)
        try tree.forEachFile { path, _, folder, name in
            let file = try folder.open(name: name, O_RDONLY | O_NONBLOCK)
            var mark = [UInt8](repeating: 0, count: Self.mark.bytes.count)
            if try file.readBlock(&mark, at: Self.mark.offset) == mark.count,
                mark == Self.mark.bytes
            {
                reservoir.offer(path)
            }
        }
        return reservoir.chosen
    }

    /// Flips a bit of the last byte: of an image's pixels, whose reader would not notice.
    private func flip(_ victim: [UInt8]) throws {
        let file = try folder(of: victim).open(name: RecordPath.name(of: victim), O_RDWR)
        let last = Int64(clamping: try file.status().size) - 1
        var byte: [UInt8] = [0]
        _ = try file.readBlock(&byte, at: last)
        byte[0] ^= 1
        try file.write(byte[...], at: last)
    }

    private func folder(of path: [UInt8]) throws -> FileHandle {
        let top = try FileHandle.open(target, O_RDONLY | O_DIRECTORY)
        return try top.open(
            beneath: RecordPath.folder(of: RecordPath.joined(root, path)),
            O_RDONLY | O_DIRECTORY
        )
    }
}

/// A storage holds no image, so nothing shows that its judge sees.
private struct NothingStored: Error, CustomStringConvertible {
    var description: String { "the storage of Orthanc holds no image" }
}
