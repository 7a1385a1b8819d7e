import Model

extension Array {
    /// All elements, with that one first which the seed takes: another drill begins with another.
    func rotated(by seed: Digest) -> [Element] {
        guard !isEmpty else {
            return []
        }
        let start = Int(seed.prefix % UInt64(count))
        return Array(self[start...] + self[..<start])
    }
}
