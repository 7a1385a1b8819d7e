package import Model

/// A signer's public key and what its owner is believed for (FORMAT.md §13.2).
///
/// Whoever reads a repository pins keys: for named kinds of what is signed and for named sets. A
/// key that is no longer to be believed is not taken out but retired: what it signed up to its
/// heads is believed for ever, and nothing beyond. Numbers and hashes decide that, never a clock.
package struct SignerPin: Hashable, Sendable {
    /// Up to where a retired signer is believed.
    package struct Retirement: Hashable, Sendable {
        /// The newest manifest of each set that is believed; of a set that is not among them, none.
        package var snapshots: [SetID: Head]
        /// The newest records of each kind that are believed, one for each repository: that record
        /// and those before it in its chain. Of a kind that is not among them, none.
        package var records: [RecordKind: Set<Head>]

        /// States a retirement; without more, nothing that the key signed is believed.
        package init(
            snapshots: [SetID: Head] = [:],
            records: [RecordKind: Set<Head>] = [:]
        ) {
            self.snapshots = snapshots
            self.records = records.filter { !$0.value.isEmpty }
        }

        /// Whether a manifest is one that is believed still, as far as its number tells: at the
        /// head itself its name must agree too.
        package func reaches(_ ref: SnapshotRef, _ name: ObjectName) -> Bool {
            guard let head = snapshots[ref.set] else {
                return false
            }
            return ref.sequence < head.sequence
                || ref.sequence == head.sequence && name == head.name
        }
    }

    /// The number of bytes of an Ed25519 public key (RFC 8032 §5.1.5).
    package static let keyByteCount = 32

    /// The raw public key: 32 bytes.
    package let key: [UInt8]
    /// For which kinds; nil for all.
    package var kinds: Set<SignedKind>?
    /// For which sets; nil for all.
    package var sets: Set<SetID>?
    /// Up to where; nil while the key is in use.
    package var retirement: Retirement?
    /// What the operator calls it; one line.
    package var label: String?

    /// Pins a key; without more, for every kind and every set.
    ///
    /// - Parameters:
    ///   - key: 32 bytes.
    ///   - kinds: for which; nil for all.
    ///   - sets: about which; nil for all.
    ///   - retirement: nil while the key is in use.
    ///   - label: what the operator calls it; one line.
    package init(
        key: [UInt8],
        kinds: Set<SignedKind>? = nil,
        sets: Set<SetID>? = nil,
        retirement: Retirement? = nil,
        label: String? = nil
    ) {
        precondition(key.count == SignerPin.keyByteCount, "a public key of \(key.count) bytes")
        self.key = key
        self.kinds = kinds
        self.sets = sets
        self.retirement = retirement
        self.label = label
    }

    /// Whether it speaks for documents of `kind` about all of `sets`.
    ///
    /// - Parameters:
    ///   - kind: what was signed.
    ///   - about: the sets that it is about; nil if that cannot be told.
    /// - Returns: false if one of them is of another pin, or none.
    package func covers(_ kind: SignedKind, about: Set<SetID>?) -> Bool {
        guard kinds?.contains(kind) ?? true else {
            return false
        }
        guard let sets else {
            return true
        }
        return about.map { $0.isSubset(of: sets) } ?? false
    }
}
