import Catalog
import Cataloging
import Configuration
import Copying
import FileSystem
import Format
import HostState
import Model
import ObjectStore
import Primitives
import Repository
import TestSupport
import Testing
import Workers

@testable import Jobs

/// A release lifts nothing that somebody holds, and no hold is forgotten: not one of another host,
/// of another name of the store, or one that was cut short.
@Suite struct HoldKnowledgeTests {
    private static let noon = HoldScene.noon

    // MARK: - Who holds

    @Test func `what another host holds stays held, and can be released here`() throws {
        try HoldScene.run { scene in
            let other = try scene.neighbour()
            _ = try other.job("\(scene.files.hex)@3").run(.place, in: other.vault)
            let needed = try scene.held()
            _ = try scene.job("files@2").run(.place, in: scene.vault)
            #expect(try scene.check() == [])
            let outcome = try scene.job("files@2", after: 60).run(.release, in: scene.vault)
            #expect(outcome.verdict == .proven && outcome.report.kept > 0)
            #expect(outcome.report.objects > 0)
            #expect(try scene.held() == needed)
            try scene.base.setHold(false, on: scene.snapshots[2].storeKey, version: nil)
            #expect(try scene.check().map(\.code) == [.objectNotHeld])
            _ = try scene.job("files@3", after: 90).run(.release, in: scene.vault)
            #expect(try scene.held() == [] && scene.recorded() == [])
        }
    }

    @Test func `a store that is called otherwise holds what it held`() throws {
        try HoldScene.run { scene in
            let named = OddBucket(scene.base, place: "attic (https://other.example/vault)")
            _ = try scene.job("files@3").run(.place, in: named)
            let needed = try scene.held()
            _ = try scene.job("files@2").run(.place, in: scene.vault)
            _ = try scene.job("files@2", after: 60).run(.release, in: scene.vault)
            #expect(try scene.held() == needed)
            #expect(try scene.holds().map(\.head.sequence) == [3])
            _ = try scene.job("files@3", after: 60).run(.release, in: scene.vault)
            #expect(try scene.held() == [] && scene.holds() == [])
            #expect(try scene.recorded() == [])
        }
    }

    @Test func `a record of a hold in another store says nothing of this one`() throws {
        try HoldScene.run { scene in
            let primary = try #require(scene.site.configuration.store(named: "primary"))
            let copied = OddBucket(scene.base, place: Site.place(of: primary))
            _ = try scene.job("files@3").run(.place, in: copied)
            #expect(try scene.recorded() == [3])
            #expect(try KnownHolds(in: scene.vault, of: scene.site).rows == [])
            let known = try KnownHolds(in: copied, of: scene.site).rows
            #expect(known.map(\.head.sequence) == [3])
        }
    }

    @Test func `a record of a store that moved or is gone says nothing of this one`() throws {
        try HoldScene.run { scene in
            let moved = OddBucket(scene.base, place: "primary (https://old.example/primary)")
            _ = try scene.job("files@3").run(.place, in: moved)
            #expect(try KnownHolds(in: scene.vault, of: scene.site).rows == [])
            let gone = OddBucket(scene.base, place: "gone (https://gone.example/vault)")
            _ = try scene.job("files@2").run(.place, in: gone)
            let known = try KnownHolds(in: scene.vault, of: scene.site).rows
            #expect(known.map(\.head.sequence) == [2])
            try scene.base.setHold(false, on: scene.snapshots[1].storeKey, version: nil)
            #expect(try KnownHolds(in: scene.vault, of: scene.site).rows == [])
        }
    }

    @Test func `while a record of holds is missing or damaged nothing is released`() throws {
        try HoldScene.run { scene in
            let first = try scene.job("files@3").run(.place, in: scene.vault)
            _ = try scene.job("files@2").run(.place, in: scene.vault)
            let held = try scene.held()
            let key = try #require(first.recordKey)
            let bytes = try scene.base.get(key, bytesMax: 1 << 20)
            for code in [FindingCode.recordChainBroken, .recordDamaged] {
                #expect(try scene.base.attempt(.deleteVersion, on: key) == .done)
                if code == .recordDamaged {
                    try scene.base.put(bytes.reversed(), at: key)
                }
                let outcome = try scene.job("files@2", after: 60).run(.release, in: scene.vault)
                #expect(outcome.report.isBlocked && outcome.findings.map(\.code) == [code])
                #expect(outcome.recordKey == nil)
                #expect(try scene.held() == held && scene.holds().count == 2)
                #expect(try scene.check().map(\.code) == [code])
                if code == .recordChainBroken {
                    try scene.base.put(bytes, at: key)
                }
            }
            #expect(try scene.base.attempt(.deleteVersion, on: key) == .done)
            try scene.base.put(bytes, at: key)
            let outcome = try scene.job("files@2", after: 60).run(.release, in: scene.vault)
            #expect(outcome.verdict == .proven)
        }
    }

    // MARK: - Cut short

    @Test func `a hold that was cut short is known, told, kept and gone on with`() throws {
        try HoldScene.run { scene in
            let second = try scene.job("files@2").run(.place, in: scene.vault)
            let breaking = OddBucket(scene.base, holdsMax: 1)
            #expect(throws: StoreError.self) {
                try scene.job("files@3", after: 30).run(.place, in: breaking)
            }
            #expect(try scene.holds().map(\.recordKey) == [second.recordKey, nil])
            #expect(try scene.check().map(\.code) == [.objectNotHeld])
            let outcome = try scene.job("files@2", after: 60).run(.release, in: scene.vault)
            #expect(outcome.verdict == .proven && outcome.report.kept > 0)
            #expect(try scene.base.isHeld(StoreKey.descriptor, version: nil))
            let third = try scene.job("files@3", after: 90).run(.place, in: scene.vault)
            #expect(try scene.holds().map(\.recordKey) == [third.recordKey])
            #expect(try scene.check() == [])
        }
    }

    @Test func `one hold or release is under way at a time`() throws {
        try HoldScene.run { scene in
            let lock = try #require(try FileLock("\(scene.site.state.path)/holds.lock"))
            for action in [HoldJob.Action.place, .release] {
                #expect(throws: HoldError.busy) {
                    try scene.job("files@2").run(action, in: scene.vault)
                }
            }
            #expect(try scene.held() == [] && scene.holds() == [])
            withExtendedLifetime(lock) {}
        }
    }

    // MARK: - What cannot be read

    @Test func `what cannot be read is not given up`() throws {
        try HoldScene.run { scene in
            let second = scene.snapshots[1]
            _ = try scene.job("files@2").run(.place, in: scene.vault)
            let held = try scene.held()
            let page = StoreKey.list(try #require(second.manifest.pages.first))
            for key in [second.storeKey, page] {
                let shut = OddBucket(scene.base, refusing: [key])
                let outcome = try scene.job("files@2", after: 60).run(.release, in: shut)
                #expect(outcome.report.isBlocked && outcome.verdict == .notProven)
                #expect(outcome.findings.map(\.code) == [.objectUnreadable])
                #expect(outcome.recordKey == nil)
                #expect(try scene.held() == held && scene.holds().count == 1)
            }
            // What is gone nobody will ever read.
            try scene.remove(page)
            let outcome = try scene.job("files@2", after: 60).run(.release, in: scene.vault)
            #expect(outcome.findings.map(\.code) == [.objectMissing] && outcome.leavesHeld)
            #expect(try scene.holds() == [] && scene.recorded() == [])
            #expect(try !scene.held().isEmpty)
        }
    }

    @Test func `what is lost can be given up while another is lost too`() throws {
        try HoldScene.run { scene in
            for number in [2, 3] {
                _ = try scene.job("files@\(number)").run(.place, in: scene.vault)
                try scene.remove(scene.snapshots[number - 1].storeKey)
            }
            for number in [2, 3] {
                let outcome = try scene.job("files@\(number)").run(.release, in: scene.vault)
                #expect(outcome.findings.map(\.code) == [.objectMissing] && outcome.leavesHeld)
                #expect(!outcome.report.isBlocked && outcome.report.objects == 0)
            }
            #expect(try scene.holds() == [] && scene.recorded() == [])
        }
    }

    @Test func `what was held is released though its signer is believed no more`() throws {
        try HoldScene.run { scene in
            _ = try scene.job("files@2").run(.place, in: scene.vault)
            let state = scene.site.state
            let host = try #require(try state.verifyingKey())
            var pins = try state.pins()
            pins.put(SignerPin(key: host.bytes, retirement: SignerPin.Retirement()))
            try state.keep(pins)
            #expect(try scene.check() == [])
            let outcome = try scene.job("files@2", after: 60).run(.release, in: scene.vault)
            #expect(outcome.verdict == .proven && outcome.report.objects > 3)
            #expect(try scene.held() == [] && scene.holds() == [])
        }
    }

    // MARK: - Times

    @Test func `a release is dated after its hold, whatever the clock says`() throws {
        try HoldScene.run { scene in
            _ = try scene.job("files@2", after: 100).run(.place, in: scene.vault)
            let outcome = try scene.job("files@2").run(.release, in: scene.vault)
            #expect(outcome.finished == Timestamp(seconds: Self.noon.seconds + 101))
            #expect(try scene.holds() == [] && scene.recorded() == [])
        }
    }

    @Test func `a hold from a clock that went back can be released by another host`() throws {
        try HoldScene.run { scene in
            let other = try scene.neighbour()
            _ = try scene.job("files@1", after: 100).run(.place, in: scene.vault)
            _ = try scene.job("files@2").run(.place, in: scene.vault)
            let release = try other.job("\(scene.files.hex)@2", after: 10)
            let outcome = try release.run(.release, in: other.vault)
            #expect(outcome.finished == Timestamp(seconds: Self.noon.seconds + 101))
            #expect(try scene.recorded() == [1])
        }
    }

    @Test func `holds of several hosts are told by time, whoever's records come first`() throws {
        try HoldScene.run { scene in
            let other = try scene.neighbour()
            let set = scene.files.hex
            _ = try scene.job("files@1").run(.place, in: scene.vault)
            _ = try other.job("\(set)@1", after: 60).run(.release, in: other.vault)
            _ = try other.job("\(set)@2", after: 70).run(.place, in: other.vault)
            _ = try scene.job("files@2", after: 130).run(.release, in: scene.vault)
            _ = try scene.job("files@3", after: 140).run(.place, in: scene.vault)
            _ = try other.job("\(set)@3", after: 200).run(.release, in: other.vault)
            let last = try scene.job("files@3", after: 210).run(.place, in: scene.vault)
            #expect(try scene.recorded() == [3])
            let report = try CatalogRebuild(
                [try Repository(opening: scene.vault)],
                trusting: try scene.site.signers(),
                state: scene.site.state
            ).run { try SignedHistory.read($0, $1, into: $2) }
            #expect(report.isInstalled)
            #expect(try scene.holds().map(\.recordKey) == [last.recordKey])
        }
    }

    // MARK: - Looked at again

    @Test func `who cannot look at holds has copied all the same`() throws {
        try HoldScene.run { scene in
            _ = try scene.job("files@2").run(.place, in: scene.vault)
            let job = try CopyJob(scene.site, now: { Self.noon }, stop: StopFlag())
            #expect(try job.holdFindings(of: [scene.files], in: scene.vault) == [])
            let shut = OddBucket(scene.base, refusing: [StoreKey.descriptor])
            let findings = try job.holdFindings(of: [scene.files], in: shut)
            #expect(findings.map(\.code) == [.objectUnreadable])
            #expect(findings.first?.subject == .named(scene.base.place))
            #expect(findings.first?.evidence["reason"]?.contains("403 AccessDenied") == true)
            let stop = StopFlag()
            stop.set()
            let stopped = try CopyJob(scene.site, now: { Self.noon }, stop: stop)
            #expect(throws: Stopped.self) {
                try stopped.holdFindings(of: [scene.files], in: scene.vault)
            }
        }
    }

    @Test func `what is held where nothing is brought is looked at`() throws {
        try HoldScene.run { scene in
            let catalog = try scene.site.catalog()
            for name in ["old", "vault"] {
                let store = try #require(scene.site.configuration.store(named: name))
                var held = scene.row(scene.snapshots[1], nil)
                held.store = Site.place(of: store)
                try catalog.record(hold: held)
            }
            func parts(of sets: [String] = [], to store: String? = nil) throws -> [CopyJob.Part] {
                let job = try CopyJob(
                    scene.site,
                    sets: sets,
                    to: store,
                    now: { Self.noon },
                    stop: StopFlag()
                )
                return job.parts
            }
            let all = try parts()
            #expect(all.map(\.store) == ["vault", "old"] && all.map(\.isLook) == [false, true])
            #expect(all.last?.sets == [scene.files: "files"])
            #expect(try parts(of: ["files"]).map(\.store) == ["vault", "old"])
            #expect(try parts(of: ["other"]).map(\.store) == ["vault"])
            #expect(try parts(to: "vault").map(\.store) == ["vault"])
        }
    }

    @Test func `what is held in a store that is configured no more is in doubt`() throws {
        try HoldScene.run { scene in
            let sets = scene.site.configuration.sets
            var held = scene.row(scene.snapshots[1], nil)
            held.store = "gone (https://gone.example/vault)"
            try scene.site.catalog().record(hold: held)
            let report = try CopyStanding(scene.site, sets: sets)
            let doubts = report.wrong.filter { $0.code == .objectUnreadable }
            #expect(doubts.map(\.breaks) == [[held.snapshot]])
            #expect(doubts.first?.evidence["store"] == held.store)
            try scene.site.catalog().release(held.snapshot, in: held.store, at: Self.noon)
            let after = try CopyStanding(scene.site, sets: sets)
            #expect(!after.wrong.contains { $0.code == .objectUnreadable })
        }
    }
}
