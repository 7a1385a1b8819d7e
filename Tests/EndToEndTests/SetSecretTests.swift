import Format
import HostState
import Model
import Primitives
import Recovery
import Repository
import Sealing
import TestSupport
import Testing

/// Whoever has the set secret and the whole repository, as a thief of the host has, sees where
/// chunks lie, and opens none of them.
@Suite struct SetSecretTests {
    /// A key that a thief can try, and where it comes from.
    private struct Candidate {
        let origin: String
        let bytes: [UInt8]
    }

    /// The set secret as the host's file has it.
    private func raw(_ hospital: borrowing TestHospital) throws -> SecretBytes {
        let path = "\(hospital.state.folder(of: "files"))/secret-1"
        let raw = try SecretFile.read(path, count: 32)
        guard let raw else {
            throw FormatError.invalid("there is no set secret")
        }
        return raw
    }

    /// Every key that FORMAT.md §6 derives from a secret, and some that it does not, for one salt;
    /// and every digest that a thief can see, taken for a key.
    private func candidates(
        _ secret: borrowing SecretBytes,
        _ salt: Digest,
        _ seen: [Digest]
    ) throws -> [Candidate] {
        let kinds = ["content", "bundle", "file-list", "root", "witness"]
        let infos =
            ["pack", "index", "key-id", "chunker", "chunker/content", "chunker/file-list"]
            + ["chunk-id"] + kinds.map { "chunk-id/\($0)" }
        var candidates = [Candidate(origin: "itself", bytes: secret.publicBytes(0..<32))]
        for info in infos.map({ "toride/v1/\($0)" }) + [""] {
            for (name, salt) in [("none", []), ("pack's", salt.bytes)] {
                let key = try secret.derive(salt: salt, info: info)
                candidates.append(
                    Candidate(origin: "\(info), salt \(name)", bytes: key.publicBytes(0..<32))
                )
            }
        }
        candidates += seen.map { Candidate(origin: "digest \($0.hex)", bytes: $0.bytes) }
        return candidates
    }

    /// Whether a frame opens under a candidate.
    private func opens(
        _ sealed: ArraySlice<UInt8>,
        _ candidate: Candidate,
        _ context: FrameContext
    ) throws -> Bool {
        let secret = unsafe try SecretBytes(count: 32) {
            unsafe $0.copyBytes(from: candidate.bytes)
        }
        let key = try AEADKey(.aes256GCM, key: secret)
        do {
            _ = unsafe try sealed.withUnsafeBytes { sealed in
                unsafe try key.open(
                    sealed,
                    nonce: context.nonce,
                    associated: context.associatedData
                )
            }
            return true
        } catch CryptoError.authenticationFailed {
            return false
        }
    }

    @Test func `the set secret opens every index and nothing of any pack`() throws {
        try withTemporaryFolder(inMemory: true) { folder in
            let hospital = try TestHospital(in: folder)
            var random = SeededGenerator(seed: 91)
            try hospital.write("large", random.bytes(400_000))
            try hospital.write("small", random.bytes(300))
            _ = try hospital.backUp()
            try hospital.write("later", random.bytes(400))
            _ = try hospital.backUp()
            let manifest = try hospital.newest().manifest
            let scope = hospital.scope(manifest)
            // Where every chunk lies is told: that every index opens.
            let table = try hospital.table()
            #expect(table.packs.count >= 2)
            #expect(Set(table.packs.flatMap(\.entries).map(\.kind)).count == 4)
            let secret = try raw(hospital)
            let runs = manifest.keys + [manifest.secret]
            let seen =
                runs.map(\.digest) + [manifest.root.digest, manifest.descriptor]
                + table.packs.flatMap(\.entries).map(\.chunk.digest)
            var tried = 0
            for pack in table.packs {
                let bytes = try hospital.bytes(of: StoreKey.pack(pack.name))
                let salt = try SealedHeader(decoding: bytes[...], as: .pack).salt
                for candidate in try candidates(secret, salt, seen + [salt]) {
                    for (sealed, context) in frames(pack, bytes, salt, runs, scope) {
                        tried += 1
                        #expect(try !opens(sealed, candidate, context), "\(candidate.origin)")
                    }
                }
            }
            #expect(tried > 500)
            // The trial itself works: with the run's key the same frames open.
            let entry = try #require(table.entry(of: manifest.root))
            let pack = try #require(table.pack(of: manifest.root))
            let bytes = try hospital.bytes(of: StoreKey.pack(pack.name))
            let run = try hospital.runKey(entry.origin.run)
            let key = try run.packKey(salt: entry.origin.salt)
            let context = scope.context(entry)
            let root = unsafe try bytes[entry.range].withUnsafeBytes {
                unsafe try key.open($0, nonce: context.nonce, associated: context.associatedData)
            }
            #expect(!root.isEmpty)
        }
    }

    /// The frames of a pack, with all that is authenticated with each: the chunks, and the trailer
    /// under every run that it could be of.
    private func frames(
        _ pack: PackContents,
        _ bytes: [UInt8],
        _ salt: Digest,
        _ runs: [KeyID],
        _ scope: SealingScope
    ) -> [(ArraySlice<UInt8>, FrameContext)] {
        pack.entries.map { (bytes[$0.range], scope.context($0)) }
            + runs.map { run in
                let origin = ChunkOrigin(run: run, salt: salt)
                return (bytes.suffix(32), scope.context(.trailer, origin: origin))
            }
    }
}
