package import Model

/// What the predicates of all records have in common (FORMAT.md §13).
extension Statement {
    /// The record's number in its chain; nil if it says none.
    package var sequence: UInt64? {
        guard case .integer(let number) = member("sequence"), number > 0 else {
            return nil
        }
        return UInt64(number)
    }

    /// The name of the record before it; nil if it says none.
    package var previous: ObjectName? {
        guard case .string(let hex) = member("previous") else {
            return nil
        }
        return Digest(hex: hex).map { ObjectName($0) }
    }

    /// Whether it is of a kind, in this version or a later one.
    package func isOf(_ kind: RecordKind) -> Bool {
        predicateType.hasPrefix("urn:toride:\(kind.rawValue):")
    }

    /// The sets that it is about: those of its subjects, and those that its predicate names.
    package var sets: Set<SetID> {
        var texts: [JSONValue] = []
        if let set = member("set") {
            texts.append(set)
        }
        if case .array(let sets) = member("sets") {
            texts += sets
        }
        let named = texts.compactMap { value -> SetID? in
            guard case .string(let hex) = value else {
                return nil
            }
            return RandomID(hex: hex).map { SetID($0) }
        }
        return Set(subjects.compactMap(\.snapshot).map(\.set)).union(named)
    }

    private func member(_ key: String) -> JSONValue? {
        guard case .object(let members) = predicate else {
            return nil
        }
        return members[key]
    }
}
