import Backup
import Catalog
import Cataloging
import FileSystem
import Format
import Glibc
import HostState
import LocalStore
import Model
import ObjectStore
import Primitives
import Repository
import Testing
import TestSupport

@Suite struct CatalogCheckTests {
    @Test func `a catalog that followed its repository agrees with it`() throws {
        try withCatalogedHospital { hospital, catalog in
            let findings = try hospital.check(catalog)
            #expect(findings.isEmpty)
            #expect(try catalog.snapshots(of: try hospital.id()).count == 2)
        }
    }

    @Test func `a snapshot that the store lost is missing`() throws {
        try withCatalogedHospital { hospital, catalog in
            let ref = SnapshotRef(set: try hospital.id(), sequence: 2)
            try remove(hospital, prefix: "snapshots/\(ref.set.hex)/0000000002")
            let findings = try hospital.check(catalog)
            #expect(findings.map(\.code) == [.catalogSnapshotMissing])
            #expect(findings.first?.subject == .snapshot(ref))
            #expect(findings.first?.breaks == [ref])
        }
    }

    @Test func `a snapshot that the catalog never recorded is unknown`() throws {
        try withCatalogedHospital { hospital, catalog in
            let result = try hospital.backUp()
            let findings = try hospital.check(catalog)
            #expect(findings.map(\.code) == [.catalogSnapshotUnknown])
            #expect(findings.first?.subject == .snapshot(result.manifest.ref))
        }
    }

    @Test(arguments: [
        "UPDATE snapshots SET complete = 0", "UPDATE snapshots SET new_bytes = new_bytes + 1",
        "UPDATE snapshots SET run = secret",
    ]) func `a snapshot whose row was altered differs`(sql: String) throws {
        try withCatalogedHospital { hospital, catalog in
            try tamper(catalog.path, "\(sql) WHERE sequence = 2")
            let findings = try hospital.check(catalog)
            #expect(findings.map(\.code) == [.catalogSnapshotDiffers])
        }
    }

    @Test func `a snapshot whose pages were altered differs`() throws {
        try withCatalogedHospital { hospital, catalog in
            let number = "(SELECT number FROM snapshots WHERE sequence = 2)"
            try tamper(
                catalog.path,
                "DELETE FROM snapshot_pages WHERE snapshot_number = \(number)"
            )
            let findings = try hospital.check(catalog)
            #expect(findings.map(\.code) == [.catalogSnapshotDiffers])
        }
    }

    @Test func `another manifest under the same number differs`() throws {
        try withCatalogedHospital { hospital, catalog in
            let set = try hospital.id()
            let prefix = "snapshots/\(set.hex)/0000000002"
            let key = try #require(try hospital.store.list(prefix: prefix).first).key
            let bytes = try hospital.store.get(key, bytesMax: Limits.documentBytesMax)
            var manifest = try Manifest(decoding: Envelope(decoding: bytes).payload)
            try remove(hospital, prefix: prefix)
            manifest.tool = "forged"
            let repository = try Repository(opening: hospital.store)
            let forged = try repository.put(manifest, signedBy: try hospital.state.signingKey())
            let findings = try hospital.check(catalog)
            #expect(findings.map(\.code) == [.catalogSnapshotDiffers])
            #expect(findings.first?.evidence["store"] == forged.hex)
        }
    }

    @Test(arguments: ["packs/", "index/", "keys/", "lists/"])
    func `an object that the store lost is missing, and what it breaks is named`(
        prefix: String
    ) throws {
        try withCatalogedHospital { hospital, catalog in
            let key = try #require(try hospital.store.list(prefix: prefix).map(\.key).min())
            try remove(hospital, prefix: key)
            let findings = try hospital.check(catalog)
            #expect(findings.map(\.code) == [.catalogObjectMissing])
            #expect(findings.first?.subject == .object(key))
            #expect(findings.first?.breaks.isEmpty == false)
        }
    }

    @Test func `an object that the catalog lost is unknown`() throws {
        try withCatalogedHospital { hospital, catalog in
            let pack = try firstPack(hospital)
            try tamper(catalog.path, "DELETE FROM objects WHERE name = x'\(pack.hex)'")
            let findings = try hospital.check(catalog)
            #expect(findings.map(\.code) == [.catalogObjectUnknown])
            #expect(findings.first?.subject == .object(StoreKey.pack(pack)))
        }
    }

    @Test(arguments: ["size = size + 1", "kind = 3", "ordinal = ordinal + 4096"])
    func `an object that the catalog tells otherwise differs`(change: String) throws {
        try withCatalogedHospital { hospital, catalog in
            let pack = try firstPack(hospital)
            try tamper(catalog.path, "UPDATE objects SET \(change) WHERE name = x'\(pack.hex)'")
            let codes = try hospital.check(catalog).map(\.code)
            let isMoved = change.hasPrefix("ordinal")
            #expect(codes == [isMoved ? .catalogObjectUnknown : .catalogObjectDiffers])
        }
    }

    @Test(arguments: ["packs/", "lists/"])
    func `an object that was cut short differs`(prefix: String) throws {
        try withCatalogedHospital { hospital, catalog in
            let key = try #require(try hospital.store.list(prefix: prefix).map(\.key).min())
            let file = try FileHandle.open("\(hospital.folder)/store/\(key)", O_WRONLY)
            try file.setSize(10)
            let findings = try hospital.check(catalog)
            #expect(findings.map(\.code) == [.catalogObjectDiffers])
            #expect(findings.first?.evidence["bytesStore"] == "10")
        }
    }

    @Test func `a list page whose bytes are wrong is damaged`() throws {
        try withCatalogedHospital { hospital, catalog in
            let key = try #require(try hospital.store.list(prefix: "lists/").map(\.key).min())
            let file = try FileHandle.open("\(hospital.folder)/store/\(key)", O_WRONLY)
            try file.write([0])
            let findings = try hospital.check(catalog)
            #expect(findings.map(\.code) == [.objectDamaged])
        }
    }

    @Test func `a stranger's manifest is told, and not taken for a snapshot`() throws {
        try withCatalogedHospital { hospital, catalog in
            let findings = try CatalogCheck.run(
                catalog,
                try Repository(opening: hospital.store),
                TrustedSigners([])
            )
            let codes = Set(findings.map(\.code))
            #expect(codes == [.manifestSignerUnknown, .catalogSnapshotMissing])
        }
    }

    @Test func `one set can be asked alone`() throws {
        try withCatalogedHospital { hospital, catalog in
            try remove(hospital, prefix: "snapshots/\(try hospital.id().hex)/0000000002")
            let repository = try Repository(opening: hospital.store)
            let signers = try hospital.signers()
            let other = try hospital.id("other")
            let findings = try CatalogCheck.run(catalog, repository, signers, sets: [other])
            #expect(findings.isEmpty)
        }
    }

    // MARK: -

    private func firstPack(_ hospital: borrowing TestHospital) throws -> ObjectName {
        let key = try #require(try hospital.store.list(prefix: "packs/").map(\.key).min())
        return try #require(StoredKind(key: key).name)
    }

    private func remove(_ hospital: borrowing TestHospital, prefix: String) throws {
        let objects = try hospital.store.list(prefix: prefix)
        #expect(objects.count == 1, "\(prefix)")
        for object in objects {
            removeTree("\(hospital.folder)/store/\(object.key)")
        }
    }
}
