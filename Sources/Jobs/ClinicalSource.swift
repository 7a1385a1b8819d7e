package import Backup
package import Clinical
import FileSystem
import Format
package import Model
import Primitives
import Workers

/// Files of which some lie in clinical stores: what those are like is judged while they are read,
/// and sealed with the snapshot as its clinical witness.
///
/// What an unchanged file said is kept beside the host's file list; a file of which nothing is kept
/// is read.
package struct ClinicalSource: BackupSource {
    private let inner: any BackupSource
    private let stores: [(root: [UInt8], format: ClinicalFormat)]
    private let localOffset: Int64
    private let memory: FactsMemory.Place

    /// That of the source within.
    package var kind: String { inner.kind }

    /// Wraps a source.
    ///
    /// - Parameters:
    ///   - inner: reads the files.
    ///   - stores: where clinical files lie; at least one.
    ///   - localOffset: seconds by which the hospital's clock is ahead of UTC, summer time apart.
    ///   - folder: where the host keeps what it remembers of the set.
    package init(
        _ inner: any BackupSource,
        stores: [(root: [UInt8], format: ClinicalFormat)],
        localOffset: Int64,
        folder: String
    ) {
        precondition(!stores.isEmpty, "a clinical source without a store")
        self.inner = inner
        self.stores = stores
        self.localOffset = localOffset
        var reading: [UInt8] = Array("\(ClinicalRule.version) \(localOffset)".utf8)
        for store in stores {
            reading.append(prefixed: Array(store.format.rawValue.utf8))
            reading.append(prefixed: store.root)
        }
        memory = FactsMemory.Place(folder: folder, reading: SHA256.hash(reading))
    }

    /// Reads the source, and attaches the witness.
    ///
    /// - Throws: what the source throws; ``HostStateError`` if what files say cannot be kept.
    package func read(
        into writer: SnapshotWriter,
        previous: inout PreviousList
    ) throws -> Timestamp? {
        let fold = ClinicalStoreFold(
            stores.map { store in
                ClinicalStoreFold.Store(
                    root: store.root,
                    reader: store.format.reader(localOffset: localOffset),
                    // Files have no consistent view: the cut is the run's start.
                    profiler: StoreProfiler(
                        store.format,
                        cut: writer.started,
                        localOffset: localOffset
                    )
                )
            }
        )
        let observer = ClinicalObserver(
            roots: stores.map(\.root),
            fold,
            FactsMemory(memory, of: previous.started),
            try FactsRecorder(memory, started: writer.started)
        )
        writer.observer = observer
        defer { writer.observer = nil }
        let cut = try Workers.run(Workers.suitable) { _ in
            fold.work()
        } lead: {
            defer {
                observer.abandon()
                fold.close()
            }
            return try inner.read(into: writer, previous: &previous)
        }
        try observer.finish()
        try writer.attach(ClinicalWitness.attachmentName, fold.finish().encoded)
        return cut
    }

    /// Takes over what the files of this run said.
    package func settle() throws {
        try memory.replace()
        try inner.settle()
    }
}
