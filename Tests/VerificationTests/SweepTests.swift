import Format
import Model
import ObjectStore
import Primitives
import Repository
import Synchronization
import TestSupport
import Testing
import Verification
import Workers

/// Every byte of every object of a small repository, changed and cut off: a verification without
/// any key or remembered head finds each, and names the object.
@Suite struct SweepTests {
    /// Something done to one object.
    private struct Deed: Sendable {
        let key: String
        /// Where the object lies afterwards; its old place is empty if that is another one.
        var newKey: String?
        let bytes: [UInt8]
        let what: String
    }

    private typealias Place = (key: String, place: Int, mask: UInt8)

    /// What is common to all of a sweep: a sound repository and its signers.
    private struct Ground: Sendable {
        let objects: TestHospital.StoreState
        let signers: TrustedSigners
        var keys: [String] { objects.keys.sorted() }

        init(in folder: String) throws {
            let hospital = try TestHospital(in: folder)
            try hospital.write("a", [1, 2, 3])
            _ = try hospital.backUp()
            try hospital.write("b", Array("患者".utf8))
            _ = try hospital.backUp()
            try hospital.putRecord()
            objects = try hospital.storeState()
            signers = try hospital.signers()
        }

        /// Every byte of the objects, with each mask that is to be put on it.
        func places(of keys: [String], masks: (String) -> [UInt8]) -> [Place] {
            var places: [Place] = []
            for key in keys {
                for place in 0..<(objects[key] ?? []).count {
                    places += masks(key).map { (key, place, $0) }
                }
            }
            return places
        }

        func verify(_ store: MemoryStore) throws -> VerificationReport {
            try Verifier(store: store, request: Verifier.Request(signers: signers)).run()
        }

        /// Does each deed to a sound repository of its own.
        ///
        /// - Returns: the deeds that were not found, or were and not told of the object.
        func unseen(_ count: Int, _ deed: @escaping @Sendable (Int) -> Deed) -> [String] {
            let next = Atomic(0)
            let unseen = Mutex<[String]>([])
            Workers.run(Workers.suitable) { _ in
                let store = MemoryStore(objects)
                while true {
                    let number = next.add(1, ordering: .relaxed).oldValue
                    guard number < count else {
                        return
                    }
                    if let trace = self.judge(deed(number), store) {
                        unseen.withLock { $0.append(trace) }
                    }
                }
            }
            return unseen.withLock { $0 }
        }

        private func judge(_ deed: Deed, _ store: MemoryStore) -> String? {
            let place = deed.newKey ?? deed.key
            store.change(deed.key) { $0 = nil }
            store.change(place) { $0 = deed.bytes }
            defer {
                store.change(place) { $0 = nil }
                store.change(deed.key) { $0 = objects[deed.key] }
            }
            do {
                let report = try verify(store)
                let isNamed = report.findings.contains {
                    $0.subject == .object(place) && $0.severity != .notice
                }
                let isFound = isNamed && report.verdict != .proven
                return isFound ? nil : "\(place): \(deed.what): \(report.findings)"
            } catch {
                return "\(place): \(deed.what): \(error)"
            }
        }
    }

    private func withGround(_ body: (Ground) throws -> Void) throws {
        try withTemporaryFolder(inMemory: true) { folder in
            let ground = try Ground(in: folder)
            let bytes = ground.objects.values.reduce(0) { $0 + $1.count }
            #expect(bytes <= 64 << 10)
            #expect(Set(ground.keys.map { $0.split(separator: "/")[0] }).count == 7)
            // The sound one is proven, or nothing that follows would mean anything.
            #expect(try ground.verify(MemoryStore(ground.objects)).verdict == .proven)
            try body(ground)
        }
    }

    /// What is added to a byte, bit by bit: the lowest bit, the one between capitals and small
    /// letters, all. Of the descriptor, which no name guards, each bit alone, and all.
    private static func masks(_ key: String) -> [UInt8] {
        key == StoreKey.descriptor ? (0..<8).map { 1 << $0 } + [0xff] : [0x01, 0x20, 0xff]
    }

    private static func flipped(_ bytes: [UInt8], _ place: Int, _ mask: UInt8) -> [UInt8] {
        var bytes = bytes
        bytes[place] ^= mask
        return bytes
    }

    private func tell(_ done: String, _ found: Int) {
        print("sweep: \(done); found: \(found)")
    }

    @Test func `no byte of any object changes unseen`() throws {
        try withGround { ground in
            let places = ground.places(of: ground.keys, masks: Self.masks)
            let unseen = ground.unseen(places.count) { number in
                let (key, place, mask) = places[number]
                let bytes = Self.flipped(ground.objects[key] ?? [], place, mask)
                return Deed(key: key, bytes: bytes, what: "byte \(place) xor \(mask)")
            }
            #expect(unseen.count == 0, "\(unseen.prefix(5).joined(separator: "\n"))")
            let positions = ground.objects.values.reduce(0) { $0 + $1.count }
            tell(
                "\(positions) bytes of \(ground.keys.count) objects, \(places.count) changes",
                places.count - unseen.count
            )
        }
    }

    @Test func `no object is cut off or lengthened unseen`() throws {
        try withGround { ground in
            var ends: [(key: String, count: Int)] = []
            for key in ground.keys {
                let count = (ground.objects[key] ?? []).count
                ends += (Array(0..<count) + [count + 1]).map { (key, $0) }
            }
            let all = ends
            let unseen = ground.unseen(ends.count) { number in
                let (key, count) = all[number]
                let bytes = ground.objects[key] ?? []
                let padded = bytes + [bytes.last ?? 0]
                return Deed(key: key, bytes: Array(padded[..<count]), what: "\(count) bytes")
            }
            #expect(unseen.count == 0, "\(unseen.prefix(5).joined(separator: "\n"))")
            let longer = ground.keys.count
            tell(
                "\(ends.count - longer) truncations, \(longer) lengthenings",
                ends.count - unseen.count
            )
        }
    }

    /// What only hashes guard a thief can name anew; what is signed not even then.
    @Test func `no byte of a signed document changes unseen by whoever names it anew`() throws {
        try withGround { ground in
            let signed = ground.keys.filter {
                $0.hasPrefix("snapshots/") || $0.hasPrefix("records/")
            }
            #expect(signed.count == 3)
            let places = ground.places(of: signed) { _ in [0x01, 0x02, 0x20] }
            let unseen = ground.unseen(places.count) { number in
                let (key, place, mask) = places[number]
                let bytes = Self.flipped(ground.objects[key] ?? [], place, mask)
                let newKey = key.dropLast(64) + SHA256.hash(bytes).hex
                return Deed(
                    key: key,
                    newKey: String(newKey),
                    bytes: bytes,
                    what: "byte \(place) xor \(mask), named anew"
                )
            }
            #expect(unseen.count == 0, "\(unseen.prefix(5).joined(separator: "\n"))")
            tell(
                "\(places.count) changes of \(signed.count) signed documents named anew",
                places.count - unseen.count
            )
        }
    }
}
