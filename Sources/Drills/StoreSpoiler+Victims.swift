import Clinical
import FileSystem
import Model
import Primitives

/// Which files of a store are spoilt.
extension StoreSpoiler {
    /// Of smaller images the middle is not surely of pixels.
    private static let imageBytesMin: UInt64 = 8 << 10
    /// So many images are enough to choose from.
    private static let candidatesMax = 100_000

    /// Of so many files one is looked for in which the damage would show.
    private static let sampleSize = 32

    /// A file chosen by the seed in which the damage would show, each of those with about the same
    /// chance: nothing more can be told of one that is of no format, or breaks the rule already.
    func victim(
        _ sabotage: StoreSabotage,
        where mayBe: ([UInt8]) -> Bool = { _ in true }
    ) throws -> Victim? {
        guard sabotage.victim == .any else {
            return try image(sabotage)
        }
        let suffix = Array(sabotage.suffix.utf8)
        var reservoir = Reservoir<Victim>(seed: chance(of: sabotage), size: Self.sampleSize)
        try tree.forEachFile { path, status, _, _ in
            if (Self.bytesMin...Self.bytesMax).contains(status.size),
                path.suffix(suffix.count) == suffix[...], mayBe(path)
            {
                reservoir.offer(Victim(path: path, size: status.size))
            }
        }
        return try reservoir.sample.first { try isSound($0, for: sabotage) }
    }

    private func isSound(_ victim: Victim, for sabotage: StoreSabotage) throws -> Bool {
        let facts = try reader.facts(of: victim.path, ContentReader(try read(victim)))
        return facts.outcome == .judged
            && !facts.violations.contains { $0.rule.code == sabotage.expected }
    }

    /// An image that breaks no rule and of which the store has no second copy, chosen by the seed.
    private func image(_ sabotage: StoreSabotage) throws -> Victim? {
        var candidates: [(victim: Victim, key: UInt64)] = []
        var copies: [UInt64: Int] = [:]
        try tree.forEachFacts(reader) { path, size, facts in
            guard let facts, let pixels = facts.entries.first(where: { $0.relation == .pixels })
            else {
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
        return single[Int(chance(of: sabotage) % UInt64(single.count))].victim
    }

    /// A number for each sabotage that nobody on this host can choose.
    private func chance(of sabotage: StoreSabotage) -> UInt64 {
        SHA256.hash(seed.bytes + Array(sabotage.name.utf8)).prefix
    }
}
