import Format
import Model

/// What a source gave.
struct Taken {
    let writer: SnapshotWriter
    let root: ChunkID
    let files: UInt64
    let bytes: UInt64
    let cut: Timestamp

    /// Whether every file was taken whole.
    var isComplete: Bool {
        let holes: Set<FindingCode> = [.fileUnreadable, .fileChangedWhileRead, .sourceUnmounted]
        return writer.findings.allSatisfy { !holes.contains($0.code) }
    }

    /// The findings as the sealed root keeps them, at most as many as fit.
    static func notes(_ findings: [Finding]) -> [SnapshotRoot.Note] {
        var left = Limits.notesBytesMax
        let notes = findings.lazy.map { finding in
            guard case .path(let path) = finding.subject else {
                return SnapshotRoot.Note(code: finding.code.rawValue, path: [])
            }
            return SnapshotRoot.Note(code: finding.code.rawValue, path: path)
        }
        return notes.prefix { note in
            // Base64, the code and the JSON about them.
            left -= note.path.count * 4 / 3 + 100
            return left >= 0
        }
    }
}
