package import Model

/// What a record of kind `rewrap` says: key objects that seal keys of a set anew, to whom.
/// FORMAT.md §13.
package struct Rewrap: Hashable, Sendable {
    /// Whose keys they are.
    package let set: SetID
    /// The recipients of every object, as a manifest tells them.
    package let recipients: [String]
    /// The new key objects, by the key that each says it seals. That it does is known only to who
    /// opens it.
    package let objects: [KeyID: ObjectRef]

    /// States a rewrap.
    package init(set: SetID, recipients: [String], objects: [KeyID: ObjectRef]) {
        self.set = set
        self.recipients = recipients
        self.objects = objects
    }

    private static let what = "a rewrap"

    /// Reads what a statement says.
    ///
    /// - Throws: ``FormatError`` if it is of another type, or not as FORMAT.md §13 has it.
    package init(_ statement: Statement) throws(FormatError) {
        let what = Self.what
        guard statement.predicateType == RecordKind.rewrap.predicateType else {
            throw .unknownVersion(what)
        }
        var members = try JSONValue.Members(statement.predicate, of: what)
        guard let id = RandomID(hex: try members.string("set")) else {
            throw .invalid("\(what): set is no id")
        }
        set = SetID(id)
        recipients = try members.strings("recipients", max: Limits.recipientsMax)
        guard AgeRecipient.areListed(recipients) else {
            throw .invalid("\(what): recipients do not rise, are none, or are not age's texts")
        }
        var objects: [KeyID: ObjectRef] = [:]
        for value in try members.array("keys", max: Limits.keysMax) {
            var key = try JSONValue.Members(value, of: what)
            guard let id = Digest(hex: try key.string("key")),
                let name = Digest(hex: try key.string("object"))
            else {
                throw .invalid("\(what): a name is no hash")
            }
            let size = try key.natural("size")
            guard size <= UInt64(Limits.keyObjectBytesMax) else {
                throw .invalid("\(what): a key object is too large")
            }
            try key.finish()
            let object = ObjectRef(kind: .key, name: ObjectName(name), size: size)
            guard objects.updateValue(object, forKey: KeyID(id)) == nil else {
                throw .invalid("\(what): a key stands twice")
            }
        }
        self.objects = objects
    }

    /// The predicate's members, beside those that every record has.
    package var members: [String: JSONValue] {
        [
            "keys": .array(
                objects.sorted { $0.key < $1.key }.map { id, object in
                    .object([
                        "key": .string(id.digest.hex), "object": .string(object.name.hex),
                        "size": .integer(Int64(clamping: object.size)),
                    ])
                }
            ),
            "recipients": .array(recipients.map { .string($0) }),
            "set": .string(set.hex),
        ]
    }
}
