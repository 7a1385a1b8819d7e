import Backup
import Catalog
import Cataloging
import Format
import Foundation
import HostState
import LocalStore
import Model
import ObjectStore
import Primitives
import Repository
import Testing
import TestSupport

@Suite struct CatalogRebuildTests {
    @Test func `a rebuilt catalog is the old one but for what is sealed`() throws {
        try withCatalogedHospital { hospital, old in
            try old.record(
                run: RunRow(
                    name: "files",
                    kind: .backup,
                    due: nil,
                    started: Timestamp(seconds: 1)
                )
            )
            let before = try Contents(old)
            try old.close()
            let report = try hospital.rebuild()
            #expect(report.snapshots == 3)
            #expect(report.findings.isEmpty)
            #expect(report.unnamed.isEmpty)
            #expect(report.unreadRecords.isEmpty)
            #expect(report.kept == "\(hospital.catalogPath).damaged-1")

            let new = try Catalog(path: hospital.catalogPath)
            let after = try Contents(new)
            #expect(after.snapshots == before.withoutContents)
            #expect(after.pages == before.pages)
            #expect(after.objects == before.objects)
            #expect(after.names == before.names)
            #expect(before.snapshots.allSatisfy { $0.contents != nil })
            #expect(after.snapshots.allSatisfy { $0.contents == nil })
            #expect(try new.lastRun(of: "files", kind: .backup) == nil)
            #expect(try hospital.check(new).isEmpty)
            // The old one is kept whole.
            #expect(try Contents(try Catalog(path: "\(hospital.catalogPath).damaged-1")) == before)
        }
    }

    @Test func `the next backup goes on from a rebuilt catalog`() throws {
        try withCatalogedHospital { hospital, old in
            try old.close()
            _ = try hospital.rebuild()
            let new = try Catalog(path: hospital.catalogPath)
            let result = try hospital.backUpAndRecord(in: new)
            #expect(result.manifest.sequence == 3)
            #expect(result.findings.isEmpty)
            #expect(try hospital.check(new).isEmpty)
        }
    }

    @Test func `a damaged catalog is kept with its log, and each under a new number`() throws {
        try withCatalogedHospital { hospital, old in
            try old.close()
            let path = hospital.catalogPath
            for number in 1...3 {
                let damage = "damage \(number)"
                try damage.write(toFile: path, atomically: false, encoding: .utf8)
                try "log".write(toFile: "\(path)-wal", atomically: false, encoding: .utf8)
                #expect(throws: CatalogError.self) { try Catalog(path: path) }
                #expect(try hospital.rebuild().kept == "\(path).damaged-\(number)")
                let new = try Catalog(path: path)
                #expect(try new.head(of: try hospital.id())?.sequence == 2)
                try new.close()
                for (suffix, text) in [("", damage), ("-wal", "log")] {
                    let kept = "\(path).damaged-\(number)\(suffix)"
                    #expect(try String(contentsOfFile: kept, encoding: .utf8) == text)
                }
            }
            let mode = try FileManager.default.attributesOfItem(atPath: path)
            #expect(mode[.posixPermissions] as? Int == 0o600)
        }
    }

    @Test func `a lost catalog is rebuilt, and a log without its file is kept`() throws {
        try withCatalogedHospital { hospital, old in
            try old.close()
            let path = hospital.catalogPath
            removeTree(path)
            #expect(try hospital.rebuild().kept == nil)
            removeTree(path)
            try "log".write(toFile: "\(path)-wal", atomically: false, encoding: .utf8)
            #expect(try hospital.rebuild().kept == "\(path).damaged-1")
            #expect(try hospital.check(try Catalog(path: path)).isEmpty)
        }
    }

    @Test func `a set whose name is lost is known by its id`() throws {
        try withCatalogedHospital { hospital, old in
            try old.close()
            let id = try hospital.id("other")
            removeTree(hospital.state.folder(of: "other"))
            let report = try hospital.rebuild()
            #expect(report.unnamed == [id])
            let new = try Catalog(path: hospital.catalogPath)
            #expect(try new.head(of: id)?.sequence == 1)
            #expect(try new.setName(of: id) == nil)
            #expect(try new.setID(named: "files") == (try hospital.id()))
        }
    }

    @Test func `a lost list page is told, and healed by recording again`() throws {
        try withCatalogedHospital { hospital, old in
            let pages = try old.pages(of: try #require(try old.snapshots(of: hospital.id()).last))
            let key = StoreKey.list(try #require(pages.last))
            try old.close()
            let page = try hospital.store.get(key, bytesMax: 1 << 20)
            removeTree("\(hospital.folder)/store/\(key)")
            let report = try hospital.rebuild()
            #expect(report.findings.map(\.code) == [.manifestListInvalid])
            #expect(report.findings.first?.subject == .object(key))
            let catalog = try Catalog(path: hospital.catalogPath)
            #expect(try hospital.check(catalog).map(\.code) == [.catalogSnapshotDiffers])
            try hospital.store.put(page, at: key)
            let history = try History(of: hospital.store, trusting: try hospital.signers())
            let newest = try #require(history.newest(of: try hospital.id()))
            let recorder = SnapshotRecorder(catalog, try Repository(opening: hospital.store))
            let findings = try recorder.record(
                newest.manifest,
                name: newest.name,
                setName: nil,
                contents: nil
            )
            #expect(findings.isEmpty)
            #expect(try hospital.check(catalog).isEmpty)
        }
    }

    @Test func `a stranger's manifest and a damaged one are told and not recorded`() throws {
        try withCatalogedHospital { hospital, old in
            try old.close()
            let repository = try Repository(opening: hospital.store)
            let history = try History(of: hospital.store, trusting: try hospital.signers())
            var manifest = try #require(history.newest(of: try hospital.id("other"))).manifest
            manifest.sequence = 2
            manifest.previous = ObjectName(.zero)
            let stranger = try SigningKey(seed: try SecretBytes.random(count: 32))
            _ = try repository.put(manifest, signedBy: stranger)
            let key = try #require(history.newest(of: try hospital.id())).storeKey
            try "x".write(
                toFile: "\(hospital.folder)/store/\(key)",
                atomically: false,
                encoding: .utf8
            )
            let report = try hospital.rebuild()
            let codes = Set(report.findings.map(\.code))
            #expect(codes == [.manifestSignerUnknown, .manifestDamaged])
            let new = try Catalog(path: hospital.catalogPath)
            #expect(try new.head(of: try hospital.id())?.sequence == 1)
            #expect(try new.head(of: try hospital.id("other"))?.sequence == 1)
        }
    }

    @Test func `records of believed signers are given to who can read them`() throws {
        try withCatalogedHospital { hospital, old in
            try old.close()
            let repository = try Repository(opening: hospital.store)
            let own = try hospital.state.signingKey()
            let stranger = try SigningKey(seed: try SecretBytes.random(count: 32))
            let drills = RecordChain(.drill, of: own.verifyingKey.signer, in: repository)
            for number in 1...2 {
                _ = try drills.append(signedBy: own) { _, _ in .integer(Int64(number)) }
            }
            let checks = RecordChain(.keyCheck, of: own.verifyingKey.signer, in: repository)
            _ = try checks.append(signedBy: own) { _, _ in .null }
            let foreign = RecordChain(.drill, of: stranger.verifyingKey.signer, in: repository)
            _ = try foreign.append(signedBy: stranger) { _, _ in .null }
            var read: [UInt64] = []
            let report = try hospital.rebuild { kind, record, _ in
                if kind == .drill {
                    read.append(record.sequence)
                }
                return kind == .drill
            }
            #expect(read == [1, 2])
            #expect(report.records == 2)
            #expect(report.unreadRecords == [.drill: 1, .keyCheck: 1])
        }
    }

    @Test func `a rebuild that fails leaves the old catalog where it was`() throws {
        try withCatalogedHospital { hospital, old in
            try old.close()
            struct Refused: Error {}
            let repository = try Repository(opening: hospital.store)
            let own = try hospital.state.signingKey()
            let drills = RecordChain(.drill, of: own.verifyingKey.signer, in: repository)
            _ = try drills.append(signedBy: own) { _, _ in .null }
            #expect(throws: Refused.self) {
                _ = try hospital.rebuild { _, _, _ in throw Refused() }
            }
            let files = try FileManager.default.contentsOfDirectory(atPath: hospital.state.path)
            #expect(files.filter { $0.hasPrefix("catalog") } == ["catalog.sqlite"])
            let head = try Catalog(path: hospital.catalogPath).head(of: try hospital.id())
            #expect(head?.sequence == 2)
        }
    }
}

/// All that a catalog tells of snapshots.
private struct Contents: Equatable {
    var snapshots: [SnapshotRow] = []
    var pages: [[ObjectName]] = []
    var objects: [Set<Catalog.NeededObject>] = []
    var names: [String?] = []

    init(_ catalog: Catalog) throws {
        for (set, name) in try catalog.sets() {
            names.append(name)
            let rows = try catalog.snapshots(of: set)
            snapshots += rows
            pages += try rows.map { try catalog.pages(of: $0) }
            var needed: Set<Catalog.NeededObject> = []
            try catalog.forEachObject(of: set) { needed.insert($0) }
            objects.append(needed)
        }
    }

    /// As a rebuild without an identity knows them.
    var withoutContents: [SnapshotRow] {
        snapshots.map { row in
            let manifest = Manifest(
                set: row.ref.set,
                sequence: row.ref.sequence,
                previous: row.previous,
                repository: RepositoryID(row.ref.set.id),
                descriptor: .zero,
                run: row.run,
                secret: row.secret,
                epoch: row.epoch,
                keys: [],
                recipients: [],
                root: ChunkID(.zero),
                pages: [],
                needed: row.needed,
                new: row.new,
                complete: row.complete,
                started: row.started,
                finished: row.finished,
                tool: ""
            )
            return SnapshotRow(manifest, name: row.name, contents: nil)
        }
    }
}
