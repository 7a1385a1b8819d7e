import Backup
import Clinical
import Format
import Model
import Repository

/// Sees what a backup takes and hands on what lies in a clinical store. For one thread: the walk's.
final class ClinicalObserver: FileObserver {
    private let roots: [[UInt8]]
    private let fold: ClinicalStoreFold
    private var memory: FactsMemory
    private let recorder: FactsRecorder
    private var number = 0
    private var open: PieceStream?
    private var holes = HoleFiller(extents: nil, size: 0)
    /// The store that the last path lay in: most follow each other.
    private var last: (folder: [UInt8], store: Int?)?

    init(
        roots: [[UInt8]],
        _ fold: ClinicalStoreFold,
        _ memory: consuming FactsMemory,
        _ recorder: consuming FactsRecorder
    ) {
        self.roots = roots
        self.fold = fold
        self.memory = memory
        self.recorder = recorder
    }

    func knows(_ path: [UInt8]) -> Bool {
        store(of: path) == nil || memory.facts(of: path) != nil
    }

    func keep(_ path: [UInt8]) throws {
        guard let store = store(of: path) else {
            return
        }
        guard let before = memory.facts(of: path) else {
            preconditionFailure("a file is kept that nothing is known of")
        }
        try push(path, store, size: before.size, .facts(before.facts))
    }

    func see(_ path: [UInt8], _ bytes: ArraySlice<UInt8>) throws {
        if let store = store(of: path) {
            try push(path, store, size: UInt64(bytes.count), .bytes(Array(bytes)))
        }
    }

    func begin(_ path: [UInt8], size: UInt64?, extents: [FileRecord.Extent]?) throws {
        abandon()
        guard let store = store(of: path) else {
            return
        }
        guard let size else {
            return try push(path, store, size: 0, .unseen)
        }
        let stream = PieceStream()
        try push(path, store, size: size, .pieces(stream))
        open = stream
        holes = HoleFiller(extents: extents, size: size)
    }

    func see(piece: [UInt8]) throws {
        if let open {
            holes.fill(piece) { open.push($0) }
        }
    }

    func end(isTaken: Bool) throws {
        if let open {
            holes.finish { open.push($0) }
            open.end(isTaken: isTaken)
        }
        open = nil
    }

    /// Writes down what is left, once all files are folded.
    func finish() throws {
        try recorder.write(fold.takeEncoded())
        try recorder.finish()
    }

    /// A file that could not be read to its end is over without a word.
    func abandon() {
        open?.end(isTaken: false)
        open = nil
    }

    private func push(
        _ path: [UInt8],
        _ store: Int,
        size: UInt64,
        _ work: ClinicalStoreFold.Work
    ) throws {
        abandon()
        fold.push(
            ClinicalStoreFold.Item(
                number: number,
                store: store,
                path: path,
                size: size,
                work: work
            )
        )
        number += 1
        if number.isMultiple(of: 1_024) {
            try recorder.write(fold.takeEncoded())
        }
    }

    private func store(of path: [UInt8]) -> Int? {
        guard !CanaryDocument.isPath(path) else {
            return nil
        }
        let folder = RecordPath.folder(of: path)
        if let last, last.folder == folder {
            return last.store
        }
        let store = roots.firstIndex { RecordPath.isBeneath(path, $0) }
        last = (folder, store)
        return store
    }
}
