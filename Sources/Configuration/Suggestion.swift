/// The word that someone probably meant.
enum Suggestion {
    /// Words longer than this are not compared.
    private static let wordLengthMax = 64

    /// The nearest of `candidates`, if it is near: two slips at most, and fewer than half of the
    /// word. The first of several that are equally near.
    static func nearest(to word: String, of candidates: [String]) -> String? {
        guard word.count <= wordLengthMax else {
            return nil
        }
        let slipsMax = min(2, max(1, (word.count - 1) / 2))
        let ranked = candidates.filter { $0.count <= wordLengthMax }.map { candidate in
            (candidate, slips(Array(word.lowercased()), Array(candidate.lowercased())))
        }
        let best = ranked.min { $0.1 < $1.1 }
        return best.flatMap { $0.1 <= slipsMax ? $0.0 : nil }
    }

    /// Insertions, deletions, replacements and swaps of neighbours that make one of the other
    /// (optimal string alignment distance).
    private static func slips(_ one: [Character], _ other: [Character]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...other.count)
        for row in one.indices {
            var current = [row + 1]
            for column in other.indices {
                let isSame = one[row] == other[column]
                var least = min(last[column + 1], current[column]) + 1
                least = min(least, last[column] + (isSame ? 0 : 1))
                if row > 0, column > 0, one[row] == other[column - 1], one[row - 1] == other[column]
                {
                    least = min(least, beforeLast[column - 1] + 1)
                }
                current.append(least)
            }
            (beforeLast, last) = (last, current)
        }
        return last[other.count]
    }
}
