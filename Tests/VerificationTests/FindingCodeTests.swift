import FileSystem
import Format
import Glibc
import HostState
import Model
import ObjectStore
import Primitives
import Repository
import TestSupport
import Testing
import Verification

/// Every finding that a keyless verification can make has one fault that makes it; a repository
/// without a fault makes none.
@Suite struct FindingCodeTests {
    enum Fault: CaseIterable {
        case noDescriptor, otherDescriptor, lostObject, changedObject, swappedObject, otherName
        case fifo, socketInstead, strayObject, strayFile, unfinishedObject, changedManifest
        case badSignature, stranger, strangerFromTheFuture, movedManifest, wrongType, wrongTotals
        case twicePaged, twiceListed, oneKeyLess, oneKeyMore, noIndex, wrongPrevious, gap, fork,
            removedNewest, otherHead, otherRecipients,
            noHeads
        case freshnessWithoutHeads, nothing, unsignedRecord, foldedRecord
        case wrongSet, retiredSigner, strangersRecord, removedRecord, unaskedRecord

        var code: FindingCode {
            switch self {
            case .noDescriptor: .descriptorMissing
            case .otherDescriptor: .descriptorDamaged
            case .lostObject: .objectMissing
            case .changedObject: .objectDamaged
            case .swappedObject, .otherName: .objectMisnamed
            case .fifo, .socketInstead: .objectUnreadable
            case .strayObject: .objectUnreferenced
            case .strayFile: .objectForeign
            case .unfinishedObject: .objectUnfinished
            case .changedManifest: .manifestDamaged
            case .badSignature: .manifestSignatureInvalid
            case .stranger, .strangerFromTheFuture: .manifestSignerUnknown
            case .movedManifest, .wrongType: .manifestMisplaced
            case .wrongTotals, .twicePaged, .twiceListed, .oneKeyLess, .oneKeyMore, .noIndex:
                .manifestListInvalid
            case .wrongPrevious: .chainBroken
            case .gap: .sequenceGap
            case .fork: .historyForked
            case .removedNewest: .headBehind
            case .otherHead: .headDiffers
            case .otherRecipients: .recipientsChanged
            case .noHeads: .freshnessNotAsked
            case .freshnessWithoutHeads: .freshnessUnknown
            case .nothing: .nothingToVerify
            case .unsignedRecord, .foldedRecord: .recordDamaged
            case .wrongSet: .signerNotEntitled
            case .retiredSigner: .signerRetired
            case .strangersRecord: .recordSignerUnknown
            case .removedRecord: .recordChainBroken
            case .unaskedRecord: .recordsNotJudged
            }
        }
    }

    @Test func `a repository without a fault has no finding`() throws {
        try withTemporaryFolder(inMemory: true) { folder in
            let hospital = try TestHospital.withHistory(in: folder)
            let report = try hospital.verify(
                heads: try hospital.heads(),
                requiresFreshness: true
            )
            #expect(report.findings == [])
            #expect(report.verdict == .proven)
            #expect(report.snapshots == 5)
        }
    }

    @Test(arguments: Fault.allCases)
    func `one fault makes its finding and no other failure`(fault: Fault) throws {
        try withTemporaryFolder(inMemory: true) { folder in
            let hospital = try TestHospital.withHistory(in: folder)
            var heads = try hospital.heads()
            var pins = [SignerPin(key: try hospital.state.signingKey().verifyingKey.bytes)]
            try make(fault, hospital, &heads, &pins)
            let report = try hospital.verify(
                heads: heads,
                requiresFreshness: fault == .freshnessWithoutHeads,
                trusting: TrustedSigners(pins: pins)
            )
            let codes = Set(report.findings.map(\.code))
            #expect(codes.contains(fault.code), "\(report.findings)")
            // A manifest that cannot be read leaves a gap, or an old head.
            let consequences: Set<FindingCode> = [.sequenceGap, .headBehind]
            let others = report.findings.filter {
                $0.code != fault.code && $0.severity == .failure && !consequences.contains($0.code)
            }
            #expect(others == [])
            #expect(report.verdict == Verdict(report.findings))
            if fault.code.severity == .failure {
                #expect(report.verdict == .failed)
            }
        }
    }

    @Test func `every finding about a repository has a fault here`() throws {
        let all = FindingCode.allCases
        let end = try #require(all.firstIndex(of: .nothingToVerify))
        #expect(Set(all[...end]) == Set(Fault.allCases.map(\.code)))
    }

    // MARK: - Faults

    private func make(
        _ fault: Fault,
        _ hospital: borrowing TestHospital,
        _ heads: inout [SetID: [Head]],
        _ pins: inout [SignerPin]
    ) throws {
        switch fault {
        case .wrongSet, .retiredSigner, .strangersRecord, .removedRecord, .unaskedRecord:
            try pin(fault, hospital, &pins)
        case .removedNewest, .otherHead, .noHeads, .freshnessWithoutHeads, .nothing:
            try forget(fault, hospital, &heads)
        case .wrongTotals, .twicePaged, .twiceListed, .oneKeyLess, .oneKeyMore, .noIndex,
            .wrongPrevious, .gap, .fork, .otherRecipients,
            .badSignature,
            .stranger, .strangerFromTheFuture, .wrongType:
            try sign(fault, hospital, &heads)
        default: try change(fault, hospital)
        }
    }

    /// What is well signed, by someone who is not believed in it.
    private func pin(
        _ fault: Fault,
        _ hospital: borrowing TestHospital,
        _ pins: inout [SignerPin]
    ) throws {
        let west = HostState(path: "\(hospital.folder)/west")
        try west.prepare()
        try west.makeSigningKey()
        let newest = try #require(try hospital.manifests().last)
        var manifest = newest.manifest
        manifest.sequence += 1
        manifest.previous = newest.name
        let repository = try Repository(opening: hospital.store)
        switch fault {
        case .wrongSet:
            let other = try #require(try hospital.state.id(of: "other"))
            let key = try west.signingKey()
            pins.append(SignerPin(key: key.verifyingKey.bytes, sets: [other]))
            _ = try repository.put(manifest, signedBy: key)
        case .retiredSigner:
            let heads = try hospital.heads().compactMapValues(\.first)
            pins[0].retirement = SignerPin.Retirement(snapshots: heads)
            _ = try repository.put(manifest, signedBy: try hospital.state.signingKey())
        case .strangersRecord:
            pins[0].kinds = Set(SignedKind.allCases)
            try hospital.putRecord(.drill, signedBy: west)
        case .removedRecord:
            let second = try hospital.putRecord()
            try hospital.putRecord()
            try hospital.replace(second, with: nil)
        default: try hospital.putRecord(.drill, signedBy: west)
        }
    }

    private func change(_ fault: Fault, _ hospital: borrowing TestHospital) throws {
        let packs = try hospital.keys(prefix: "packs/")
        let pack = try hospital.bytes(of: packs[0])
        let manifest = try #require(try hospital.manifests().last)
        switch fault {
        case .noDescriptor: try hospital.replace("toride.json", with: nil)
        case .otherDescriptor:
            let other = Descriptor(repository: RepositoryID(try Randomness.id()))
            try hospital.replace("toride.json", with: other.encoded)
        case .lostObject: try hospital.replace(packs[0], with: nil)
        case .changedObject: try hospital.replace(packs[0], with: pack + [0])
        case .swappedObject: try hospital.replace(packs[0], with: hospital.bytes(of: packs[1]))
        case .otherName: try hospital.replace("packs/00/abc", with: pack)
        case .fifo, .socketInstead:
            try hospital.replace(packs[0], with: nil)
            let type = fault == .fifo ? S_IFIFO : S_IFSOCK
            #expect(unsafe mknod(hospital.path(of: packs[0]), type | 0o600, 0) == 0)
        case .strayObject:
            try hospital.replace(StoreKey.index(ObjectName(SHA256.hash([1]))), with: [1])
        case .strayFile: try hospital.replace("notes/readme.txt", with: [1])
        case .unfinishedObject: try hospital.replace("unfinished/packs-00-ab.1", with: [1])
        case .changedManifest: try hospital.replace(manifest.storeKey, with: [1])
        case .movedManifest:
            let bytes = try hospital.bytes(of: manifest.storeKey)
            let key = StoreKey.manifest(
                set: manifest.manifest.set,
                sequence: 9,
                name: manifest.name
            )
            try hospital.replace(key, with: bytes)
        case .unsignedRecord, .foldedRecord:
            let record = try #require(try hospital.keys(prefix: "records/").first)
            var bytes = try hospital.bytes(of: record)
            if fault == .unsignedRecord {
                let envelope = try Envelope(decoding: bytes)
                bytes =
                    Envelope(
                        payloadType: envelope.payloadType,
                        payload: [1],
                        signatures: envelope.signatures
                    ).encoded
            } else {
                bytes.append(UInt8(ascii: "\n"))
            }
            try hospital.replace(record, with: nil)
            let name = ObjectName(SHA256.hash(bytes))
            try hospital.replace(record.dropLast(64) + name.hex, with: bytes)
        default: Issue.record("\(fault)")
        }
    }

    private func forget(
        _ fault: Fault,
        _ hospital: borrowing TestHospital,
        _ heads: inout [SetID: [Head]]
    ) throws {
        let newest = try #require(try hospital.manifests().last)
        switch fault {
        case .removedNewest: try hospital.replace(newest.storeKey, with: nil)
        case .otherHead:
            let name = ObjectName(SHA256.hash([1]))
            heads[newest.manifest.set] = [Head(sequence: 2, name: name)]
        case .noHeads, .freshnessWithoutHeads: heads = [:]
        case .nothing:
            for key in try hospital.keys(prefix: "snapshots/") {
                try hospital.replace(key, with: nil)
            }
            heads = [:]
        default: Issue.record("\(fault)")
        }
    }

    /// Manifests that are signed, but should not have been.
    private func sign(
        _ fault: Fault,
        _ hospital: borrowing TestHospital,
        _ heads: inout [SetID: [Head]]
    ) throws {
        let newest = try #require(try hospital.manifests().last)
        var manifest = newest.manifest
        manifest.sequence += 1
        manifest.previous = newest.name
        switch fault {
        case .wrongTotals: manifest.needed.bytes += 1
        case .twicePaged:
            manifest.pages += manifest.pages
            manifest.needed.objects *= 2
            manifest.needed.bytes *= 2
        case .twiceListed, .oneKeyLess, .oneKeyMore, .noIndex:
            try change(&manifest, fault, hospital)
        case .wrongPrevious: manifest.previous = ObjectName(SHA256.hash([1]))
        case .gap: manifest.sequence += 1
        case .fork:
            manifest = newest.manifest
            manifest.finished = Timestamp(seconds: 2_000_000_000)
        case .otherRecipients:
            manifest.recipients = [
                try AgeRecipient(publicKey: [UInt8](repeating: 9, count: 32)).description
            ]
        default: return try signOtherwise(fault, manifest, hospital)
        }
        let key = try hospital.forge(manifest)
        heads = try hospital.heads()
        if fault == .fork {
            #expect(try hospital.keys().contains(key))
        }
    }

    /// Gives a manifest other pages, which it counts rightly.
    private func change(
        _ manifest: inout Manifest,
        _ fault: Fault,
        _ hospital: borrowing TestHospital
    ) throws {
        let repository = try Repository(opening: hospital.store)
        var pages = try manifest.pages.map { try repository.page($0).entries.map(\.object) }
        switch fault {
        case .twiceListed: pages.append([try #require(pages[0].first { $0.kind == .pack })])
        case .oneKeyLess: pages[0].remove(at: try #require(pages[0].firstIndex { $0.kind == .key }))
        case .oneKeyMore: pages[0].append(try repository.put([1, 2, 3], as: .key))
        default: pages[0].removeAll { $0.kind == .index }
        }
        manifest.pages = try pages.enumerated().map { number, objects in
            let entries = objects.enumerated().map { slot, object in
                ListPage.Entry(slot: UInt16(slot), object: object)
            }
            return try repository.put(ListPage(number: UInt32(number), entries: entries))
        }
        manifest.needed = Manifest.Totals(
            objects: UInt64(pages.joined().count),
            bytes: pages.joined().reduce(0) { $0 + $1.size }
        )
    }

    private func signOtherwise(
        _ fault: Fault,
        _ manifest: Manifest,
        _ hospital: borrowing TestHospital
    ) throws {
        let host = try hospital.state.signingKey()
        let stranger = try SigningKey(seed: try SecretBytes.random(count: 32))
        var payload = manifest.encoded
        let bytes: [UInt8]
        switch fault {
        case .stranger:
            bytes = try SignedDocument.sign(payload, type: Manifest.payloadType, with: stranger)
        case .strangerFromTheFuture:
            let text = String(decoding: payload, as: UTF8.self)
            payload = Array(text.replacing("/manifest/v1", with: "/manifest/v9").utf8)
            bytes = try SignedDocument.sign(payload, type: Manifest.payloadType, with: stranger)
        case .wrongType:
            bytes = try SignedDocument.sign(payload, type: "application/other", with: host)
        default:
            let signed = try SignedDocument.sign(payload, type: Manifest.payloadType, with: host)
            let signatures = try Envelope(decoding: signed).signatures.map { signature in
                var bytes = signature.bytes
                bytes[63] ^= 1
                return Envelope.Signature(signer: signature.signer, bytes: bytes)
            }
            bytes =
                Envelope(
                    payloadType: Manifest.payloadType,
                    payload: payload,
                    signatures: signatures
                ).encoded
        }
        let name = ObjectName(SHA256.hash(bytes))
        let key = StoreKey.manifest(
            set: manifest.set,
            sequence: manifest.sequence,
            name: name
        )
        try hospital.replace(key, with: bytes)
    }
}
