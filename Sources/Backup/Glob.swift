/// A pattern over paths, as bytes: `*` and `?` within a part, `**` over parts, `[a-z]` a class.
///
/// A pattern that begins with `/` is anchored at the root; any other matches at every depth. A
/// matched directory is left out with all that is in it. Whatever the pattern, a path costs at most
/// the product of both lengths: all ways to match are followed at once, none is gone back.
package struct Glob: Hashable, Sendable {
    private enum Step: Hashable {
        /// One byte, itself.
        case byte(UInt8)
        /// One byte within a part, of these or of all others.
        case oneOf(Set<UInt8>, isNegated: Bool)
        /// Any number of bytes; of several parts too if it crosses slashes.
        case many(crosses: Bool)
        /// `**/`: the star and the slash that follow may both be left out.
        case optionalFolders
        /// A class that does not end.
        case never
    }

    private let steps: [Step]
    private let isAnchored: Bool

    /// Takes a pattern.
    package init(_ text: String) {
        let bytes = Array(text.utf8)
        isAnchored = bytes.first == UInt8(ascii: "/")
        let inner = isAnchored ? bytes[1...] : bytes[...]
        steps = Glob.steps(of: inner.last == UInt8(ascii: "/") ? inner.dropLast() : inner)
    }

    /// Whether the pattern matches `path`, which has no leading slash.
    package func matches(_ path: [UInt8]) -> Bool {
        var places = Places(count: steps.count + 1)
        enter(0, &places)
        for byte in path {
            let before = places.current
            places.clear()
            for place in before where place < steps.count {
                if let next = next(after: place, taking: byte) {
                    enter(next, &places)
                }
            }
            if byte == UInt8(ascii: "/"), !isAnchored {
                enter(0, &places)
            }
        }
        return places.holds(steps.count)
    }

    /// Where in the pattern a path may stand after some of its bytes; none twice.
    private struct Places {
        private(set) var current: [Int] = []
        private var isIn: [Bool]

        init(count: Int) {
            isIn = [Bool](repeating: false, count: count)
        }

        func holds(_ place: Int) -> Bool { isIn[place] }

        mutating func insert(_ place: Int) -> Bool {
            guard !isIn[place] else {
                return false
            }
            isIn[place] = true
            current.append(place)
            return true
        }

        mutating func clear() {
            for place in current {
                isIn[place] = false
            }
            current.removeAll(keepingCapacity: true)
        }
    }

    /// Stands at a place, and at all that may be reached from it without a byte.
    private func enter(_ place: Int, _ places: inout Places) {
        var waiting = [place]
        while let place = waiting.popLast() {
            guard places.insert(place), place < steps.count else {
                continue
            }
            switch steps[place] {
            case .many: waiting.append(place + 1)
            case .optionalFolders: waiting += [place + 1, place + 3]
            case .byte, .oneOf, .never: break
            }
        }
    }

    private func next(after place: Int, taking byte: UInt8) -> Int? {
        switch steps[place] {
        case .byte(let own): byte == own ? place + 1 : nil
        case .oneOf(let bytes, let isNegated):
            byte != UInt8(ascii: "/") && bytes.contains(byte) != isNegated ? place + 1 : nil
        case .many(let crosses): crosses || byte != UInt8(ascii: "/") ? place : nil
        case .optionalFolders, .never: nil
        }
    }

    // MARK: Reading a pattern

    private static func steps(of pattern: ArraySlice<UInt8>) -> [Step] {
        var rest = pattern
        var steps: [Step] = []
        while let symbol = rest.first {
            switch symbol {
            case UInt8(ascii: "*"):
                let stars = rest.prefix { $0 == UInt8(ascii: "*") }.count
                rest = rest.dropFirst(stars)
                if stars == 2, rest.first == UInt8(ascii: "/") {
                    steps.append(.optionalFolders)
                }
                steps.append(.many(crosses: stars > 1))
            case UInt8(ascii: "?"):
                rest = rest.dropFirst()
                steps.append(.oneOf([], isNegated: true))
            case UInt8(ascii: "["):
                steps.append(takeClass(&rest))
            default:
                rest = rest.dropFirst()
                steps.append(.byte(symbol))
            }
        }
        return steps
    }

    /// Reads `[…]`. A `]` that comes first does not end it.
    private static func takeClass(_ rest: inout ArraySlice<UInt8>) -> Step {
        guard let end = rest.dropFirst(2).firstIndex(of: UInt8(ascii: "]")) else {
            rest = []
            return .never
        }
        var inside = rest[(rest.startIndex + 1)..<end]
        rest = rest[(end + 1)...]
        let isNegated = inside.first == UInt8(ascii: "!")
        inside = isNegated ? inside.dropFirst() : inside
        var bytes: Set<UInt8> = []
        while let low = inside.first {
            inside = inside.dropFirst()
            if inside.first == UInt8(ascii: "-"), let high = inside.dropFirst().first {
                if low <= high {
                    bytes.formUnion(low...high)
                }
                inside = inside.dropFirst(2)
            } else {
                bytes.insert(low)
            }
        }
        return .oneOf(bytes, isNegated: isNegated)
    }
}
