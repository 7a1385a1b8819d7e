import Backup
import Catalog
import Cataloging
import Format
import GRDB
import HostState
import LocalStore
import Model
import Repository
import Testing
import TestSupport

extension TestHospital {
    /// Where the host keeps its catalog.
    var catalogPath: String { state.catalogPath }

    /// Backs up and records, as the host does; the catalog's head is what the run remembers.
    @discardableResult
    func backUpAndRecord(
        _ set: String = "files",
        in catalog: Catalog
    ) throws -> BackupRun.Result {
        let id = try catalog.setID(named: set)
        let head = try id.flatMap { try catalog.head(of: $0) }
        let result = try backUp(set, remembered: head)
        let findings = try SnapshotRecorder(catalog, try Repository(opening: store)).record(
            result.manifest,
            name: result.name,
            setName: set,
            contents: SnapshotRow.Contents(
                files: result.files,
                contentBytes: result.contentBytes,
                cut: result.cut
            )
        )
        #expect(findings.isEmpty)
        return result
    }

    /// Backs up twice with a change between, and a second set once.
    func fill(_ catalog: Catalog) throws {
        var random = SeededGenerator(seed: 7)
        try write("a", random.bytes(300_000))
        try backUpAndRecord(in: catalog)
        try write("b", random.bytes(200_000))
        try backUpAndRecord(in: catalog)
        try backUpAndRecord("other", in: catalog)
    }

    /// Compares catalog and store.
    func check(_ catalog: Catalog) throws -> [Finding] {
        try CatalogCheck.run(catalog, try Repository(opening: store), try signers())
    }

    /// Makes the catalog anew.
    func rebuild(
        reading read: CatalogRebuild.RecordReader = { _, _, _ in false }
    ) throws -> CatalogRebuild.Report {
        let repository = try Repository(opening: store)
        return try CatalogRebuild(
            [repository],
            trusting: try signers(),
            state: state
        ).run(reading: read)
    }

    /// The id of a set that was backed up.
    func id(_ set: String = "files") throws -> SetID {
        try #require(try state.id(of: set))
    }
}

/// A hospital with three snapshots of two sets in a catalog.
func withCatalogedHospital(_ body: (borrowing TestHospital, Catalog) throws -> Void) throws {
    try withTemporaryFolder { folder in
        let hospital = try TestHospital(in: folder)
        let catalog = try Catalog(path: hospital.catalogPath)
        try hospital.fill(catalog)
        try body(hospital, catalog)
        try catalog.close()
    }
}

/// Runs `sql` on a catalog from outside, as damage does.
func tamper(_ path: String, _ sql: String) throws {
    var configuration = Configuration()
    configuration.foreignKeysEnabled = false
    configuration.busyMode = .timeout(5)
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    try queue.write { try $0.execute(sql: sql) }
    try queue.close()
}
