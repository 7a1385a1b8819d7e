import Catalog
import Cataloging
import Configuration
import Copying
import Format
import Model
import ObjectStore
import Primitives
import Repository
import TestSupport
import Testing
import Workers

@testable import Jobs

/// Legal holds of a site: what is held, signed, remembered, and told when somebody lifts it.
@Suite struct HoldTests {
    // MARK: - Holding

    @Test func `a snapshot is held, signed and remembered`() throws {
        try HoldScene.run { scene in
            let second = scene.snapshots[1]
            let outcome = try scene.job("files@2").run(.place, in: scene.vault)
            #expect(outcome.verdict == .proven && outcome.findings == [])
            #expect(outcome.snapshot == second.manifest.ref && outcome.report.objects > 3)
            #expect(try scene.base.isHeld(second.storeKey, version: nil))
            let expected = scene.row(second, outcome.recordKey)
            #expect(try scene.holds() == [expected])

            let key = try #require(outcome.recordKey)
            let record = try #require(try scene.records().first)
            #expect(record.isTrusted && record.stored.key == key)
            #expect(record.statement?.subjects.map(\.snapshot) == [second.manifest.ref])
            guard case .object(let members)? = record.statement?.predicate else {
                Issue.record("no predicate")
                return
            }
            #expect(members["action"] == .string("place"))
            #expect(members["objects"] == .integer(Int64(outcome.report.objects)))
            #expect(members["verdict"] == .string("proven"))
            #expect(members["findings"] == .object([:]))
            let payload = record.stored.envelope.payload
            let facts = try RecordFacts(.hold, decoding: payload, id: "", key: key)
            guard case .hold(let read) = facts else {
                Issue.record("got \(facts)")
                return
            }
            #expect(read == expected)
        }
    }

    @Test func `the newest snapshot can be meant, and a hold be set again`() throws {
        try HoldScene.run { scene in
            let first = try scene.job("files@latest").run(.place, in: scene.vault)
            #expect(first.snapshot == scene.snapshots[2].manifest.ref)
            let again = try scene.job("files@3", because: "still", after: 60)
                .run(.place, in: scene.vault)
            #expect(again.verdict == .proven && again.report.objects == first.report.objects)
            #expect(try scene.holds() == [scene.row(scene.snapshots[2], first.recordKey)])
            #expect(try scene.records().count == 2)
        }
    }

    @Test func `a hold that could not be set is remembered, and told`() throws {
        try HoldScene.run { scene in
            let second = scene.snapshots[1]
            try scene.remove(try scene.aPack(second))
            let outcome = try scene.job("files@2").run(.place, in: scene.vault)
            #expect(outcome.verdict == .failed)
            #expect(outcome.findings.map(\.code) == [.objectMissing])
            #expect(try scene.holds().count == 1)
            #expect(try scene.check().map(\.code) == [.objectMissing])
        }
    }

    // MARK: - Releasing

    @Test func `what was released is free, but for what another hold needs`() throws {
        try HoldScene.run { scene in
            _ = try scene.job("files@2").run(.place, in: scene.vault)
            _ = try scene.job("files@3").run(.place, in: scene.vault)
            let outcome = try scene.job("files@2", after: 60).run(.release, in: scene.vault)
            #expect(outcome.verdict == .proven && outcome.report.kept > 0)
            #expect(try scene.holds().map(\.snapshot) == [scene.snapshots[2].manifest.ref])
            #expect(try !scene.base.isHeld(scene.snapshots[1].storeKey, version: nil))
            #expect(try scene.base.isHeld(StoreKey.descriptor, version: nil))
            #expect(try scene.check() == [])
            let name = try #require(SnapshotName("files@2"))
            #expect(throws: HoldError.notHeld(name, place: scene.base.place)) {
                try scene.job("files@2").run(.release, in: scene.vault)
            }
            _ = try scene.job("files@3").run(.release, in: scene.vault)
            let keys = try scene.base.list(prefix: "").map(\.key)
            #expect(try keys.allSatisfy { try !scene.base.isHeld($0, version: nil) })
            #expect(try scene.holds() == [])
        }
    }

    @Test func `nothing is released while another held snapshot cannot be read`() throws {
        try HoldScene.run { scene in
            let (second, third) = (scene.snapshots[1], scene.snapshots[2])
            _ = try scene.job("files@2").run(.place, in: scene.vault)
            _ = try scene.job("files@3").run(.place, in: scene.vault)
            try scene.remove(third.storeKey)
            let blocked = try scene.job("files@2").run(.release, in: scene.vault)
            #expect(blocked.report.isBlocked && blocked.verdict == .failed)
            #expect(blocked.findings.map(\.subject) == [.object(third.storeKey)])
            #expect(blocked.recordKey == nil)
            #expect(try scene.base.isHeld(second.storeKey, version: nil))
            #expect(try scene.holds().count == 2)
            // What is lost can be given up, and what only it needed stays held.
            let lost = try scene.job("files@3").run(.release, in: scene.vault)
            #expect(lost.findings.map(\.code) == [.objectMissing] && lost.report.objects == 0)
            let last = try scene.job("files@2").run(.release, in: scene.vault)
            #expect(last.verdict == .proven)
            #expect(try scene.holds() == [])
        }
    }

    // MARK: - Afterwards

    @Test func `a copy run tells a hold that somebody lifted`() throws {
        try HoldScene.run { scene in
            let second = scene.snapshots[1]
            #expect(try scene.check() == [])
            _ = try scene.job("files@2").run(.place, in: scene.vault)
            #expect(try scene.check() == [])
            let pack = try scene.aPack(second)
            try scene.base.setHold(false, on: pack, version: nil)
            let findings = try scene.check()
            #expect(findings.map(\.code) == [.objectNotHeld])
            #expect(findings.first?.subject == .object(pack))
            #expect(findings.first?.breaks == [second.manifest.ref])
            try scene.remove(second.storeKey)
            let missing = try scene.check()
            #expect(missing.map(\.code) == [.objectMissing])
            #expect(missing.first?.subject == .object(second.storeKey))
        }
    }

    @Test func `a catalog that is made anew knows what is held and what was released`() throws {
        try HoldScene.run { scene in
            _ = try scene.job("files@3").run(.place, in: scene.vault)
            _ = try scene.job("files@2").run(.place, in: scene.vault)
            _ = try scene.job("files@1").run(.place, in: scene.vault)
            _ = try scene.job("files@1", after: 60).run(.release, in: scene.vault)
            _ = try scene.job("files@2", after: 60).run(.release, in: scene.vault)
            _ = try scene.job("files@2", after: 90).run(.place, in: scene.vault)
            let before = try scene.holds()
            #expect(before.map(\.head.sequence) == [2, 3])
            // A copy of the records says nothing new.
            let objects = try scene.base.list(prefix: "").map(\.key)
            let twin = MemoryStore(
                try objects.reduce(into: [:]) { $0[$1] = try scene.base.get($1, bytesMax: 1 << 30) }
            )
            let report = try CatalogRebuild(
                [try Repository(opening: scene.vault), try Repository(opening: twin)],
                trusting: try scene.site.signers(),
                state: scene.site.state
            ).run { try SignedHistory.read($0, $1, into: $2) }
            #expect(report.isInstalled && report.findings == [])
            #expect(try scene.holds() == before)
        }
    }

    @Test func `what is held is shown with the copies`() throws {
        try HoldScene.run { scene in
            let vault = try #require(scene.site.configuration.store(named: "vault"))
            var held = scene.row(scene.snapshots[1], nil)
            held.store = Site.place(of: vault)
            try scene.site.catalog().record(hold: held)
            let sets = scene.site.configuration.sets
            let holds = try CopyStanding(scene.site, sets: sets).holds
            #expect(holds.map(\.row) == [held])
            #expect(holds.first?.store == "vault" && holds.first?.set == "files")
            let others = sets.filter { $0.name == "other" }
            #expect(try CopyStanding(scene.site, sets: others).holds.isEmpty)
        }
    }

    // MARK: - What is typed and read

    @Test(arguments: ["files", "files@", "@1", "files@0", "files@-1", "files@x", "files@1@2"])
    func `what names no snapshot is refused`(text: String) {
        #expect(SnapshotName(text) == nil)
    }

    @Test func `what cannot be held is refused before anything is done`() throws {
        try HoldScene.run { scene in
            let name = try #require(SnapshotName("files@9"))
            #expect("\(name)" == "files@9" && name.sequence == 9)
            #expect(SnapshotName("files@latest")?.description == "files@latest")
            #expect(throws: HoldError.noSuchSnapshot(name, place: scene.base.place)) {
                try scene.job("files@9").run(.place, in: scene.vault)
            }
            #expect(throws: HoldError.name("files")) { try scene.job("files") }
            #expect(throws: PlanError.self) { try scene.job("none@1") }
            #expect(throws: HoldError.reason) { try scene.job("files@1", because: " ") }
            #expect(throws: StoreError.self) {
                try scene.job("files@1").run(.place, in: MemoryStore([:]))
            }
            let job = { (store: String) in
                try HoldJob(
                    scene.site,
                    snapshot: "files@1",
                    store: store,
                    reason: "x",
                    credentials: .file("/nowhere", profile: "default"),
                    now: { HoldScene.noon },
                    stop: StopFlag()
                )
            }
            #expect(throws: HoldError.noBucket("primary")) { try job("primary") }
            #expect(throws: SiteError.self) { try job("elsewhere") }
            #expect(try scene.holds() == [] && scene.records().isEmpty)
        }
    }

    private static let nonsense: [[String: JSONValue]] = [
        ["action": .string("keep")], ["reason": .string("")], ["reason": .string("a\nb")],
        ["finished": .string("today")], ["store": .null],
    ]

    @Test(arguments: nonsense)
    func `a record that makes no sense is none`(wrong: [String: JSONValue]) throws {
        let right: [String: JSONValue] = [
            "action": .string("release"), "findings": .object([:]),
            "finished": .string(HoldScene.noon.rfc3339), "objects": .integer(3), "previous": .null,
            "reason": .string("over"), "sequence": .integer(1),
            "started": .string(HoldScene.noon.rfc3339), "store": .string("vault (/vault)"),
            "tool": .string("toride test"), "verdict": .string("proven"),
        ]
        let id = try #require(RandomID([UInt8](repeating: 7, count: 16)))
        let ref = SnapshotRef(set: SetID(id), sequence: 3)
        let subject = Statement.Subject(ref, ObjectName(SHA256.hash([1])))
        let other = Statement.Subject(name: "toride.json", digest: SHA256.hash([1]))
        guard case .release(let read, "vault (/vault)", HoldScene.noon) = try facts(subject, right)
        else {
            Issue.record("no release")
            return
        }
        #expect(read == ref)
        #expect(throws: FormatError.self) { try facts(subject, right.merging(wrong) { $1 }) }
        #expect(throws: FormatError.self) { try facts(other, right) }
    }

    private func facts(
        _ subject: Statement.Subject,
        _ predicate: [String: JSONValue]
    ) throws -> RecordFacts {
        let statement = Statement(
            [subject],
            predicateType: RecordKind.hold.predicateType,
            predicate: .object(predicate)
        )
        return try RecordFacts(.hold, decoding: statement.json.canonical, id: "", key: "records/x")
    }
}
