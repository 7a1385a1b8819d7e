import Clinical
import FileSystem
import Format
import Model

/// A restore that says it was done and did nothing: the judges are asked where nothing lies.
extension FilesPart {
    /// As records name it, for files and for databases.
    static let nothing = "restore that does nothing"

    /// Asks the comparer for one file in an empty folder, and the judges of the clinical stores for
    /// stores whose folders are there and empty.
    ///
    /// - Parameters:
    ///   - victim: a file of the snapshot.
    ///   - context: of the drill.
    /// - Returns: a control, and one for each store.
    /// - Throws: what making and reading folders throws.
    func nothingControls(
        _ victim: FileRecord,
        _ context: DrillContext
    ) throws -> [DrillControl] {
        let empty = "\(context.folder(of: set)).nothing"
        try FolderTree.make(empty, mode: 0o700)
        let comparer = FileComparer(snapshot, root: empty, stop: stop)
        try comparer.run(only: [victim.path])
        let isFound = comparer.findings.contains {
            $0.code == .restoredFileMissing && $0.subject == .path(victim.path)
        }
        var controls = [
            DrillControl(
                set: set,
                sabotage: Self.nothing,
                foundAs: isFound ? .restoredFileMissing : nil
            )
        ]
        for store in stores {
            let root = String(decoding: store.root, as: UTF8.self)
            try FolderTree.make("\(empty)/\(root)", mode: 0o700)
            // Of an empty store nothing can be shown, and its judge must say so.
            let isFound = try judge(store, context, restoredTo: empty).findings.contains {
                $0.code == .clinicalWitnessMissing && $0.evidence["files"] == "0"
            }
            controls.append(
                DrillControl(
                    set: set,
                    sabotage: "\(store.format.rawValue): \(Self.nothing)",
                    foundAs: isFound ? .clinicalWitnessMissing : nil
                )
            )
        }
        return controls
    }
}
