/// A pattern over paths, as bytes: `*` and `?` within a part, `**` over parts, `[a-z]` a class.
///
/// A pattern that begins with `/` is anchored at the root; any other matches at every depth. A
/// matched directory is left out with all that is in it.
package struct Glob: Hashable, Sendable {
    private let pattern: [UInt8]
    private let isAnchored: Bool

    /// Takes a pattern.
    package init(_ text: String) {
        let bytes = Array(text.utf8)
        isAnchored = bytes.first == UInt8(ascii: "/")
        let inner = isAnchored ? Array(bytes.dropFirst()) : bytes
        pattern = inner.last == UInt8(ascii: "/") ? Array(inner.dropLast()) : inner
    }

    /// Whether the pattern matches `path`, which has no leading slash.
    package func matches(_ path: [UInt8]) -> Bool {
        if matches(pattern[...], path[...]) {
            return true
        }
        guard !isAnchored else {
            return false
        }
        return path.indices.contains { index in
            path[index] == UInt8(ascii: "/") && matches(pattern[...], path[(index + 1)...])
        }
    }

    private func matches(_ pattern: ArraySlice<UInt8>, _ text: ArraySlice<UInt8>) -> Bool {
        var (pattern, text) = (pattern, text)
        while let symbol = pattern.first {
            switch symbol {
            case UInt8(ascii: "*"):
                return matchesStar(pattern, text)
            case UInt8(ascii: "?"):
                guard let byte = text.first, byte != UInt8(ascii: "/") else {
                    return false
                }
                (pattern, text) = (pattern.dropFirst(), text.dropFirst())
            case UInt8(ascii: "["):
                guard let byte = text.first, let rest = afterClass(pattern, holding: byte) else {
                    return false
                }
                (pattern, text) = (rest, text.dropFirst())
            default:
                guard text.first == symbol else {
                    return false
                }
                (pattern, text) = (pattern.dropFirst(), text.dropFirst())
            }
        }
        return text.isEmpty
    }

    private func matchesStar(_ pattern: ArraySlice<UInt8>, _ text: ArraySlice<UInt8>) -> Bool {
        let crosses = pattern.dropFirst().first == UInt8(ascii: "*")
        var rest = pattern.dropFirst(crosses ? 2 : 1)
        if crosses, rest.first == UInt8(ascii: "/"), matches(rest.dropFirst(), text) {
            return true  // `**/x` matches `x` too.
        }
        while rest.first == UInt8(ascii: "*") {
            rest = rest.dropFirst()
        }
        var text = text
        while true {
            if matches(rest, text) {
                return true
            }
            guard let byte = text.first, crosses || byte != UInt8(ascii: "/") else {
                return false
            }
            text = text.dropFirst()
        }
    }

    /// What follows a class that holds `byte`; nil if it does not hold it or does not end.
    private func afterClass(
        _ pattern: ArraySlice<UInt8>,
        holding byte: UInt8
    ) -> ArraySlice<UInt8>? {
        guard let end = pattern.dropFirst(2).firstIndex(of: UInt8(ascii: "]")) else {
            return nil
        }
        var inside = pattern[(pattern.startIndex + 1)..<end]
        let isNegated = inside.first == UInt8(ascii: "!")
        inside = isNegated ? inside.dropFirst() : inside
        var holds = false
        while let low = inside.first {
            inside = inside.dropFirst()
            if inside.first == UInt8(ascii: "-"), let high = inside.dropFirst().first {
                holds = holds || (low <= byte && byte <= high)
                inside = inside.dropFirst(2)
            } else {
                holds = holds || low == byte
            }
        }
        return holds != isNegated && byte != UInt8(ascii: "/") ? pattern[(end + 1)...] : nil
    }
}
