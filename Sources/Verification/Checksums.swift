import Format
import Model
import Repository

/// What coreutils alone need to check a repository: the SHA-256 of each object that the signed
/// manifests name, of those manifests and of `toride.json`; and of the other objects that lie
/// there, such as records.
///
/// None is of bytes that lie there: a missing or damaged object has its line too, and
/// `sha256sum -c` fails on it.
package struct Checksums: Sendable {
    /// What is wrong with the manifests and lists that the checksums were taken from, or missing.
    package let report: VerificationReport
    private let digests: [String: Digest]

    init(
        _ manifests: [StoredManifest],
        unread: [SetID: [Head]],
        needed: [ObjectName: Closure.Needed],
        present: [(name: ObjectName, key: String)],
        report: VerificationReport
    ) {
        var digests: [String: Digest] = [:]
        for (name, object) in needed {
            digests[object.key] = name.digest
        }
        for stored in manifests {
            digests[stored.storeKey] = stored.name.digest
        }
        for (set, heads) in unread {
            for head in heads {
                let key = StoreKey.manifest(set: set, sequence: head.sequence, name: head.name)
                digests[key] = head.name.digest
            }
        }
        for (name, key) in present {
            digests[key] = name.digest
        }
        let newest = manifests.last(where: \.isTrusted) ?? manifests.last
        digests[StoreKey.descriptor] = newest?.manifest.descriptor
        self.digests = digests
        self.report = report
    }

    /// Lines for `sha256sum -c`, run from the repository's folder, rising by key. Keys are plain
    /// ASCII, so none needs escaping.
    package var text: String {
        digests.sorted { $0.key < $1.key }.map { "\($0.value.hex)  \($0.key)\n" }.joined()
    }
}
