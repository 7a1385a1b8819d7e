import Clinical
import FileSystem
import Glibc
import Model
import Primitives

/// Which files of a store are spoilt.
extension StoreSpoiler {
    /// Of smaller images the middle is not surely of pixels.
    private static let imageBytesMin: UInt64 = 8 << 10
    /// So many images are enough to choose from.
    private static let candidatesMax = 100_000

    /// A file chosen by the seed, each of those that may be with the same chance.
    func victim(
        _ sabotage: StoreSabotage,
        where mayBe: ([UInt8]) -> Bool = { _ in true }
    ) throws -> Victim? {
        guard sabotage.victim == .any else {
            return try image(sabotage)
        }
        let suffix = Array(sabotage.suffix.utf8)
        var state = SHA256.hash(seed.bytes + Array(sabotage.name.utf8)).prefix
        var candidates: UInt64 = 0
        var victim: Victim?
        try tree.forEachFile { path, status, _, _ in
            guard (Self.bytesMin...Self.bytesMax).contains(status.size),
                path.suffix(suffix.count) == suffix[...], mayBe(path)
            else {
                return
            }
            // Reservoir sampling (Vitter 1985, algorithm R).
            candidates += 1
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            if (state >> 16) % candidates == 0 {
                victim = Victim(path: path, size: status.size)
            }
        }
        return victim
    }

    /// An image that breaks no rule and of which the store has no second copy, chosen by the seed.
    private func image(_ sabotage: StoreSabotage) throws -> Victim? {
        var candidates: [(victim: Victim, key: UInt64)] = []
        var copies: [UInt64: Int] = [:]
        try forEachFacts { path, size, facts in
            guard let pixels = facts.entries.first(where: { $0.relation == .pixels }) else {
                return
            }
            copies[pixels.key, default: 0] += 1
            let isSound = facts.outcome == .judged && facts.violations.isEmpty
            if isSound, (Self.imageBytesMin...Self.bytesMax).contains(size),
                candidates.count < Self.candidatesMax
            {
                candidates.append((Victim(path: path, size: size), pixels.key))
            }
        }
        let single = candidates.filter { copies[$0.key] == 1 }
        guard !single.isEmpty else {
            return nil
        }
        let start = SHA256.hash(seed.bytes + Array(sabotage.name.utf8)).prefix
        return single[Int(start % UInt64(single.count))].victim
    }

    /// Reads every file of the store as its judge does.
    func forEachFacts(
        _ body: ([UInt8], UInt64, FileFacts) throws -> Void
    ) throws {
        let reader = store.format.reader(localOffset: store.localOffset)
        try tree.forEachFile { path, status, folder, name in
            let file = try folder.open(name: name, O_RDONLY | O_NONBLOCK)
            let content = ContentReader(size: status.size) { buffer, offset in
                try file.readBlock(&buffer, at: Int64(clamping: offset))
            }
            try body(path, status.size, try reader.facts(of: path, content))
        }
    }
}
