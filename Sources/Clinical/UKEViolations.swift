/// The violations of one claim file: the first of each rule with their places, of more the number.
struct UKEViolations {
    private static let eachMax = 1_000

    private var listed: [Violation] = []
    private var counts: [ClinicalRule: UInt64] = [:]

    /// Notes one.
    ///
    /// - Parameters:
    ///   - rule: what is broken.
    ///   - place: a record, its line in brackets and the number of its field, as `RE[12]-4`.
    mutating func add(_ rule: ClinicalRule, at place: String) {
        let count = counts[rule, default: 0] &+ 1
        counts[rule] = count
        if count <= UInt64(Self.eachMax) {
            listed.append(Violation(rule, at: place))
        }
    }

    /// All of them.
    var all: [Violation] {
        let more = counts.sorted { $0.key.id < $1.key.id }.compactMap { rule, count in
            // The number is part of the place: one more is another violation.
            count > UInt64(Self.eachMax)
                ? Violation(rule, at: "\(count - UInt64(Self.eachMax)) more") : nil
        }
        return listed + more
    }
}
