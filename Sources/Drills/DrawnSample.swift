package import Format
package import Model
import Primitives

/// Files of a snapshot that stand for all of it in a drill: so many that nobody can choose, and
/// beside them those that a drill always takes.
///
/// The seed gives each regular file with content a priority, SHA-256(seed ‖ path), and the n least
/// are drawn, n by ``SampleAim/filesMin``. Each set of n files has the same chance, and whoever has
/// the file list and the seed, which the drill's record tells, draws the same:
/// docs/decisions/0015, DOMAIN §4.3.
package struct DrawnSample: Hashable, Sendable {
    /// Files that are always taken: where damage shows first, or would cost most.
    package enum Stratum: String, Hashable, Sendable, CaseIterable {
        /// Modified within a day before the newest one; of many the newest.
        case newestDay = "newest-day"
        /// Modified within a year after the oldest one; the oldest of them.
        case oldestYear = "oldest-year"
        /// Whose inode was changed last, whatever time of modification they show.
        case lastChanged = "last-changed"
        /// The largest one.
        case largest
        /// Some of each clinical store, with the least priorities, so that its judge has files.
        case stores
        /// What a judge of the drill demands: the canary, and what is bound to it.
        case demanded
    }

    /// What was not asked of a sample: it has none of it, or that needs all files.
    package static let notAsked = [
        "empty-files", "folders-and-links", "joins", "numbers", "rules-between-files",
        "unexpected-files",
    ]

    /// How sure the drill was to be.
    package let aim: SampleAim
    /// What chose them.
    package let seed: Digest
    /// Regular files with content in the snapshot, each once, by its first name.
    package let files: Int
    /// How many of each stratum there are; a file may be of several, and drawn as well.
    package let strata: [Stratum: Int]
    /// Those that were drawn.
    package let drawnPaths: Set<[UInt8]>
    /// All that are restored, drawn or always taken.
    package let paths: Set<[UInt8]>

    /// How many of the files were drawn.
    package var drawn: Int { aim.filesMin }

    /// Tells whoever has the file list that it was this sample, and nobody else which files it has.
    package var digest: Digest { Self.digest(of: paths) }

    /// The same of the files that were drawn, which a seed and a file list give alone.
    package var drawnDigest: Digest { Self.digest(of: drawnPaths) }

    /// SHA-256 over paths in the order of a file list, each with a zero byte after it.
    private static func digest(of paths: Set<[UInt8]>) -> Digest {
        let hash = SHA256()
        for path in paths.sorted(by: RecordPath.precedes) {
            hash.update(path + [0])
        }
        return hash.finish()
    }

    /// As records and programs have it: numbers and a hash, and no path.
    package var members: [String: JSONValue] {
        let always = strata.map { ($0.key.rawValue, JSONValue.integer(Int64($0.value))) }
        return [
            "always": .object(Dictionary(uniqueKeysWithValues: always)),
            "confidence": .string(aim.confidence.description),
            "defects": .string(aim.defects.description),
            "digest": .string(digest.hex),
            "drawn": .integer(Int64(drawn)),
            "drawnDigest": .string(drawnDigest.hex),
            "files": .integer(Int64(files)),
            "notAsked": .array(Self.notAsked.map { .string($0) }),
            "restored": .integer(Int64(paths.count)),
            "seed": .string(seed.hex),
        ]
    }
}
