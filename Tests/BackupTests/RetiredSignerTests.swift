import Backup
import Format
import HostState
import Model
import Primitives
import Repository
import TestSupport
import Testing
import Verification

/// Whose key is retired decides what the next snapshot may stand on.
@Suite struct RetiredSignerTests {
    private func withHospital(_ body: (borrowing TestHospital) throws -> Void) throws {
        try withTemporaryFolder(inMemory: true) { folder in
            let hospital = try TestHospital(in: folder)
            var random = SeededGenerator(seed: 22)
            try hospital.write("large", random.bytes(600_000))
            _ = try hospital.backUp()
            try hospital.write("later", random.bytes(300_000))
            _ = try hospital.backUp()
            try body(hospital)
        }
    }

    /// Retires the host's key as a program does that forgets the epoch, or is killed.
    private func retire(_ hospital: borrowing TestHospital, replaces: Bool) throws {
        let newest = try #require(try hospital.manifests().last)
        let key = try #require(try hospital.state.verifyingKey())
        var pins = try hospital.state.pins()
        pins.put(
            SignerPin(
                key: key.bytes,
                kinds: HostState.Signer.host.kinds,
                retirement: SignerPin.Retirement(snapshots: [newest.manifest.set: newest.head])
            )
        )
        try hospital.state.keep(pins)
        if replaces {
            let next = try hospital.state.renewSigningKey(.host, after: key)
            #expect(next != key)
        }
    }

    /// The objects that the pages of each snapshot name, rising by number.
    private func objects(_ hospital: borrowing TestHospital) throws -> [Set<String>] {
        let repository = try Repository(opening: hospital.store)
        let history = try History(of: hospital.store, trusting: try hospital.state.trustedSigners())
        let id = try #require(try hospital.state.id(of: "files"))
        return try (history.manifests[id] ?? []).map { stored in
            Set(
                try stored.manifest.pages.flatMap { try repository.page($0).entries }
                    .map(\.object.storeKey)
            )
        }
    }

    @Test func `nothing that a retired key signed is built upon, even in its own epoch`() throws {
        try withHospital { hospital in
            let before = try #require(try hospital.manifests().last)
            try retire(hospital, replaces: true)
            let result = try hospital.backUp()
            #expect(result.manifest.epoch == before.manifest.epoch)
            #expect(result.manifest.sequence == 3)
            #expect(result.manifest.previous == before.name)
            var objects = try objects(hospital)
            #expect(objects.count == 3)
            #expect(!objects[0].isDisjoint(with: objects[1]))
            #expect(objects[2].isDisjoint(with: objects[0].union(objects[1])))
            let report = try hospital.verify(
                heads: [result.set: [Head(sequence: 3, name: result.name)]],
                trusting: try hospital.state.trustedSigners()
            )
            #expect(report.findings == [] && report.snapshots == 3)
            // With the new key alone the old ones are strangers'.
            #expect(try hospital.verify().verdict == .notProven)
            // The next one stands on the first of the new key.
            try hospital.write("more", [1])
            _ = try hospital.backUp()
            objects = try self.objects(hospital)
            #expect(!objects[3].isDisjoint(with: objects[2]))
        }
    }

    @Test func `another host's snapshot is followed, and not built upon`() throws {
        try withHospital { hospital in
            let west = HostState(path: "\(hospital.folder)/west")
            try west.prepare()
            try west.makeSigningKey()
            let newest = try #require(try hospital.manifests().last)
            var manifest = newest.manifest
            manifest.sequence = 3
            manifest.previous = newest.name
            let repository = try Repository(opening: hospital.store)
            let name = try repository.put(manifest, signedBy: try west.signingKey())
            let key = try #require(try west.verifyingKey())
            let stranger = try hospital.backUp()
            #expect(stranger.manifest.previous == newest.name, "a stranger's is not followed")
            try hospital.replace(
                StoreKey.manifest(set: stranger.set, sequence: 3, name: stranger.name),
                with: nil
            )
            try hospital.forget()
            let result = try hospital.backUp(changing: {
                $0.signers = [SignerPin(key: key.bytes, kinds: [.snapshot])]
            })
            #expect(result.manifest.sequence == 4 && result.manifest.previous == name)
            #expect(result.manifest.keys.count == 1, "it needs no key but its own")
        }
    }

    @Test func `a host whose key is retired signs nothing until it has another`() throws {
        try withHospital { hospital in
            try retire(hospital, replaces: false)
            let error = #expect(throws: BackupError.self) { _ = try hospital.backUp() }
            #expect(error == .signerRetired(set: "files"))
            #expect(error?.hint.contains("toride signer retire") ?? false)
            let old = try #require(try hospital.state.verifyingKey())
            let next = try hospital.state.renewSigningKey(.host, after: old)
            #expect(try hospital.state.renewSigningKey(.host, after: old) == next, "once is enough")
            _ = try hospital.backUp()
        }
    }

    @Test func `a damaged list of pins stops a backup`() throws {
        try withHospital { hospital in
            var pins = try hospital.state.pins()
            pins.put(SignerPin(key: [UInt8](repeating: 7, count: 32)))
            try hospital.state.keep(pins)
            _ = try hospital.backUp()
            let path = hospital.state.signersPath
            try SmallFile.write(pins.encoded + Array("nonsense\n".utf8), to: path)
            let error = #expect(throws: HostStateError.self) { _ = try hospital.backUp() }
            #expect(error == .damaged("\(path), line 2,"))
        }
    }
}
