import Format
package import Jobs
package import Model
package import Opening
import HostState
import Repository
import Sealing
package import Workers

/// Seals the keys of a set's snapshots to today's recipients, so that who became one opens what
/// was stored before. No content is read or stored. docs/decisions/0004.
package struct RewrapJob: Sendable {
    /// What came of it.
    package struct Outcome: Sendable {
        /// How many keys the set's snapshots need.
        package let needed: Int
        /// How many were sealed anew; the others are open to today's recipients already.
        package let sealed: Int
        /// How many could not be opened: nothing is recorded if there is one.
        package let unopened: Int
        /// Why the first of these could not.
        package let reason: String?
        /// Where the signed record lies; nil if there was nothing to do, or not all was opened.
        package let recordKey: String?
    }

    private let site: Site
    private let set: String
    private let stop: StopFlag
    private let now: @Sendable () -> Timestamp

    /// Prepares it.
    ///
    /// - Parameters:
    ///   - set: the set's name.
    ///   - site: whose set it is.
    ///   - stop: asked at every key.
    ///   - now: the host's clock.
    package init(
        _ set: String,
        site: Site,
        stop: StopFlag,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.set = set
        self.site = site
        self.stop = stop
        self.now = now
    }

    /// Seals what is not sealed to all of today's recipients.
    ///
    /// - Parameters:
    ///   - identities: one that opens what is stored now.
    ///   - progress: keys done and keys to do.
    /// - Throws: ``SiteError``, ``RepositoryError``; ``RewrapError/nothing(_:)`` without a
    ///   snapshot; ``Stopped``.
    package func run(
        with identities: borrowing AgeIdentities,
        progress: (Int, Int) -> Void
    ) throws -> Outcome {
        let configured = try site.set(named: set)
        let recipients = try site.recipients(of: configured)
        let repository = try site.repository(in: try site.store(of: configured))
        guard let id = try site.setID(named: set) else {
            throw RewrapError.nothing(set)
        }
        let history = try History(of: repository.store, set: id, trusting: try site.signers())
        let manifests = (history.manifests[id] ?? []).filter(\.isTrusted)
        guard let newest = manifests.last else {
            throw RewrapError.nothing(set)
        }
        let texts = Set(recipients.map(\.description)).sorted()
        let rewraps = try Rewraps(
            of: repository.store,
            trusting: try SignedHistory(of: site).signers(of: .rewrap)
        )
        let needed = Set(manifests.flatMap { $0.manifest.keys + [$0.manifest.secret] })
        var left = needed.subtracting(RewrapJob.open(to: texts, manifests))
            .subtracting(rewraps.trusted(of: id, to: texts).keys)
        let toDo = left.count
        guard toDo > 0 else {
            return Outcome(
                needed: needed.count,
                sealed: 0,
                unopened: 0,
                reason: nil,
                recordKey: nil
            )
        }
        let scope = SealingScope(repository: repository.descriptor.repository, set: id)
        var objects: [KeyID: ObjectRef] = [:]
        var reason: String?
        for object in try keyObjects(of: manifests, repository) where !left.isEmpty {
            try stop.check()
            let bytes: [UInt8]
            let key: KeyID
            do {
                // Another object may hold the same key and open: one that does not is no end.
                let opened = try open(object, repository, identities)
                key = opened.payload.id
                guard left.contains(key) else {
                    continue
                }
                bytes = try RewrapJob.seal(opened, scope, to: recipients)
            } catch let error as any ToldError {
                reason = reason ?? error.description
                continue
            }
            objects[key] = try repository.put(bytes, as: .key)
            left.remove(key)
            progress(objects.count, toDo)
        }
        guard left.isEmpty else {
            return Outcome(
                needed: needed.count,
                sealed: 0,
                unopened: left.count,
                reason: reason,
                recordKey: nil
            )
        }
        try site.state.makeSigningKey(.admin)
        let rewrap = Rewrap(set: id, recipients: texts, objects: objects)
        let record = try SignedHistory(of: site)
            .append(rewrap, about: newest, at: now(), in: repository)
        return Outcome(
            needed: needed.count,
            sealed: objects.count,
            unopened: 0,
            reason: nil,
            recordKey: record
        )
    }

    /// The keys that every snapshot which needs them was sealed with to all of `recipients`. A run
    /// sealed its own key to the recipients of its manifest, and the secret on its pages too.
    private static func open(to recipients: [String], _ manifests: [StoredManifest]) -> Set<KeyID> {
        let (open, closed) = manifests.map(\.manifest).reduce(
            into: (Set<KeyID>(), Set<KeyID>())
        ) { keys, manifest in
            if Set(manifest.recipients).isSuperset(of: recipients) {
                keys.0.formUnion([manifest.run, manifest.secret])
            } else {
                keys.1.formUnion([manifest.run, manifest.secret])
            }
        }
        return open.subtracting(closed)
    }

    /// Every key object that a page or a rewrap names.
    private func keyObjects(
        of manifests: [StoredManifest],
        _ repository: Repository
    ) throws -> [ObjectRef] {
        var objects: Set<ObjectRef> = []
        for page in Set(manifests.flatMap(\.manifest.pages)) {
            try stop.check()
            objects.formUnion(
                try repository.page(page).entries.map(\.object).filter { $0.kind == .key }
            )
        }
        for stored in try Rewraps(of: repository.store).stored {
            objects.formUnion(stored.rewrap.objects.values)
        }
        return objects.sorted { $0.name < $1.name }
    }

    private func open(
        _ object: ObjectRef,
        _ repository: Repository,
        _ identities: borrowing AgeIdentities
    ) throws -> OpenedKey {
        let bytes = try repository.get(
            object.storeKey,
            name: object.name,
            bytesMax: Limits.keyObjectBytesMax
        )
        return try KeyObject.parts(try AgeOpener.open(bytes, with: identities))
    }

    private static func seal(
        _ key: consuming OpenedKey,
        _ scope: SealingScope,
        to recipients: [AgeRecipient]
    ) throws -> [UInt8] {
        let payload = key.payload
        guard payload.set == scope.set, payload.repository == scope.repository else {
            throw SealingError.wrongKey(expected: payload.id)
        }
        switch payload.kind {
        case .run:
            let run = try key.runKey()
            return try KeyObject.seal(run, scope: scope, epoch: payload.epoch, to: recipients)
        case .setSecret:
            let secret = try key.setSecret()
            return try KeyObject.seal(secret, scope: scope, epoch: payload.epoch, to: recipients)
        }
    }
}

/// Why no key was sealed anew.
package enum RewrapError: ToldError, Equatable {
    /// The set has no snapshot that this host believes.
    case nothing(String)

    package var description: String {
        switch self {
        case .nothing(let set): "\(set) has no snapshot whose keys could be sealed anew"
        }
    }

    package var hint: String { "look with `toride snapshots`; a first backup needs no rewrap" }
    package var exitCode: ExitCode { .couldNotLook }
}
