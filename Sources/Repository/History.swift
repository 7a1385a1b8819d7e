import Format
package import Model
package import ObjectStore
import Primitives

/// Every manifest of a repository, judged without any key.
package struct History: Sendable {
    /// The manifests that could be read and have their place, by set, rising by sequence. Those of
    /// signers who are not believed are among them; those with a wrong signature are not.
    package private(set) var manifests: [SetID: [StoredManifest]] = [:]
    /// The places of manifests that are there and could not be read, by set: what they are called
    /// is all that is known of them.
    package private(set) var unread: [SetID: [Head]] = [:]
    /// What is wrong with single manifests.
    package private(set) var findings: [Finding] = []

    /// Reads all manifests of `store`, or of one set.
    package init(
        of store: any ObjectStore,
        set: SetID? = nil,
        trusting signers: TrustedSigners
    ) throws(RepositoryError) {
        let prefix = set.map { "snapshots/\($0.hex)/" } ?? "snapshots/"
        let objects = try storing { () throws(StoreError) in try store.list(prefix: prefix) }
        for object in objects.sorted(by: { $0.key < $1.key }) {
            guard case .manifest(let set, let sequence, let name) = StoredKind(key: object.key)
            else {
                continue  // Verification reports foreign objects.
            }
            try read(
                object.key,
                ref: SnapshotRef(set: set, sequence: sequence),
                name: name,
                store: store,
                signers: signers
            )
        }
        for set in manifests.keys {
            manifests[set]?.sort { $0.manifest.sequence < $1.manifest.sequence }
        }
    }

    /// The sets that have manifests here, readable or not.
    package var sets: Set<SetID> { Set(manifests.keys).union(unread.keys) }

    /// The newest manifest of a set that a believed signer signed.
    package func newest(of set: SetID) -> StoredManifest? {
        manifests[set]?.last(where: \.isTrusted)
    }

    /// Sets aside the manifests that were not made for the repository of this descriptor.
    package mutating func keepOnly(repository: RepositoryID, descriptor: Digest) {
        for (set, stored) in manifests {
            let (own, strange) = stored.reduce(into: ([StoredManifest](), [StoredManifest]())) {
                let fits =
                    $1.manifest.repository == repository && $1.manifest.descriptor == descriptor
                if fits { $0.0.append($1) } else { $0.1.append($1) }
            }
            manifests[set] = own
            for stored in strange {
                note(.manifestMisplaced, stored.storeKey, stored.manifest.ref)
            }
        }
    }

    private mutating func read(
        _ key: String,
        ref: SnapshotRef,
        name: ObjectName,
        store: any ObjectStore,
        signers: TrustedSigners
    ) throws(RepositoryError) {
        let bytes: [UInt8]
        do throws(StoreError) {
            bytes = try store.get(key, bytesMax: Limits.documentBytesMax)
        } catch .missing, .tooLarge {
            return noteUnread(.manifestDamaged, key, ref, name)
        } catch {
            return noteUnread(.objectUnreadable, key, ref, name, error.description)
        }
        guard ObjectName(SHA256.hash(bytes)) == name else {
            return noteUnread(.manifestDamaged, key, ref, name)
        }
        let envelope: Envelope
        do throws(FormatError) {
            envelope = try Envelope(decoding: bytes)
        } catch {
            return noteUnread(.manifestDamaged, key, ref, name, error.description)
        }
        guard envelope.payloadType == Manifest.payloadType else {
            return note(.manifestMisplaced, key, ref)
        }
        try judge(envelope, key, in: store.place, ref: ref, name: name, signers)
    }

    /// The signature comes first: what a stranger wrote may be anything, even of a version that is
    /// yet to come, and must not keep anyone from looking at the rest.
    private mutating func judge(
        _ envelope: Envelope,
        _ key: String,
        in place: String,
        ref: SnapshotRef,
        name: ObjectName,
        _ signers: TrustedSigners
    ) throws(RepositoryError) {
        let standing = signers.standing(of: envelope, as: .snapshot(ref, name))
        var isTrusted = false
        switch standing {
        case .trusted: isTrusted = true
        case .unknown: note(.manifestSignerUnknown, key, ref)
        case .retired(let signer): note(.signerRetired, key, ref, by: signer)
        case .notEntitled(let signer): note(.signerNotEntitled, key, ref, by: signer)
        case .invalid: return note(.manifestSignatureInvalid, key, ref)
        }
        let manifest: Manifest
        do throws(FormatError) {
            manifest = try Manifest(decoding: envelope.payload)
        } catch {
            guard isTrusted else {
                return
            }
            if case .unknownVersion = error {
                throw .format(error, key: "\(place): \(key)")
            }
            return noteUnread(.manifestDamaged, key, ref, name, error.description)
        }
        guard manifest.ref == ref else {
            return note(.manifestMisplaced, key, ref)
        }
        manifests[ref.set, default: []].append(
            StoredManifest(manifest: manifest, name: name, standing: standing)
        )
    }

    private mutating func note(
        _ code: FindingCode,
        _ key: String,
        _ ref: SnapshotRef,
        by signer: SignerID? = nil
    ) {
        let evidence = signer.map { ["signer": $0.digest.hex] } ?? [:]
        findings.append(Finding(code, .object(key), evidence: evidence, breaks: [ref]))
    }

    private mutating func noteUnread(
        _ code: FindingCode,
        _ key: String,
        _ ref: SnapshotRef,
        _ name: ObjectName,
        _ reason: String? = nil
    ) {
        let evidence = reason.map { ["reason": $0] } ?? [:]
        findings.append(Finding(code, .object(key), evidence: evidence, breaks: [ref]))
        unread[ref.set, default: []].append(Head(sequence: ref.sequence, name: name))
    }
}
