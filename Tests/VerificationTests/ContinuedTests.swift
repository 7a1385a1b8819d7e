import Model
import ObjectStore
import Synchronization
import TestSupport
import Testing
import Verification
import Workers

/// A verification that goes on with one that was stopped reads what that one had not read, and
/// finds what it would have found.
@Suite struct ContinuedTests {
    /// What a journal does, in memory.
    private final class Memory: ReadingMemory {
        let noted = Mutex<[String: UInt64]>([:])

        func has(_ key: String, size: UInt64) -> Bool {
            noted.withLock { $0[key] == size }
        }

        func note(_ key: String, size: UInt64) {
            noted.withLock { $0[key] = size }
        }

        var keys: Set<String> { noted.withLock { Set($0.keys) } }
    }

    private struct Scene {
        let store: FaultyStore
        let request: Verifier.Request
        let bytes: UInt64

        func verify(_ memory: Memory, _ stop: StopFlag = StopFlag()) throws -> VerificationReport {
            try Verifier(store: store, request: request, stop: stop).run(goingOnFrom: memory)
        }
    }

    /// Two snapshots of a set, in more packs than one.
    private func withScene(_ body: (Scene) throws -> Void) throws {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital(in: folder)
            var random = SeededGenerator(seed: 9)
            for name in ["a", "b"] {
                try hospital.write(name, random.bytes(300_000))
                _ = try hospital.backUp()
            }
            let whole = try hospital.verify()
            #expect(whole.verdict == .proven)
            try body(
                Scene(
                    store: FaultyStore(hospital.store),
                    request: Verifier.Request(signers: try hospital.signers()),
                    bytes: whole.bytesRead
                )
            )
        }
    }

    @Test func `what was read is not read again, and counts as read`() throws {
        try withScene { scene in
            let memory = Memory()
            let first = try scene.verify(memory)
            #expect(first.bytesRemembered == 0)
            #expect(memory.keys.contains { $0.hasPrefix("packs/") })
            // What is remembered is not touched: it could not be read now.
            let packs = memory.keys.filter { $0.hasPrefix("packs/") }
            scene.store.change { $0.unreadable = packs }
            let second = try scene.verify(memory)
            #expect(second.verdict == .proven)
            #expect(second.bytesRead == scene.bytes && second.bytesRemembered == scene.bytes)
            #expect(second.objectsRead == first.objectsRead)
            #expect(try scene.verify(Memory()).verdict != .proven, "the same, unremembered")
        }
    }

    @Test func `what was damaged, lost or of another size is not remembered`() throws {
        try withScene { scene in
            let packs = try scene.store.list(prefix: "packs/").map(\.key).sorted()
            try #require(packs.count > 1)
            let memory = Memory()
            scene.store.change { faults in
                faults.unreadable = [packs[0]]
                faults.truncated = [packs[1]: 100]
            }
            #expect(try scene.verify(memory).verdict != .proven)
            #expect(memory.keys.isDisjoint(with: packs.prefix(2)))
            scene.store.change { $0 = FaultyStore.Faults() }
            let mended = try scene.verify(memory)
            #expect(mended.verdict == .proven && mended.bytesRemembered < scene.bytes)
            // An object that has another size now is read, and one that is gone is missing.
            scene.store.change { $0.truncated = [packs[0]: 100] }
            #expect(try scene.verify(memory).findings.contains { $0.code == .objectDamaged })
            scene.store.change { faults in
                faults = FaultyStore.Faults()
                faults.missing = [packs[0]]
            }
            #expect(try scene.verify(memory).findings.contains { $0.code == .objectMissing })
        }
    }

    @Test func `progress is of what is left`() throws {
        try withScene { scene in
            let memory = Memory()
            _ = try scene.verify(memory)
            let key = try #require(memory.keys.first { $0.hasPrefix("packs/") })
            let size = memory.noted.withLock { $0.removeValue(forKey: key) }
            let told = Mutex<[[UInt64]]>([])
            _ = try Verifier(store: scene.store, request: scene.request)
                .run(goingOnFrom: memory) { done, total in
                    told.withLock { $0.append([done, total]) }
                }
            #expect(told.withLock { $0 } == [[size ?? 0, size ?? 0]])
        }
    }
}
