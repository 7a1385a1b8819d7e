import Format
package import Model
package import ObjectStore
package import Repository
package import Workers

/// Reads every byte of a repository and judges it, without any key.
///
/// What is proven: the stored bytes are those that a believed signer listed, in an unbroken chain,
/// as new as the heads that were given. Not that the signer was honest, and not that anything can
/// be restored: that is what drills are for.
package struct Verifier: Sendable {
    /// What is asked.
    package struct Request: Sendable {
        /// Whose manifests and records are believed, and up to where.
        package var signers: TrustedSigners
        /// Which sets; nil for all, and then unreferenced objects are judged too.
        package var sets: Set<SetID>?
        /// The newest manifests as anyone remembers them.
        package var heads: [SetID: [Head]]
        /// Whether a set without a remembered head is a doubt.
        package var requiresFreshness: Bool

        /// Asks for a verification; without more, of every set and without remembered heads.
        package init(
            signers: TrustedSigners,
            sets: Set<SetID>? = nil,
            heads: [SetID: [Head]] = [:],
            requiresFreshness: Bool = false
        ) {
            self.signers = signers
            self.sets = sets
            self.heads = heads
            self.requiresFreshness = requiresFreshness
        }
    }

    /// Told now and then how far it is: bytes read and bytes to read.
    package typealias Progress = @Sendable (_ done: UInt64, _ total: UInt64) -> Void

    private let store: any ObjectStore
    private let request: Request
    private let stop: StopFlag

    /// Prepares to verify what `store` holds.
    package init(store: any ObjectStore, request: Request, stop: StopFlag = StopFlag()) {
        self.store = store
        self.request = request
        self.stop = stop
    }

    /// Verifies.
    ///
    /// - Parameters:
    ///   - memory: what an earlier one that was stopped has read already; nil to read everything.
    ///   - progress: told how far it is with what is left to read.
    /// - Returns: what was read and what is wrong with it.
    /// - Throws: ``RepositoryError``, ``StoreError`` if the store cannot be looked at, or went away
    ///   meanwhile; ``Stopped``.
    package func run(
        goingOnFrom memory: (any ReadingMemory)? = nil,
        progress: @escaping Progress = { _, _ in }
    ) throws -> VerificationReport {
        try judge(memory, progress) { _ in true }.report
    }

    /// Takes the checksums of all that is needed from the signed manifests, and, if every set is
    /// asked for, those of what else lies there. Reads manifests and lists alone.
    ///
    /// - Returns: the checksums, with what is wrong with what they were taken from.
    /// - Throws: ``RepositoryError`` if the store cannot be looked at; ``Stopped``.
    package func checksums() throws -> Checksums {
        let judged = try judge(nil, { _, _ in }) { $0.hasPrefix("lists/") }
        return Checksums(
            judged.manifests,
            unread: judged.unread,
            needed: judged.closure.needed,
            present: request.sets == nil ? judged.present.map { ($0.name, $0.object.key) } : [],
            report: judged.report
        )
    }

    /// All that is seen on the way to a report.
    private struct Judged {
        var report = VerificationReport()
        var manifests: [StoredManifest] = []
        var unread: [SetID: [Head]] = [:]
        var closure = Closure()
        var present: [(name: ObjectName, object: StoredObject)] = []
    }

    private func judge(
        _ memory: (any ReadingMemory)?,
        _ progress: @escaping Progress,
        reads: (String) -> Bool
    ) throws -> Judged {
        var judged = Judged()
        var history = try History(of: store, trusting: request.signers)
        let objects = try store.list(prefix: "")
        judgeDescriptor(&history, &judged.report)
        judged.report.findings += history.findings.filter(concerns)
        let sets = request.sets ?? history.sets.union(request.heads.keys)
        judged.manifests = sets.sorted().flatMap { history.manifests[$0] ?? [] }
            .filter { !$0.isRefused }
        judged.unread = history.unread.filter { sets.contains($0.key) }
        judgeChains(sets, history, &judged.report)
        for stored in judged.manifests {
            try stop.check()
            judged.closure.add(stored, from: store, &judged.report.findings)
        }
        let isEverything = request.sets == nil
        let records = try RecordChains(
            of: store,
            kind: isEverything ? nil : .rewrap,
            trusting: request.signers
        )
        let rewraps = Rewraps(records)
        for stored in rewraps.stored where stored.isTrusted && sets.contains(stored.rewrap.set) {
            judged.closure.add(stored.rewrap, of: history.manifests[stored.rewrap.set] ?? [])
        }
        list(objects, &judged)
        let allRead = history.unread.values.allSatisfy(\.isEmpty) && rewraps.areAllRead
        try judgeObjects(&judged, allRead: allRead, reads, memory, progress)
        if isEverything, reads("records/") {
            // What is said of an object's bytes is enough.
            let told = Set(judged.report.findings.map(\.subject))
            judged.report.findings += RecordJudge(signers: request.signers).judge(records)
                .filter { $0.code != .objectUnreadable || !told.contains($0.subject) }
        }
        judged.report.snapshots = judged.manifests.count
        if judged.manifests.isEmpty, sets.isEmpty {
            judged.report.findings.append(Finding(.nothingToVerify, .repository))
        }
        return judged
    }

    /// Whether a finding about a manifest is about a set that was asked for.
    private func concerns(_ finding: Finding) -> Bool {
        guard let sets = request.sets else {
            return true
        }
        return finding.breaks.isEmpty || finding.breaks.contains { sets.contains($0.set) }
    }

    // MARK: - The descriptor

    /// A damaged descriptor does not hide what else is wrong: every manifest names its hash.
    private func judgeDescriptor(_ history: inout History, _ report: inout VerificationReport) {
        let trusted = history.manifests.values.joined().filter(\.isTrusted)
        let refs = trusted.map(\.manifest.ref).sorted()
        do throws(RepositoryError) {
            let found = try Repository(opening: store)
            let agrees =
                trusted.isEmpty
                || trusted.contains { $0.manifest.descriptor == found.descriptorDigest }
            if agrees {
                history.keepOnly(
                    repository: found.descriptor.repository,
                    descriptor: found.descriptorDigest
                )
                return
            }
            report.findings.append(
                Finding(.descriptorDamaged, .object(StoreKey.descriptor), breaks: refs)
            )
        } catch .noRepository {
            report.findings.append(
                Finding(.descriptorMissing, .object(StoreKey.descriptor), breaks: refs)
            )
        } catch .store(.failed(_, _, _, let reason, _)) {
            report.findings.append(
                Finding(
                    .objectUnreadable,
                    .object(StoreKey.descriptor),
                    evidence: ["reason": reason],
                    breaks: refs
                )
            )
        } catch {
            report.findings.append(
                Finding(
                    .descriptorDamaged,
                    .object(StoreKey.descriptor),
                    evidence: ["reason": error.description],
                    breaks: refs
                )
            )
        }
    }

    // MARK: - Chains

    private func judgeChains(
        _ sets: Set<SetID>,
        _ history: History,
        _ report: inout VerificationReport
    ) {
        for set in sets.sorted() {
            let manifests = history.manifests[set] ?? []
            let heads = request.heads[set] ?? []
            let unread = history.unread[set] ?? []
            // The head of a retired signer was there once: what he signed below it stands with it.
            report.findings += Chain.judge(
                set,
                manifests,
                unread: unread,
                heads: heads + request.signers.heads(of: set).filter { !heads.contains($0) }
            )
            let links = Chain.links(of: manifests)
            report.believed += links.filter(\.isTrusted)
            if let newest = links.last {
                report.heads[set] = newest.head
                report.finished[set] = newest.manifest.finished
            } else if unread.isEmpty {
                report.findings.append(Finding(.nothingToVerify, .set(set)))
            }
            if heads.isEmpty {
                let code: FindingCode =
                    request.requiresFreshness ? .freshnessUnknown : .freshnessNotAsked
                report.findings.append(Finding(code, .set(set)))
            }
        }
    }

    // MARK: - Objects

    /// Sorts what lies there. Manifests were hashed when they were taken.
    private func list(_ objects: [StoredObject], _ judged: inout Judged) {
        for object in objects {
            if let name = note(object, &judged.report) {
                judged.present.append((name: name, object: object))
            }
        }
        judged.report.listed = objects.filter { StoredKind(key: $0.key).name != nil }
        let taken = Set(judged.manifests.map(\.storeKey))
        judged.report.whole = objects.filter { taken.contains($0.key) }
    }

    /// Sorts one listed object: those to be read have a name; others may be findings by their key.
    private func note(
        _ object: StoredObject,
        _ report: inout VerificationReport
    ) -> ObjectName? {
        switch StoredKind(key: object.key) {
        case .key(let name), .pack(let name), .index(let name), .list(let name): return name
        case .record(_, _, _, let name): return name
        case .manifest, .descriptor, .medium, .sacrifice: return nil
        case .aside:
            report.findings.append(Finding(.objectUnfinished, .object(object.key)))
            return nil
        case .foreign:
            let ours = ["keys/", "packs/", "index/", "lists/", "snapshots/", "records/"]
            let code: FindingCode =
                ours.contains { object.key.hasPrefix($0) } ? .objectMisnamed : .objectForeign
            report.findings.append(Finding(code, .object(object.key)))
            return nil
        }
    }

    private func judgeObjects(
        _ judged: inout Judged,
        allRead: Bool,
        _ reads: (String) -> Bool,
        _ memory: (any ReadingMemory)?,
        _ progress: @escaping Progress
    ) throws {
        let judge = ObjectJudge(
            closure: judged.closure,
            isEverything: request.sets == nil,
            knowsAllManifests: allRead,
            present: judged.present
        )
        judged.report.findings += judge.missing()
        let toRead = judged.present
            .filter { judge.wants($0.name, $0.object) && reads($0.object.key) }
            .sorted { $0.object.key < $1.object.key }
        let reading = Reading(store: store, stop: stop, memory: memory, progress: progress)
        for (object, (_, listed)) in zip(try reading.run(toRead), toRead) {
            judged.report.objectsRead += 1
            judged.report.bytesRead += object.bytes
            judged.report.bytesRemembered += object.isRemembered ? object.bytes : 0
            if object.failure == nil, object.digest == object.name.digest {
                judged.report.whole.append(listed)
            }
            if let finding = judge.judge(object) {
                judged.report.findings.append(finding)
            }
        }
        judged.report.findings += judge.untaken(toldOf: judged.report.findings)
    }
}
