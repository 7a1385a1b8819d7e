import Format
package import Model
package import ObjectStore
package import Repository

/// What a keyless verification read and found.
package struct VerificationReport: Sendable {
    /// What is wrong, or worth knowing.
    package var findings: [Finding] = []
    /// How many snapshots were judged.
    package var snapshots = 0
    /// How many objects were read to the end.
    package var objectsRead = 0
    /// How many bytes these were.
    package var bytesRead: UInt64 = 0
    /// How many of them the verification had read that this one goes on with.
    package var bytesRemembered: UInt64 = 0
    /// All objects with names that the store lists, whoever needs them.
    package var listed: [StoredObject] = []
    /// Those of them that were read to their ends and were what their names say.
    package var whole: [StoredObject] = []
    /// The newest manifest of each set.
    package var heads: [SetID: Head] = [:]
    /// When the newest snapshot of each set was finished, as its host claims.
    package var finished: [SetID: Timestamp] = [:]

    /// The snapshots that are believed: of each set those of its chain that a believed signer
    /// signed, rising.
    package var believed: [StoredManifest] = []
    /// What was opened with an identity; nil if nobody asked.
    package var deep: Deep?

    /// What a deep verification opened.
    package struct Deep: Hashable, Sendable {
        /// How many snapshots.
        package var snapshots = 0
        /// How many chunks, each of which was what its id says.
        package var chunks: UInt64 = 0
        /// The newest epoch of each set of which something was shown to be false that lies under
        /// true hashes: no backup may build on it.
        package var falseEpochs: [SetID: UInt64] = [:]

        /// Nothing opened yet.
        package init() {}
    }

    /// Nothing read yet.
    package init() {}

    /// What is known of how new a set's newest manifest is.
    package enum Freshness: String, Hashable, Sendable {
        /// It was compared with every remembered head.
        case compared
        /// Nobody asked.
        case notAsked = "not-asked"
        /// Somebody asked, and there was no remembered head.
        case unknown
    }

    /// What is known of how new a set's newest manifest is.
    package func freshness(of set: SetID) -> Freshness {
        for finding in findings where finding.subject == .set(set) {
            switch finding.code {
            case .freshnessNotAsked: return .notAsked
            case .freshnessUnknown: return .unknown
            default: continue
            }
        }
        return .compared
    }

    /// Those of the listed objects of which something is wrong with their bytes, or that nobody can
    /// read.
    package var damaged: [StoredObject] {
        let codes: Set<FindingCode> = [
            .objectDamaged, .objectMisnamed, .objectUnreadable, .manifestDamaged,
        ]
        let subjects = Set(findings.filter { codes.contains($0.code) }.map(\.subject))
        return subjects.isEmpty ? [] : listed.filter { subjects.contains(.object($0.key)) }
    }

    /// The packs, indexes and keys that snapshots of a set need, that are there and cannot be read
    /// as they must be.
    package func damagedObjects(of set: SetID) -> Set<ObjectName> {
        let codes: Set<FindingCode> = [
            .objectDamaged, .objectMisnamed, .objectUnreadable, .chunkDamaged, .packTableDiffers,
        ]
        let names = findings.compactMap { finding -> ObjectName? in
            guard codes.contains(finding.code), finding.breaks.contains(where: { $0.set == set }),
                case .object(let key) = finding.subject
            else {
                return nil
            }
            switch StoredKind(key: key) {
            case .key(let name), .pack(let name), .index(let name): return name
            default: return nil
            }
        }
        return Set(names)
    }

    /// The verdict on the claim that was asked.
    package var verdict: Verdict { Verdict(findings) }
}
