/// Which segments may follow one another in a message: a grammar, matched in one pass.
///
/// The grammar becomes an automaton whose states are the places of segments in it (Glushkov, "The
/// abstract theory of automata", 1961): a message of n segments takes n steps, whatever it repeats.
struct HL7SegmentOrder: Sendable {
    /// Places of each segment's name, as a set of bits.
    private var places: [(name: HL7SegmentName, places: UInt64)] = []
    /// Which places may come after each.
    private var followers: [UInt64] = []
    /// Which places a message may begin with.
    private var first: UInt64 = 0
    /// Which places it may end with.
    private var last: UInt64 = 0

    /// Takes a grammar of our own tables.
    ///
    /// - Parameter notation: HL7's abstract message syntax (HL7 v2.5 §2.12): names in order, `[ ]`
    ///   around what may be absent, `{ }` around what may repeat; at most 64 names.
    init(_ notation: String) {
        var tokens = notation.split { " \n".contains($0) }[...]
        let whole = sequence(&tokens)
        precondition(tokens.isEmpty, "a bracket is closed twice in \(notation)")
        first = whole.first
        last = whole.last
    }

    /// Matches a message.
    ///
    /// - Parameter segments: its segments, the header among them.
    /// - Returns: which segment is the first that may not stand where it does; their number if all
    ///   may but more must follow; nil if all is in order.
    func misfit(_ segments: [HL7Message.Segment]) -> Int? {
        var allowed = first
        var reached: UInt64 = 0
        for (index, segment) in segments.enumerated() {
            reached = allowed & places(of: segment.name)
            guard reached != 0 else {
                return index
            }
            allowed = after(reached)
        }
        return reached & last == 0 ? segments.count : nil
    }

    private func places(of name: HL7SegmentName) -> UInt64 {
        for entry in places where entry.name == name {
            return entry.places
        }
        return 0
    }

    private func after(_ reached: UInt64) -> UInt64 {
        var rest = reached
        var allowed: UInt64 = 0
        while rest != 0 {
            allowed |= followers[rest.trailingZeroBitCount]
            rest &= rest - 1
        }
        return allowed
    }

    // MARK: - Construction

    /// A part of the grammar.
    private struct Part {
        var mayBeAbsent = true
        var first: UInt64 = 0
        var last: UInt64 = 0
    }

    /// Reads parts up to a closing bracket or the end.
    private mutating func sequence(_ tokens: inout ArraySlice<Substring>) -> Part {
        var whole = Part()
        while let token = tokens.first, token != "]", token != "}" {
            tokens.removeFirst()
            var part: Part
            switch token {
            case "[":
                part = bracketed("]", &tokens)
                part.mayBeAbsent = true
            case "{":
                part = bracketed("}", &tokens)
                link(part.last, to: part.first)
            default:
                part = segment(HL7SegmentName(String(token)))
            }
            link(whole.last, to: part.first)
            whole.first |= whole.mayBeAbsent ? part.first : 0
            whole.last = part.last | (part.mayBeAbsent ? whole.last : 0)
            whole.mayBeAbsent = whole.mayBeAbsent && part.mayBeAbsent
        }
        return whole
    }

    private mutating func bracketed(
        _ closing: Substring,
        _ tokens: inout ArraySlice<Substring>
    ) -> Part {
        let part = sequence(&tokens)
        precondition(tokens.popFirst() == closing, "a bracket is not closed")
        return part
    }

    private mutating func segment(_ name: HL7SegmentName) -> Part {
        precondition(followers.count < 64, "a grammar has more than 64 places")
        let place: UInt64 = 1 << UInt64(followers.count)
        followers.append(0)
        if let index = places.firstIndex(where: { $0.name == name }) {
            places[index].places |= place
        } else {
            places.append((name, place))
        }
        return Part(mayBeAbsent: false, first: place, last: place)
    }

    private mutating func link(_ before: UInt64, to after: UInt64) {
        var rest = before
        while rest != 0 {
            followers[rest.trailingZeroBitCount] |= after
            rest &= rest - 1
        }
    }
}
