package import Model

/// What a key in a store names, as read from its spelling alone.
package enum StoredKind: Hashable, Sendable {
    case descriptor
    case key(ObjectName)
    case pack(ObjectName)
    case index(ObjectName)
    case list(ObjectName)
    case manifest(set: SetID, sequence: UInt64, name: ObjectName)
    case record(kind: RecordKind, signer: SignerID, sequence: UInt64, name: ObjectName)
    /// What a medium carries beside its repository: its name, a program, words for people.
    case medium
    /// Made to be attacked, to learn what could be done to the others; never read.
    case sacrifice
    /// Set aside by healing, or half-written when a writer died; never read.
    case aside
    /// Nothing that Toride writes.
    case foreign

    /// Reads the spelling of `key`; anything that ``StoreKey`` would not write is foreign.
    package init(key: String) {
        let parts = key.split(separator: "/", omittingEmptySubsequences: false)
        self = StoredKind.read(parts) ?? .foreign
    }

    /// The name that the object's bytes must hash to; nil where the key holds none.
    package var name: ObjectName? {
        switch self {
        case .key(let name), .pack(let name), .index(let name), .list(let name),
            .manifest(_, _, let name), .record(_, _, _, let name):
            name
        case .descriptor, .medium, .sacrifice, .aside, .foreign: nil
        }
    }

    private static func read(_ parts: [Substring]) -> StoredKind? {
        switch (parts.first, parts.count) {
        case ("toride.json", 1): return .descriptor
        case ("keys", 2): return name(parts[1]).map { .key($0) }
        case ("index", 2): return name(parts[1]).map { .index($0) }
        case ("lists", 2): return name(parts[1]).map { .list($0) }
        case ("packs", 3):
            guard parts[2].prefix(2) == parts[1] else {
                return nil
            }
            return name(parts[2]).map { .pack($0) }
        case ("snapshots", 3):
            guard let set = RandomID(hex: parts[1]), let (sequence, name) = numbered(parts[2])
            else {
                return nil
            }
            return .manifest(set: SetID(set), sequence: sequence, name: name)
        case ("records", 4):
            guard let kind = RecordKind(rawValue: String(parts[1])),
                let signer = Digest(hex: parts[2]), let (sequence, name) = numbered(parts[3])
            else {
                return nil
            }
            return .record(kind: kind, signer: SignerID(signer), sequence: sequence, name: name)
        case ("attacks", 2): return name(parts[1]).map { _ in .sacrifice }
        case ("medium", _): return parts.count > 1 ? .medium : nil
        case ("quarantine", _), ("unfinished", _): return parts.count > 1 ? .aside : nil
        default: return nil
        }
    }

    private static func name(_ hex: Substring) -> ObjectName? {
        Digest(hex: hex).map { ObjectName($0) }
    }

    private static func numbered(_ text: Substring) -> (UInt64, ObjectName)? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].utf8.count >= 10, let sequence = UInt64(parts[0]),
            sequence <= UInt64(Limits.sequenceMax),
            let digest = Digest(hex: parts[1]), parts[0].utf8.count == 10 || parts[0].first != "0",
            parts[0].utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else {
            return nil
        }
        return (sequence, ObjectName(digest))
    }
}
