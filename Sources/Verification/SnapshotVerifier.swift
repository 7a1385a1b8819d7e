import Format
package import Model
import ObjectStore
package import Repository
package import Workers

/// Judges the objects of one snapshot without any key: those that its manifest lists, and no other
/// of the store. The judges are those of a whole verification.
///
/// The manifest itself is the caller's to read and to believe, and so is that it is the newest.
package struct SnapshotVerifier: Sendable {
    /// How closely is looked.
    package enum Depth: Hashable, Sendable {
        /// Whether every object is there at its full size. Only list pages are read.
        case presence
        /// Whether the bytes of every object are those that its name says.
        case content
        /// As ``presence``; of these objects the bytes too.
        case contentOf(Set<ObjectName>)
    }

    private let stored: StoredManifest
    private let repository: Repository
    private let stop: StopFlag

    /// Prepares to judge.
    ///
    /// - Parameters:
    ///   - stored: the snapshot's manifest.
    ///   - repository: where its objects are to lie.
    ///   - stop: asked between objects.
    package init(_ stored: StoredManifest, in repository: Repository, stop: StopFlag = StopFlag()) {
        self.stored = stored
        self.repository = repository
        self.stop = stop
    }

    /// Judges.
    ///
    /// - Parameters:
    ///   - depth: how closely is looked.
    ///   - progress: told how far it is with what is to be read.
    /// - Returns: what was read and what is wrong with it.
    /// - Throws: ``StoreError`` if the store cannot be listed; ``Stopped``.
    package func run(
        _ depth: Depth,
        progress: @escaping Verifier.Progress = { _, _ in }
    ) throws -> VerificationReport {
        var report = VerificationReport()
        report.snapshots = 1
        if stored.manifest.descriptor != repository.descriptorDigest {
            report.findings.append(
                Finding(
                    .descriptorDamaged,
                    .object(StoreKey.descriptor),
                    breaks: [stored.manifest.ref]
                )
            )
        }
        var closure = Closure()
        closure.add(stored, from: repository.store, &report.findings)
        try stop.check()
        let present = try listed()
        let judge = ObjectJudge(
            closure: closure,
            isEverything: false,
            knowsAllManifests: false,
            present: present
        )
        report.findings += judge.missing()
        let wanted = present.filter { judge.wants($0.name, $0.object) }
            .sorted { $0.object.key < $1.object.key }
        for (name, object) in wanted where !isRead(name, object, depth) {
            if let finding = wrongSize(object, closure.needed[name]) {
                report.findings.append(finding)
            }
        }
        let toRead = wanted.filter { isRead($0.name, $0.object, depth) }
        let reading = Reading(
            store: repository.store,
            stop: stop,
            memory: nil,
            progress: progress
        )
        for object in try reading.run(toRead) {
            report.objectsRead += 1
            report.bytesRead += object.bytes
            if let finding = judge.judge(object) {
                report.findings.append(finding)
            }
        }
        report.findings += judge.untaken(toldOf: report.findings)
        return report
    }

    /// What lies in the folders of which a snapshot needs objects.
    private func listed() throws -> [(name: ObjectName, object: StoredObject)] {
        var objects: [(name: ObjectName, object: StoredObject)] = []
        for prefix in ["index/", "keys/", "lists/", "packs/"] {
            for object in try repository.store.list(prefix: prefix) {
                if let name = StoredKind(key: object.key).name {
                    objects.append((name: name, object: object))
                }
            }
        }
        return objects
    }

    /// List pages are read always: they say what else is needed.
    private func isRead(_ name: ObjectName, _ object: StoredObject, _ depth: Depth) -> Bool {
        switch depth {
        case .content: true
        case .presence: object.key.hasPrefix("lists/")
        case .contentOf(let names): names.contains(name) || object.key.hasPrefix("lists/")
        }
    }

    /// Whatever its bytes are, an object of another size than was signed is not the object.
    private func wrongSize(_ object: StoredObject, _ needed: Closure.Needed?) -> Finding? {
        guard let size = needed?.size, size != object.size else {
            return nil
        }
        return Finding(
            .objectDamaged,
            .object(object.key),
            evidence: ["bytes": "\(object.size)", "bytesExpected": "\(size)"],
            breaks: [stored.manifest.ref]
        )
    }
}
