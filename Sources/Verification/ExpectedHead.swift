package import Model

/// A head as an operator remembers it: `SET=SEQ:HASH`.
package struct ExpectedHead: Hashable, Sendable {
    /// The set as it was typed: a name or an id.
    package let set: String
    /// What is remembered of it.
    package let head: Head

    /// Reads what was typed.
    ///
    /// - Parameter text: such as `ehr-db=12:` and 64 lower-case hexadecimal digits.
    /// - Throws: ``RequestError/head(_:)`` for anything else.
    package init(_ text: String) throws(RequestError) {
        let sides = text.split(separator: "=", maxSplits: 1)
        let parts = sides.last?.split(separator: ":") ?? []
        guard sides.count == 2, parts.count == 2, let sequence = UInt64(parts[0]), sequence > 0,
            let hash = Digest(hex: parts[1])
        else {
            throw .head(text)
        }
        set = String(sides[0])
        head = Head(sequence: sequence, name: ObjectName(hash))
    }
}

extension SetID {
    /// Reads the id of a set as an operator types it where no names are known.
    ///
    /// - Parameter text: 32 lower-case hexadecimal digits.
    /// - Throws: ``RequestError/set(_:)`` for anything else.
    package init(typed text: String) throws(RequestError) {
        guard let id = RandomID(hex: text) else {
            throw .set(text)
        }
        self.init(id)
    }
}
