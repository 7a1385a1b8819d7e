package import Format
package import Model
package import Primitives

/// Whose signatures a reader believes, and for what: the keys that it has pinned.
package struct TrustedSigners: Sendable {
    fileprivate struct Known: Sendable {
        let key: VerifyingKey
        /// Where the key is pinned: in several places it is believed for what any of them says, and
        /// beyond the heads of none.
        var pins: [SignerPin]
    }

    private let known: [SignerID: Known]

    /// Believes the owners of `keys` in everything.
    package init(_ keys: [VerifyingKey]) {
        self.init(pins: keys.map { SignerPin(key: $0.bytes) })
    }

    /// Believes the owners of pinned keys in what the pins say.
    package init(pins: [SignerPin]) {
        known = pins.reduce(into: [:]) { known, pin in
            guard let key = VerifyingKey(pin.key) else {
                preconditionFailure("a public key of \(pin.key.count) bytes is pinned")
            }
            known[key.signer, default: Known(key: key, pins: [])].pins.append(pin)
        }
    }

    /// Whether nobody is believed.
    package var isEmpty: Bool { known.isEmpty }

    /// The public key of a signer; nil if it is not pinned.
    package func key(of signer: SignerID) -> VerifyingKey? { known[signer]?.key }

    /// What the signatures of an envelope are worth.
    package enum Standing: Hashable, Sendable {
        /// Signed by someone who is believed in this.
        case trusted(SignerID)
        /// Signed by someone who was believed in this once, beyond his heads.
        case retired(SignerID)
        /// Signed by someone who is believed in other kinds, or about other sets.
        case notEntitled(SignerID)
        /// Every signer is a stranger.
        case unknown
        /// The signature of someone who is believed in this is there and is wrong.
        case invalid
    }

    /// What an envelope is to be, as its place in the store says.
    package enum Document: Sendable {
        /// The manifest of a snapshot, with the hash of its stored bytes.
        case snapshot(SnapshotRef, ObjectName)
        /// A record of a kind, about sets; nil if that cannot be told. Whether a retired signer's
        /// heads reach it is for its chain to tell.
        case record(RecordKind, about: Set<SetID>?, isWithinHeads: Bool)
    }

    /// Judges the signatures of `envelope`.
    ///
    /// - Parameters:
    ///   - envelope: as it is stored.
    ///   - document: what it is to be.
    ///   - signer: who must have signed it, where its place says that; nil where anyone may.
    /// - Returns: the best of what its signatures are worth; other keys' are passed over.
    package func standing(
        of envelope: Envelope,
        as document: Document,
        by signer: SignerID? = nil
    ) -> Standing {
        let message = envelope.signedBytes
        var found: Standing = .unknown
        for signature in envelope.signatures {
            guard let known = known[signature.signer] else {
                continue
            }
            let believed = known.standing(signature.signer, document)
            guard known.key.isValid(signature: signature.bytes, over: message) else {
                // Anyone can write another's id beside bytes: that tells nothing of him, except
                // where his word would have counted.
                if case .trusted = believed { return .invalid }
                continue
            }
            if signature.signer == signer ?? signature.signer, believed.weight > found.weight {
                found = believed
            }
        }
        return found
    }

    /// The newest manifests of a set that retired signers are believed in: each was there once.
    /// Where a key is retired at several heads it is the lowest: of those above it none counts.
    package func heads(of set: SetID) -> [Head] {
        let heads = known.values.compactMap { known in
            known.pins.compactMap { $0.retirement?.snapshots[set] }
                .min { $0.sequence < $1.sequence }
        }
        return Set(heads).sorted { ($0.sequence, $0.name) < ($1.sequence, $1.name) }
    }

    /// Up to where a signer is believed, as each place says that has him retired; none while his
    /// key is in use.
    package func retirements(of signer: SignerID) -> [SignerPin.Retirement] {
        known[signer]?.pins.compactMap(\.retirement) ?? []
    }

    /// Whether it was said who signs a kind, by a pin that names it: then another who does is a
    /// stranger. A pin for everything says nothing about one kind.
    package func names(_ kind: SignedKind) -> Bool {
        known.values.contains { $0.pins.contains { $0.kinds?.contains(kind) ?? false } }
    }
}

extension TrustedSigners.Known {
    /// What a right signature is worth.
    fileprivate func standing(
        _ signer: SignerID,
        _ document: TrustedSigners.Document
    ) -> TrustedSigners.Standing {
        switch document {
        case .snapshot(let ref, let name):
            guard pins.contains(where: { $0.covers(.snapshot, about: [ref.set]) }) else {
                return .notEntitled(signer)
            }
            let isWithinHeads = pins.allSatisfy { $0.retirement?.reaches(ref, name) ?? true }
            return isWithinHeads ? .trusted(signer) : .retired(signer)
        case .record(let kind, let sets, let isWithinHeads):
            guard pins.contains(where: { $0.covers(.record(kind), about: sets) }) else {
                return .notEntitled(signer)
            }
            return isWithinHeads ? .trusted(signer) : .retired(signer)
        }
    }
}

extension TrustedSigners.Standing {
    /// Of several signatures the best counts.
    fileprivate var weight: Int {
        switch self {
        case .trusted: 3
        case .retired: 2
        case .notEntitled: 1
        case .unknown, .invalid: 0
        }
    }
}
