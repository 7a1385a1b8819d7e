import Format
import HostState
import Model
import Primitives
import Repository
import TestSupport
import Testing
import Verification

/// Keys are pinned for kinds and sets, and believed up to their heads once they are retired.
@Suite struct SignerTests {
    /// A hospital with a past, and another host, which can write into its store.
    private struct Scene: ~Copyable {
        let hospital: TestHospital
        /// The other host's.
        let west: HostState
        let files: SetID
        let other: SetID

        init(in folder: String) throws {
            let hospital = try TestHospital.withHistory(in: folder)
            let west = HostState(path: "\(folder)/west")
            try west.prepare()
            try west.makeSigningKey()
            let files = try #require(try hospital.state.id(of: "files"))
            let other = try #require(try hospital.state.id(of: "other"))
            self.hospital = hospital
            self.west = west
            self.files = files
            self.other = other
        }

        func pin(
            _ state: HostState? = nil,
            kinds: Set<SignedKind>? = nil,
            sets: Set<SetID>? = nil,
            retirement: SignerPin.Retirement? = nil
        ) throws -> SignerPin {
            let key = try #require(try (state ?? hospital.state).verifyingKey())
            return SignerPin(key: key.bytes, kinds: kinds, sets: sets, retirement: retirement)
        }

        /// Stores what follows the newest snapshot of a set.
        @discardableResult
        func forge(
            _ set: String = "files",
            signedBy state: HostState? = nil,
            _ change: (inout Manifest) -> Void = { _ in }
        ) throws -> Head {
            let newest = try #require(try hospital.manifests(set).last)
            var manifest = newest.manifest
            manifest.sequence += 1
            manifest.previous = newest.name
            change(&manifest)
            let repository = try Repository(opening: hospital.store)
            let signer = try (state ?? hospital.state).signingKey()
            let name = try repository.put(manifest, signedBy: signer)
            return Head(sequence: manifest.sequence, name: name)
        }

        func verify(_ pins: [SignerPin]) throws -> VerificationReport {
            try hospital.verify(trusting: TrustedSigners(pins: pins))
        }
    }

    private func withScene(_ body: (borrowing Scene) throws -> Void) throws {
        try withTemporaryFolder(inMemory: true) { try body(try Scene(in: $0)) }
    }

    private func codes(_ report: VerificationReport) -> [FindingCode] {
        // What only a manifest needs that is not believed is no one's.
        report.findings.map(\.code).filter { $0 != .freshnessNotAsked && $0 != .objectUnreferenced }
    }

    // MARK: - Kinds and sets

    @Test func `a host of one set cannot sign for another`() throws {
        try withScene { scene in
            let pins = [
                try scene.pin(sets: [scene.files, scene.other]),
                try scene.pin(scene.west, kinds: [.snapshot], sets: [scene.other]),
            ]
            let before = try scene.verify(pins)
            #expect(codes(before) == [])
            let wrong = try scene.forge(signedBy: scene.west)
            let report = try scene.verify(pins)
            #expect(codes(report) == [.signerNotEntitled])
            #expect(report.verdict == .notProven)
            let finding = report.findings.first { $0.code == .signerNotEntitled }
            #expect(finding?.breaks.map(\.sequence) == [4])
            #expect(report.heads == before.heads && report.snapshots == before.snapshots)
            let history = try History(
                of: scene.hospital.store,
                trusting: TrustedSigners(pins: pins)
            )
            #expect(history.newest(of: scene.files)?.manifest.sequence == 3)
            // For the set that it is pinned for, its word counts.
            try scene.hospital.replace(
                StoreKey.manifest(set: scene.files, sequence: 4, name: wrong.name),
                with: nil
            )
            let right = try scene.forge("other", signedBy: scene.west)
            let good = try scene.verify(pins)
            #expect(codes(good) == [] && good.heads[scene.other] == right)
        }
    }

    @Test func `a key that is pinned for records signs no snapshot`() throws {
        try withScene { scene in
            try scene.forge(signedBy: scene.west)
            let pins = [
                try scene.pin(), try scene.pin(scene.west, kinds: [.record(.verification)]),
            ]
            #expect(codes(try scene.verify(pins)) == [.signerNotEntitled])
        }
    }

    @Test func `one who may not sign neither fills a gap nor counts where nobody is believed`()
        throws
    {
        try withScene { scene in
            let second = try #require(try scene.hospital.manifests().dropFirst().first)
            try scene.hospital.replace(second.storeKey, with: nil)
            try scene.forge(signedBy: scene.west) { manifest in
                manifest.sequence = 2
                manifest.previous = second.manifest.previous
            }
            let west = try scene.pin(scene.west, sets: [scene.other])
            let report = try scene.verify([try scene.pin(), west])
            #expect(Set(codes(report)) == [.sequenceGap, .signerNotEntitled])
            let alone = try scene.verify([try scene.pin(scene.west, sets: [])])
            #expect(
                alone.heads[scene.files]?.sequence == 3,
                "of a stranger, not of the one refused"
            )
            #expect(alone.findings.contains { $0.code == .signerNotEntitled })
        }
    }

    @Test func `a wrong signature of a key that may not sign frames nobody`() throws {
        try withScene { scene in
            let head = try scene.forge(signedBy: scene.west)
            let key = StoreKey.manifest(set: scene.files, sequence: 4, name: head.name)
            let envelope = try Envelope(decoding: try scene.hospital.bytes(of: key))
            try scene.hospital.replace(key, with: nil)
            let spoiled = envelope.signatures.map { signature in
                Envelope.Signature(signer: signature.signer, bytes: signature.bytes.reversed())
            }
            let bytes = Envelope(
                payloadType: envelope.payloadType,
                payload: envelope.payload,
                signatures: spoiled
            ).encoded
            let name = ObjectName(SHA256.hash(bytes))
            let place = StoreKey.manifest(set: scene.files, sequence: 4, name: name)
            try scene.hospital.replace(place, with: bytes)
            let narrow = [try scene.pin(), try scene.pin(scene.west, sets: [scene.other])]
            #expect(codes(try scene.verify(narrow)) == [.manifestSignerUnknown])
            let wide = [try scene.pin(), try scene.pin(scene.west)]
            #expect(codes(try scene.verify(wide)) == [.manifestSignatureInvalid])
        }
    }

    // MARK: - Retired

    /// The head of `files` at a number.
    private func head(_ scene: borrowing Scene, _ sequence: UInt64) throws -> Head {
        try #require(try scene.hospital.manifests().first { $0.manifest.sequence == sequence }).head
    }

    private func retired(_ scene: borrowing Scene, at sequence: UInt64) throws -> SignerPin {
        let other = try #require(try scene.hospital.manifests("other").last).head
        return try scene.pin(
            retirement: SignerPin.Retirement(
                snapshots: [scene.files: try head(scene, sequence), scene.other: other],
                records: [.verification: try records(scene, .verification)]
            )
        )
    }

    private func records(_ scene: borrowing Scene, _ kind: RecordKind) throws -> Set<Head> {
        let key = try #require(try scene.hospital.state.verifyingKey())
        let repository = try Repository(opening: scene.hospital.store)
        let newest = try RecordChain(kind, of: key.signer, in: repository).newest(signedBy: key)
        return Set(newest.map { [Head(sequence: $0.sequence, name: $0.name)] } ?? [])
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func `a retired signer is believed up to its head and not beyond`(last: UInt64) throws {
        try withScene { scene in
            let report = try scene.verify([try retired(scene, at: last)])
            let beyond = Int(3 - last)
            #expect(codes(report).count { $0 == .signerRetired } == beyond)
            #expect(report.heads[scene.files] == (try head(scene, last)))
            #expect(report.verdict == (beyond == 0 ? .proven : .notProven))
            #expect(report.snapshots == 5 - beyond)
        }
    }

    @Test func `what a thief of a retired key appends is told and is not the newest`() throws {
        try withScene { scene in
            let pins = [try retired(scene, at: 3), try scene.pin(scene.west)]
            try scene.forge()
            let stolen = try scene.verify(pins)
            #expect(codes(stolen) == [.signerRetired] && stolen.verdict == .notProven)
            #expect(stolen.heads[scene.files]?.sequence == 3)
            // The next host's snapshot has the same number: that is no fork.
            let third = try head(scene, 3).name
            let next = try scene.forge(signedBy: scene.west) { manifest in
                manifest.previous = third
                manifest.sequence = 4
            }
            let report = try scene.verify(pins)
            #expect(codes(report) == [.signerRetired] && report.heads[scene.files] == next)
        }
    }

    @Test func `a fork below the head and one that replaces it are found`() throws {
        try withScene { scene in
            let pins = [try retired(scene, at: 3)]
            let fork: (inout Manifest) -> Void = { $0.finished = Timestamp(seconds: 2_000_000_000) }
            let newest = try #require(try scene.hospital.manifests().last)
            let rival = try scene.forge { manifest in
                manifest = newest.manifest
                fork(&manifest)
            }
            // Beside the head: it is not the one that is believed.
            let beside = try scene.verify(pins)
            #expect(codes(beside) == [.signerRetired])
            #expect(beside.heads[scene.files] == newest.head)
            // In its place: the head was there once.
            try scene.hospital.replace(newest.storeKey, with: nil)
            let replaced = try scene.verify(pins)
            #expect(Set(codes(replaced)) == [.signerRetired, .headBehind])
            #expect(replaced.verdict == .failed)
            let key = StoreKey.manifest(set: scene.files, sequence: 3, name: rival.name)
            try scene.hospital.replace(key, with: nil)
            try scene.forge { manifest in
                manifest.sequence = 2
                fork(&manifest)
            }
            #expect(codes(try scene.verify(pins)).contains(.historyForked))
        }
    }

    @Test func `two places that have a key retired at other heads are both right`() throws {
        try withScene { scene in
            let both = [try retired(scene, at: 2), try retired(scene, at: 3), try scene.pin()]
            let report = try scene.verify(both)
            #expect(codes(report) == [.signerRetired])
            #expect(report.heads[scene.files]?.sequence == 2)
        }
    }

    // MARK: - Records

    @Test func `strangers' records are a doubt only where it was said who signs them`() throws {
        try withScene { scene in
            try scene.hospital.putRecord(.drill, signedBy: scene.west)
            try scene.hospital.putRecord(.drill, signedBy: scene.west)
            let blind = try scene.verify([try scene.pin()])
            #expect(codes(blind) == [.recordsNotJudged] && blind.verdict == .proven)
            let notice = try #require(blind.findings.first { $0.code == .recordsNotJudged })
            #expect(notice.subject == .named("drill") && notice.evidence == ["count": "2"])
            let all = Set(SignedKind.allCases)
            let report = try scene.verify([try scene.pin(kinds: all)])
            #expect(codes(report) == [.recordSignerUnknown] && report.verdict == .notProven)
            #expect(report.findings.last?.evidence["count"] == "2")
            let pins = [
                try scene.pin(kinds: all), try scene.pin(scene.west, kinds: [.record(.drill)]),
            ]
            #expect(codes(try scene.verify(pins)) == [])
            let wrong = [
                try scene.pin(kinds: all), try scene.pin(scene.west, kinds: [.record(.rewrap)]),
            ]
            #expect(codes(try scene.verify(wrong)) == [.signerNotEntitled])
            let narrow = [
                try scene.pin(kinds: [.snapshot, .record(.verification)]),
                try scene.pin(scene.west, kinds: [.snapshot], sets: []),
            ]
            #expect(codes(try scene.verify(narrow)) == [.recordsNotJudged])
        }
    }

    @Test func `a record about a set is believed of who is pinned for that set`() throws {
        try withScene { scene in
            let pins = [
                try scene.pin(),
                try scene.pin(scene.west, kinds: [.record(.drill)], sets: [scene.other]),
            ]
            try scene.hospital.putRecord(.drill, about: [scene.other], signedBy: scene.west)
            #expect(codes(try scene.verify(pins)) == [])
            try scene.hospital.putRecord(
                .drill,
                about: [scene.other, scene.files],
                signedBy: scene.west
            )
            // It stands in a chain of believed ones, but is not one of them.
            #expect(codes(try scene.verify(pins)) == [.signerNotEntitled])
        }
    }

    private func expectBroken(_ scene: borrowing Scene, _ reason: String) throws {
        let report = try scene.hospital.verify()
        let found = report.findings.filter { $0.code == .recordChainBroken }
        #expect(found.map { $0.evidence["reason"] } == [reason], "\(report.findings)")
        #expect(report.verdict == .failed)
    }

    @Test func `rewraps of two sets may have one number, and of one set they are a fork`() throws {
        try withScene { scene in
            let first = try scene.hospital.putRecord(.rewrap, about: [scene.files])
            let bytes = try scene.hospital.bytes(of: first)
            for (set, reasons) in [(scene.other, []), (scene.files, ["fork", "fork"])] {
                try scene.hospital.replace(first, with: nil)
                let rival = try scene.hospital.putRecord(.rewrap, about: [set])
                try scene.hospital.replace(first, with: bytes)
                let found = try scene.hospital.verify().findings
                    .filter { $0.code == .recordChainBroken }
                #expect(found.map { $0.evidence["reason"] } == reasons, "\(found)")
                try scene.hospital.replace(rival, with: nil)
            }
        }
    }

    @Test func `a record that was removed, replaced or moved breaks its chain`() throws {
        try withScene { scene in
            let first = try #require(try scene.hospital.keys(prefix: "records/").first)
            let second = try scene.hospital.putRecord()
            let third = try scene.hospital.putRecord()
            #expect(codes(try scene.hospital.verify()) == [])
            for (key, isFound) in [(first, true), (second, true), (third, false)] {
                let bytes = try scene.hospital.bytes(of: key)
                try scene.hospital.replace(key, with: nil)
                if isFound {
                    try expectBroken(scene, "gap")
                } else {
                    // A truncated chain is a valid chain.
                    #expect(codes(try scene.hospital.verify()) == [])
                }
                try scene.hospital.replace(key, with: bytes)
            }
            // Removed, and another made in its place, which its successor does not name.
            let bytes = try scene.hospital.bytes(of: second)
            let last = try scene.hospital.bytes(of: third)
            try scene.hospital.replace(second, with: nil)
            try scene.hospital.replace(third, with: nil)
            let rival = try scene.hospital.putRecord(about: [scene.files])
            try scene.hospital.replace(third, with: last)
            try expectBroken(scene, "link")
            try scene.hospital.replace(second, with: bytes)
            let report = try scene.hospital.verify()
            let reasons = report.findings.compactMap { $0.evidence["reason"] }
            #expect(reasons == ["fork", "fork"], "\(report.findings)")
            try scene.hospital.replace(rival, with: nil)
            try scene.hospital.replace(third, with: nil)
            // The first one's bytes as the third.
            let name = String(first.suffix(64))
            let moved = String(third.dropLast(64)) + name
            try scene.hospital.replace(moved, with: try scene.hospital.bytes(of: first))
            try expectBroken(scene, "number")
        }
    }

    @Test(arguments: [1, 2, 3])
    func `records of a retired signer are believed up to the head of their chain`(last: Int) throws
    {
        try withScene { scene in
            for _ in 2...3 {
                try scene.hospital.putRecord()
            }
            let heads = try scene.hospital.keys(prefix: "records/").map { key in
                guard case .record(_, _, let sequence, let name) = StoredKind(key: key) else {
                    throw FormatError.invalid(key)
                }
                return Head(sequence: sequence, name: name)
            }
            var pin = try retired(scene, at: 3)
            pin.retirement?.records = [.verification: [heads[last - 1]]]
            let records = try RecordChains(
                of: scene.hospital.store,
                trusting: TrustedSigners(pins: [pin])
            )
            #expect(records.chains.first?.records.map(\.isTrusted) == (1...3).map { $0 <= last })
            let report = try scene.verify([pin])
            #expect(codes(report) == (last == 3 ? [] : [.signerRetired]))
            // Of another repository's chain, which these heads do not name, none is believed.
            let strange = Head(sequence: 9, name: heads[0].name)
            pin.retirement?.records = [.verification: [strange]]
            let none = try RecordChains(
                of: scene.hospital.store,
                trusting: TrustedSigners(pins: [pin])
            )
            #expect(none.chains.first?.records.contains(where: \.isTrusted) == false)
        }
    }

    @Test func `a rival record below a retired signer's head is not believed`() throws {
        try withScene { scene in
            let second = try scene.hospital.putRecord()
            let bytes = try scene.hospital.bytes(of: second)
            try scene.hospital.replace(second, with: nil)
            let rival = try scene.hospital.putRecord(about: [scene.files])
            try scene.hospital.replace(rival, with: nil)
            try scene.hospital.replace(second, with: bytes)
            let third = try scene.hospital.putRecord()
            let pin = try retired(scene, at: 3)
            #expect(codes(try scene.verify([pin])) == [])
            #expect(third > second)
            // The thief of the key puts his own beside the second.
            let state = try scene.hospital.storeState()
            try scene.hospital.replace(second, with: nil)
            try scene.hospital.replace(third, with: nil)
            let thief = try scene.hospital.putRecord(about: [scene.files])
            let forged = try scene.hospital.bytes(of: thief)
            try scene.hospital.putBack(state)
            try scene.hospital.replace(thief, with: forged)
            #expect(codes(try scene.verify([pin])) == [.signerRetired])
        }
    }

    @Test func `what others put under a signer's id does not lead its chain astray`() throws {
        try withScene { scene in
            let first = try #require(try scene.hospital.keys(prefix: "records/").first)
            let folder = first.dropLast(64 + 11)
            // A stranger's record, right under our id, with a number far ahead.
            let strange = try scene.hospital.putRecord(signedBy: scene.west)
            let bytes = try scene.hospital.bytes(of: strange)
            let planted = "\(folder)0000000099-\(strange.suffix(64))"
            try scene.hospital.replace(planted, with: bytes)
            let second = try scene.hospital.putRecord()
            #expect(second.hasPrefix("\(folder)0000000002-"))
            try scene.hospital.replace(planted, with: nil)
            try scene.hospital.replace(strange, with: nil)
            #expect(codes(try scene.hospital.verify()) == [])
            // One that rotted keeps its number: the next names it.
            let whole = try scene.hospital.bytes(of: second)
            try scene.hospital.replace(second, with: [1])
            let third = try scene.hospital.putRecord()
            #expect(third.hasPrefix("\(folder)0000000003-"))
            #expect(codes(try scene.hospital.verify()) == [.objectDamaged])
            try scene.hospital.replace(second, with: whole)
            #expect(codes(try scene.hospital.verify()) == [])
        }
    }
}
