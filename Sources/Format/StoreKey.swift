package import Model

/// Where each kind of object lies in a store (FORMAT.md §3): the one place that spells paths.
package enum StoreKey {
    /// The repository's descriptor.
    package static let descriptor = "toride.json"

    /// `keys/<sha256>`.
    package static func key(_ name: ObjectName) -> String { "keys/\(name.hex)" }

    /// `packs/<first byte>/<sha256>`: 256 folders keep each of them small.
    package static func pack(_ name: ObjectName) -> String {
        let hex = name.hex
        return "packs/\(hex.prefix(2))/\(hex)"
    }

    /// `index/<sha256>`.
    package static func index(_ name: ObjectName) -> String { "index/\(name.hex)" }

    /// `lists/<sha256>`.
    package static func list(_ name: ObjectName) -> String { "lists/\(name.hex)" }

    /// `snapshots/<set id>/<sequence>-<sha256>`; the sequence has ten digits, so names sort.
    package static func manifest(set: SetID, sequence: UInt64, name: ObjectName) -> String {
        "snapshots/\(set.hex)/\(tenDigits(sequence))-\(name.hex)"
    }

    /// `records/<kind>/<signer id>/<sequence>-<sha256>`.
    package static func record(
        kind: RecordKind,
        signer: SignerID,
        sequence: UInt64,
        name: ObjectName
    ) -> String {
        "records/\(kind.rawValue)/\(signer.digest.hex)/\(tenDigits(sequence))-\(name.hex)"
    }

    private static func tenDigits(_ number: UInt64) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 10 - digits.utf8.count)) + digits
    }
}

/// What a signed record tells of.
package enum RecordKind: String, Hashable, Sendable, CaseIterable {
    /// A keyless verification.
    case verification
    /// A restore drill.
    case drill
    /// A custodian proved the recovery key.
    case keyCheck = "key-check"

    /// The type of the predicate that such a record has, as `urn:toride:drill:v1`.
    package var predicateType: String { "urn:toride:\(rawValue):v1" }
}

/// What a key in a store names, as read from its spelling alone.
package enum StoredKind: Hashable, Sendable {
    case descriptor
    case key(ObjectName)
    case pack(ObjectName)
    case index(ObjectName)
    case list(ObjectName)
    case manifest(set: SetID, sequence: UInt64, name: ObjectName)
    case record(kind: RecordKind, signer: SignerID, sequence: UInt64, name: ObjectName)
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
        case .descriptor, .aside, .foreign: nil
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
