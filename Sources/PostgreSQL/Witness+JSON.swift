package import Format

/// A witness as canonical JSON, as it is sealed in a snapshot.
extension Witness {
    /// The witness as a JSON value; ``init(json:)`` reads it.
    package var json: JSONValue {
        var members: [String: JSONValue] = [
            "version": .integer(Int64(version)),
            "serverVersion": .integer(Int64(serverVersion)),
            "database": database.json,
            "takenAt": .string(takenAt),
            "tables": .array(tables.map(\.json)),
            "largeObjects": largeObjects?.json ?? .null,
            "sequences": .array(sequences.map(\.json)),
            "objects": .array(
                objects.map { .array([.string($0.kind), .string($0.name), .string($0.hash)]) }
            ),
            "clinicalTimes": .array(clinicalTimes.map(\.json)),
            "notCompared": .array(notCompared.map(\.json)),
            "canary": canary?.json ?? .null,
        ]
        if let sequencesBehind {
            members["sequencesBehind"] = .array(sequencesBehind.map { .string($0) })
        }
        return .object(members)
    }

    /// Reads the bytes of ``json``. A witness of a large database has more values than other
    /// documents have.
    ///
    /// - Throws: as ``init(json:)`` does.
    package init(canonical bytes: [UInt8]) throws(FormatError) {
        let json = try JSONValue(
            canonical: bytes,
            of: "a witness",
            marksMax: 8 * Witness.entriesMax
        )
        try self.init(json: json)
    }

    /// Reads what ``json`` gives.
    ///
    /// - Throws: ``FormatError`` for anything else, an unknown version and an unknown member.
    package init(json: JSONValue) throws(FormatError) {
        var members = try JSONValue.Members(json, of: "a witness")
        let max = Witness.entriesMax
        version = try Int(members.natural("version"))
        guard version == Witness.version else {
            throw .invalid("a witness of version \(version)")
        }
        serverVersion = try Int(members.natural("serverVersion"))
        database = try DatabaseFacts(json: try members.take("database"))
        takenAt = try members.string("takenAt")
        tables = try members.array("tables", max: max).mapped(TableFacts.init(json:))
        largeObjects = try members.optional("largeObjects", LargeObjectFacts.init(json:))
        sequences = try members.array("sequences", max: max).mapped(SequenceFacts.init(json:))
        objects = try members.array("objects", max: max).mapped(SchemaObject.init(json:))
        clinicalTimes = try members.array("clinicalTimes", max: max)
            .mapped(ClinicalTime.init(json:))
        notCompared = try members.array("notCompared", max: max).mapped(NotCompared.init(json:))
        canary = try members.optional("canary", CanaryFacts.init(json:))
        sequencesBehind = try members.namesIfAny("sequencesBehind", max: max)
        try members.finish()
    }
}

extension DatabaseFacts {
    fileprivate var json: JSONValue {
        .object([
            "name": .string(name), "encoding": .string(encoding), "collation": .string(collation),
            "characterType": .string(characterType), "localeProvider": .string(localeProvider),
            "locale": .text(locale),
        ])
    }

    fileprivate init(json: JSONValue) throws(FormatError) {
        var members = try JSONValue.Members(json, of: "a database")
        name = try members.string("name")
        encoding = try members.string("encoding")
        collation = try members.string("collation")
        characterType = try members.string("characterType")
        localeProvider = try members.string("localeProvider")
        locale = try members.optionalString("locale")
        try members.finish()
    }
}

extension TableFacts {
    fileprivate var json: JSONValue {
        .array([.string(name), rows.map { .integer($0) } ?? .null, .text(hash)])
    }

    fileprivate init(json: JSONValue) throws(FormatError) {
        guard case .array(let values) = json, values.count == 3, case .string(let name) = values[0]
        else {
            throw .invalid("a table of a witness")
        }
        switch (values[1], values[2]) {
        case (.integer(let rows), .string(let hash)):
            self.init(name: name, rows: rows, hash: hash)
        case (.null, .null):
            self.init(name: name, rows: nil, hash: nil)
        default:
            throw .invalid("a table of a witness")
        }
    }
}

extension LargeObjectFacts {
    fileprivate var json: JSONValue {
        .object(["count": .integer(count), "bytes": .integer(bytes), "hash": .string(hash)])
    }

    fileprivate init(json: JSONValue) throws(FormatError) {
        var members = try JSONValue.Members(json, of: "large objects")
        count = try members.integer("count")
        bytes = try members.integer("bytes")
        hash = try members.string("hash")
        try members.finish()
    }
}

extension SequenceFacts {
    fileprivate var json: JSONValue {
        .object([
            "name": .string(name), "lastValue": .integer(lastValue), "isCalled": .bool(isCalled),
            "increment": .integer(increment), "cycles": .bool(cycles),
        ])
    }

    fileprivate init(json: JSONValue) throws(FormatError) {
        var members = try JSONValue.Members(json, of: "a sequence")
        name = try members.string("name")
        lastValue = try members.integer("lastValue")
        isCalled = try members.bool("isCalled")
        increment = try members.integer("increment")
        cycles = try members.bool("cycles")
        try members.finish()
    }
}

extension SchemaObject {
    fileprivate init(json: JSONValue) throws(FormatError) {
        guard case .array(let values) = json, values.count == 3,
            case .string(let kind) = values[0], case .string(let name) = values[1],
            case .string(let hash) = values[2]
        else {
            throw .invalid("an object of a schema")
        }
        self.init(kind: kind, name: name, hash: hash)
    }
}

extension ClinicalTime {
    fileprivate var json: JSONValue {
        .object([
            "column": .string(column), "type": .string(type), "newest": .text(newest),
            "later": .integer(later),
        ])
    }

    fileprivate init(json: JSONValue) throws(FormatError) {
        var members = try JSONValue.Members(json, of: "a clinical time")
        column = try members.string("column")
        type = try members.string("type")
        newest = try members.optionalString("newest")
        later = try members.integer("later")
        try members.finish()
    }
}

extension NotCompared {
    fileprivate var json: JSONValue {
        .object([
            "subject": .string(subject), "reason": .string(reason), "isExpected": .bool(isExpected),
        ])
    }

    fileprivate init(json: JSONValue) throws(FormatError) {
        var members = try JSONValue.Members(json, of: "a gap")
        subject = try members.string("subject")
        reason = try members.string("reason")
        isExpected = try members.bool("isExpected")
        try members.finish()
    }
}

extension CanaryFacts {
    fileprivate var json: JSONValue {
        .object(["id": .string(id), "digest": .text(digest)])
    }

    fileprivate init(json: JSONValue) throws(FormatError) {
        var members = try JSONValue.Members(json, of: "a canary")
        id = try members.string("id")
        digest = try members.optionalString("digest")
        try members.finish()
    }
}

// MARK: - Values that may be missing

extension JSONValue {
    fileprivate static func text(_ text: String?) -> JSONValue {
        text.map { .string($0) } ?? .null
    }
}

extension JSONValue.Members {
    fileprivate mutating func integer(_ key: String) throws(FormatError) -> Int64 {
        guard case .integer(let value) = try take(key) else {
            throw .invalid("\(key) is not a number")
        }
        return value
    }

    fileprivate mutating func optionalString(_ key: String) throws(FormatError) -> String? {
        try optional(key) { value throws(FormatError) in
            guard case .string(let text) = value else {
                throw .invalid("\(key) is not text")
            }
            return text
        }
    }

    /// Texts of a member that older documents do not have; nil if it is not there.
    fileprivate mutating func namesIfAny(
        _ key: String,
        max: Int
    ) throws(FormatError) -> [String]? {
        var rest = self
        guard (try? rest.take(key)) != nil else {
            return nil
        }
        return try strings(key, max: max)
    }

    fileprivate mutating func optional<R>(
        _ key: String,
        _ read: (JSONValue) throws(FormatError) -> R
    ) throws(FormatError) -> R? {
        let value = try take(key)
        return value == .null ? nil : try read(value)
    }
}

extension [JSONValue] {
    fileprivate func mapped<R>(
        _ read: (JSONValue) throws(FormatError) -> R
    ) throws(FormatError) -> [R] {
        var values: [R] = []
        for value in self {
            values.append(try read(value))
        }
        return values
    }
}
