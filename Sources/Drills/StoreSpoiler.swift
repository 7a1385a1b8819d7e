import Clinical
import FileSystem
import Format
import Glibc
package import Model
import Primitives
package import Workers

/// Spoils a clinical store of a restored tree, which is thrown away after.
package struct StoreSpoiler {
    struct Victim {
        let path: [UInt8]
        let size: UInt64
    }

    /// Larger files are left alone.
    static let bytesMax: UInt64 = 64 << 20
    /// Smaller ones have no middle.
    static let bytesMin: UInt64 = 64

    let tree: StoreTree
    let reader: any FormatReader
    let seed: Digest
    private let root: [UInt8]
    private let target: String

    /// Takes a store.
    ///
    /// - Parameters:
    ///   - store: which one.
    ///   - target: where its snapshot was restored to.
    ///   - linked: further names of files, in the snapshot: their judge does not look at them.
    ///   - seed: chooses what is spoilt.
    ///   - stop: asked at every file.
    package init(
        _ store: StoreJudge.Store,
        restoredTo target: String,
        linked: Set<[UInt8]> = [],
        seed: Digest,
        stop: StopFlag
    ) {
        tree = StoreTree(store.root, restoredTo: target, linked: linked, stop: stop)
        reader = store.format.reader(localOffset: store.localOffset)
        root = store.root
        self.target = target
        self.seed = seed
    }

    /// What makes a sabotage undone.
    package typealias Undoing = () throws -> Void

    /// Does it.
    ///
    /// - Parameter sabotage: what is to be done.
    /// - Returns: what puts the store back as it was, so that one sabotage does not hide another;
    ///   nil if the store has nothing that can be spoilt so.
    /// - Throws: what reading and writing the tree throws.
    package func spoil(_ sabotage: StoreSabotage) throws -> Undoing? {
        switch sabotage.deed {
        case .newestDay: try removeNewestDay()
        case .swap: try swap(sabotage)
        case .flag: try markDeleted(sabotage)
        case .duplicate: try duplicate(sabotage)
        default: try spoilBytes(sabotage)
        }
    }

    // MARK: - Bytes

    private func spoilBytes(_ sabotage: StoreSabotage) throws -> Undoing? {
        guard let victim = try victim(sabotage) else {
            return nil
        }
        let bytes = try read(victim)
        guard let spoilt = sabotage.deed.spoilt(bytes, key: seed) else {
            return nil
        }
        try write(spoilt, to: victim)
        return { try write(bytes, to: victim) }
    }

    // MARK: - Names

    private func markDeleted(_ sabotage: StoreSabotage) throws -> Undoing? {
        guard let victim = try victim(sabotage) else {
            return nil
        }
        let name = RecordPath.name(of: victim.path)
        let deleted = Array(name.dropLast() + [UInt8(ascii: "0")])
        let folder = try folder(of: victim.path)
        // Where a deleted one is there already, nothing is written over.
        guard try folder.rename(name, to: deleted, in: folder) else {
            return nil
        }
        return { try self.folder(of: victim.path).renameOver(deleted, to: name) }
    }

    private func duplicate(_ sabotage: StoreSabotage) throws -> Undoing? {
        guard let victim = try victim(sabotage) else {
            return nil
        }
        let copy = Array("copy-of-".utf8) + RecordPath.name(of: victim.path)
        let file = try folder(of: victim.path).open(
            beneath: copy,
            O_WRONLY | O_CREAT | O_EXCL,
            mode: 0o600
        )
        try file.write(try read(victim))
        return { try folder(of: victim.path).remove(name: copy) }
    }

    // MARK: - Several files

    /// Exchanges two patients' files, each of which stays where it was.
    private func swap(_ sabotage: StoreSabotage) throws -> Undoing? {
        guard let one = try victim(sabotage), let patient = patient(of: one.path) else {
            return nil
        }
        let kind = RecordPath.name(of: RecordPath.folder(of: one.path))
        let other = try victim(sabotage) { path in
            RecordPath.name(of: RecordPath.folder(of: path)) == kind
                && self.patient(of: path).map { $0 != patient } ?? false
        }
        guard let other else {
            return nil
        }
        let (first, second) = (try read(one), try read(other))
        try write(second, to: one)
        try write(first, to: other)
        return {
            try write(first, to: one)
            try write(second, to: other)
        }
    }

    /// SS-MIX2 has the patient's number as the third part of a path.
    private func patient(of path: [UInt8]) -> ArraySlice<UInt8>? {
        let parts = path.split(separator: UInt8(ascii: "/"))
        return parts.count > 3 ? parts[2] : nil
    }

    private func removeNewestDay() throws -> Undoing? {
        var newest: UInt32 = 0
        var paths: [[UInt8]] = []
        try tree.forEachFacts(reader) { path, _, facts in
            let day = facts?.days.keys.max() ?? 0
            if day > newest {
                newest = day
                paths = []
            }
            if day == newest, day > 0 {
                paths.append(path)
            }
        }
        guard !paths.isEmpty else {
            return nil
        }
        let aside = "\(target).aside"
        try FolderTree.make(aside, mode: 0o700)
        try move(paths, aside: aside)
        return { try move(paths, aside: aside, isBack: true) }
    }

    /// Moves files into a folder of their own, or back from there.
    private func move(_ paths: [[UInt8]], aside: String, isBack: Bool = false) throws {
        let place = try FileHandle.open(aside, O_RDONLY | O_DIRECTORY)
        for (number, path) in paths.enumerated() {
            let folder = try folder(of: path)
            let (name, number) = (RecordPath.name(of: path), Array("\(number)".utf8))
            let isMoved =
                isBack
                ? try place.rename(number, to: name, in: folder)
                : try folder.rename(name, to: number, in: place)
            guard isMoved else {
                throw FileSystemError("rename", aside, code: EEXIST)
            }
        }
    }

    // MARK: - Files

    private func folder(of path: [UInt8]) throws -> FileHandle {
        let top = try FileHandle.open(target, O_RDONLY | O_DIRECTORY)
        return try top.open(
            beneath: RecordPath.folder(of: RecordPath.joined(root, path)),
            O_RDONLY | O_DIRECTORY
        )
    }

    func read(_ victim: Victim) throws -> [UInt8] {
        let file = try folder(of: victim.path).open(
            beneath: RecordPath.name(of: victim.path),
            O_RDONLY
        )
        return try file.readAll(bytesMax: Int(Self.bytesMax))
    }

    private func write(_ bytes: [UInt8], to victim: Victim) throws {
        let file = try folder(of: victim.path).open(
            beneath: RecordPath.name(of: victim.path),
            O_WRONLY | O_TRUNC
        )
        try file.write(bytes)
    }
}
