package import Format
import Model

extension StoreProfile {
    /// The profile as a witness holds it.
    package var json: JSONValue {
        .object([
            "broken": .object(broken.mapValues(\.json)),
            "bytes": .natural(bytes),
            "counts": .object(counts.mapValues { .natural($0) }),
            "days": .object(days.named { "\($0)" }.mapValues { .natural($0) }),
            "files": .natural(files),
            "format": .string(format.rawValue),
            "localOffset": .integer(localOffset),
            "newest": newest.map { .integer($0.seconds) } ?? .null,
            "outcomes": .object(outcomes.named(\.rawValue).mapValues { .natural($0) }),
            "partial": .bool(isPartial),
            "rules": .string(rules),
            "sums": .object(sums.named(\.name).mapValues { .integer(Int64(bitPattern: $0)) }),
            "unread": .natural(unread),
        ])
    }

    /// Reads what ``json`` writes.
    ///
    /// - Throws: ``FormatError`` for anything else.
    package init(json: JSONValue) throws(FormatError) {
        var members = try JSONValue.Members(json, of: "a clinical profile")
        let name = try members.string("format")
        guard let format = ClinicalFormat(rawValue: name) else {
            throw .unknownVersion("a clinical profile of format \(name)")
        }
        self.init(format)
        for (id, value) in try members.object("broken") {
            broken[id] = try Broken(json: value)
        }
        bytes = try members.natural("bytes")
        counts = try members.numbers("counts")
        for (day, number) in try members.numbers("days") {
            guard let day = UInt32(day) else {
                throw .invalid("a clinical profile: a day is no number")
            }
            days[day] = number
        }
        files = try members.natural("files")
        localOffset = try members.optionalInteger("localOffset") ?? 0
        rules = try members.string("rules")
        newest = try members.optionalInteger("newest").map { Timestamp(seconds: $0) }
        for (name, number) in try members.numbers("outcomes") {
            guard let outcome = FileFacts.Outcome(rawValue: name) else {
                throw .invalid("a clinical profile: an outcome is unknown")
            }
            outcomes[outcome] = number
        }
        isPartial = try members.bool("partial")
        for (name, value) in try members.object("sums") {
            guard case .integer(let sum) = value else {
                throw .invalid("a clinical profile: a sum is no number")
            }
            sums[Relation(name)] = UInt64(bitPattern: sum)
        }
        unread = try members.natural("unread")
        try members.finish()
    }
}

extension StoreProfile.Broken {
    /// The count, and the tokens as base64 of eight big-endian bytes each.
    fileprivate var json: JSONValue {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(tokens.count * 8)
        for token in tokens {
            bytes.append(fixed: token.byteSwapped)
        }
        return .object([
            "count": .natural(count), "tokens": .string(Base64.encode(bytes)),
        ])
    }

    fileprivate init(json: JSONValue) throws(FormatError) {
        var members = try JSONValue.Members(json, of: "a broken rule")
        count = try members.natural("count")
        guard let bytes = Base64.decode(try members.string("tokens")),
            bytes.count.isMultiple(of: 8), bytes.count / 8 <= Limits.clinicalTokensMax
        else {
            throw .invalid("a broken rule: its tokens are none")
        }
        try members.finish()
        var reader = ByteReader(bytes, of: "the tokens of a broken rule")
        while reader.remaining > 0 {
            tokens.append(try reader.fixed(UInt64.self).byteSwapped)
        }
    }
}

extension Dictionary {
    /// The same with other keys, which differ where the old ones do.
    fileprivate func named(_ name: (Key) -> String) -> [String: Value] {
        Dictionary<String, Value>(uniqueKeysWithValues: map { (name($0.key), $0.value) })
    }
}

extension JSONValue {
    fileprivate static func natural(_ number: UInt64) -> JSONValue {
        .integer(Int64(clamping: number))
    }
}

extension JSONValue.Members {
    fileprivate mutating func object(_ key: String) throws(FormatError) -> [String: JSONValue] {
        guard case .object(let members) = try take(key) else {
            throw .invalid("a clinical profile: \(key) is not an object")
        }
        return members
    }

    fileprivate mutating func numbers(_ key: String) throws(FormatError) -> [String: UInt64] {
        var numbers: [String: UInt64] = [:]
        for (name, value) in try object(key) {
            guard case .integer(let number) = value, number >= 0 else {
                throw .invalid("a clinical profile: a number in \(key) is none")
            }
            numbers[name] = UInt64(number)
        }
        return numbers
    }

    fileprivate mutating func optionalInteger(_ key: String) throws(FormatError) -> Int64? {
        switch try take(key) {
        case .null: nil
        case .integer(let number): number
        default: throw .invalid("a clinical profile: \(key) is no number")
        }
    }
}
