import Backup
import FileSystem
import Format
import Glibc
import HostState
import Model
import Opening
import Primitives
import Processes
import Recovery
import Repository
import Sealing
import TestSupport
import Testing

/// After a run its key is nowhere: not in the process that ran it, not in any file. Without an
/// identity nothing opens.
@Suite struct SecretsTests {
    /// The 32 bytes of a run's key, as a custodian can learn them.
    private func runKey(
        _ hospital: borrowing TestHospital,
        _ manifest: Manifest
    ) throws -> [UInt8] {
        let repository = try Repository(opening: hospital.store)
        for page in manifest.pages {
            for entry in try repository.page(page).entries where entry.object.kind == .key {
                let bytes = try hospital.bytes(of: entry.object.storeKey)
                let opened = try AgeOpener.open(bytes, with: hospital.identities)
                let head = try KeyPayload(
                    decoding: opened.publicBytes(0..<KeyPayload.headByteCount)
                )
                if head.kind == .run, head.id == manifest.run {
                    return opened.publicBytes(KeyPayload.headByteCount..<opened.count)
                }
            }
        }
        throw RecoveryError.keyMissing(manifest.run)
    }

    /// The keys of the run's packs and what else is derived from its key.
    private func derivedKeys(
        _ hospital: borrowing TestHospital,
        _ key: [UInt8]
    ) throws -> [[UInt8]] {
        let secret = unsafe try SecretBytes(count: 32) { unsafe $0.copyBytes(from: key) }
        return try hospital.keys(prefix: "packs/").map { pack in
            let salt = Array(try hospital.bytes(of: pack)[8..<40])
            return try secret.derive(salt: salt, info: "toride/v1/pack").publicBytes(0..<32)
        }
    }

    private func occurs(_ needle: [UInt8], in haystack: [UInt8]) -> Bool {
        unsafe haystack.withUnsafeBytes { bytes in
            var rest = unsafe bytes[...]
            while let place = unsafe rest.firstIndex(of: needle[0]) {
                unsafe rest = unsafe rest[(place + 1)...]
                if unsafe bytes[place...].starts(with: needle) {
                    return true
                }
            }
            return false
        }
    }

    @Test(
        .enabled(if: Tool.find("gdb") != nil, "NOT TESTED: gdb is missing"),
        .timeLimit(.minutes(15))
    )
    func `after a run its key is not in the memory of the process`() throws {
        try withTemporaryFolder(inMemory: true) { folder in
            let hospital = try TestHospital(in: folder)
            var random = SeededGenerator(seed: 71)
            try hospital.write("large", random.bytes(3_000_000))
            try hospital.write("small", random.bytes(3_000))
            let control = random.bytes(32)
            try SmallFile.write(control, to: "\(folder)/control")
            let command = Command(
                try Tool.built("toride-testhost"),
                ["backup", folder, "\(hospital.identities.recipients[0])", "\(folder)/control"]
            )
            let memory = try withRunning(command) { process in
                let child = try TestHost.child(process)
                try TestHost.wait(for: "holding\n", process)
                return try withTemporaryFolder(inMemory: true) {
                    try dump(child, "\($0)/core")
                }
            }.result
            let manifest = try #require(try hospital.manifests().last).manifest
            let key = try runKey(hospital, manifest)
            #expect(occurs(control, in: memory), "the search finds a planted key")
            #expect(!occurs(key, in: memory))
            for derived in try derivedKeys(hospital, key) {
                #expect(!occurs(derived, in: memory))
            }
            for (path, bytes) in try contents(of: folder) {
                #expect(!occurs(key, in: bytes ?? []), "\(path)")
            }
        }
    }

    /// All memory of a process, that which is left out of core dumps too.
    private func dump(_ process: Int32, _ path: String) throws -> [UInt8] {
        let gdb = try Command(
            "gdb",
            [
                "--batch", "-nx", "-p", "\(process)", "-ex", "set use-coredump-filter off", "-ex",
                "set dump-excluded-mappings on", "-ex", "generate-core-file \(path)",
            ]
        ).run(timeout: .seconds(100))
        let bytes = try SmallFile.read(path, bytesMax: 1 << 32)
        return try #require(bytes, "\(gdb.text)\(gdb.errorTail)")
    }

    @Test func `with the whole state and the whole store but no identity nothing opens`() throws {
        try withTemporaryFolder(inMemory: true) { folder in
            let hospital = try TestHospital(in: folder)
            let marker = Array("PATIENT-MARKER-患者".utf8)
            try hospital.write("patient-file-name", marker)
            var random = SeededGenerator(seed: 72)
            try hospital.write("large", random.bytes(400_000) + marker)
            let result = try hospital.backUp()
            let key = try runKey(hospital, result.manifest)
            for root in ["state", "store"] {
                for (path, bytes) in try contents(of: "\(folder)/\(root)") {
                    guard let bytes else {
                        continue
                    }
                    #expect(!occurs(key, in: bytes), "\(path)")
                    #expect(!occurs(marker, in: bytes), "\(path)")
                    #expect(!occurs(Array("AGE-SECRET-KEY".utf8), in: bytes), "\(path)")
                    // The host keeps the names of its newest snapshot; nothing else does.
                    let names = occurs(Array("patient-file-name".utf8), in: bytes)
                    #expect(names == (path == "sets/files/list"), "\(path)")
                }
            }
            let other = try AgeIdentity.generate()
            let error = #expect(throws: OpeningError.self) {
                try hospital.open(with: try AgeIdentities(other))
            }
            #expect(error?.exitCode == .couldNotLook)
        }
    }

    @Test func `the set's secret, which the host keeps, opens no pack`() throws {
        try withTemporaryFolder(inMemory: true) { folder in
            let hospital = try TestHospital(in: folder)
            try hospital.write("file", [1, 2, 3])
            let result = try hospital.backUp()
            guard let raw = try SecretFile.read("\(folder)/state/sets/files/secret-1", count: 32)
            else {
                throw BackupError.secretMissing(set: "files")
            }
            let run = try RunKey(raw)
            let scope = SealingScope(
                repository: result.manifest.repository,
                set: result.manifest.set
            )
            for pack in try hospital.keys(prefix: "packs/") {
                let bytes = try hospital.bytes(of: pack)
                #expect(throws: SealingError.self) {
                    try PackReader.contents(
                        bytes,
                        name: ObjectName(SHA256.hash(bytes)),
                        scope: scope,
                        run: run
                    )
                }
            }
        }
    }
}
