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

    /// `attacks/<64 hex digits>`: drawn by chance, so that no two are one.
    package static func sacrifice(_ random: Digest) -> String { "attacks/\(random.hex)" }

    /// `medium/<file>`: what a medium carries beside its repository.
    package static func medium(_ file: String) -> String { "medium/\(file)" }

    private static func tenDigits(_ number: UInt64) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 10 - digits.utf8.count)) + digits
    }
}
