import Format
package import Jobs
package import Model
package import Opening
import Recovery
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
        package fileprivate(set) var sealed = 0
        /// How many could not be opened: nothing is recorded if there is one.
        package fileprivate(set) var unopened = 0
        /// Why the first of these could not.
        package fileprivate(set) var reason: String?
        /// Where the signed record lies; nil if there was nothing to do, or not all was opened.
        package fileprivate(set) var recordKey: String?

        fileprivate init(needed: Int) {
            self.needed = needed
        }
    }

    /// What is stored, and what of it is to be sealed anew.
    private struct Plan {
        let repository: Repository
        let scope: SealingScope
        let recipients: [AgeRecipient]
        let newest: StoredManifest
        /// The keys that the set's snapshots need.
        let needed: Set<KeyID>
        /// Those that not all of the recipients can open.
        let closed: Set<KeyID>
        /// Every key object that a page or a rewrap names.
        let objects: [ObjectRef]
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
    /// - Returns: what was sealed, or how much could not be opened.
    /// - Throws: ``SiteError``, ``RepositoryError``; ``RewrapError/nothing(_:)`` without a
    ///   snapshot; ``Stopped``.
    package func run(
        with identities: borrowing AgeIdentities,
        progress: (Int, Int) -> Void
    ) throws -> Outcome {
        let plan = try plan()
        var outcome = Outcome(needed: plan.needed.count)
        guard !plan.closed.isEmpty else {
            return outcome
        }
        var objects: [KeyID: ObjectRef] = [:]
        for object in plan.objects where objects.count < plan.closed.count {
            try stop.check()
            let sealed: (key: KeyID, bytes: [UInt8])?
            do {
                sealed = try RewrapJob.reseal(object, plan, identities, except: objects)
            } catch let error as any ToldError {
                // Another object may hold the same key and open: one that does not is no end.
                outcome.reason = outcome.reason ?? error.description
                continue
            }
            if let sealed {
                objects[sealed.key] = try plan.repository.put(sealed.bytes, as: .key)
                progress(objects.count, plan.closed.count)
            }
        }
        outcome.unopened = plan.closed.count - objects.count
        guard outcome.unopened == 0 else {
            return outcome
        }
        outcome.reason = nil
        outcome.sealed = objects.count
        outcome.recordKey = try record(objects, plan)
        return outcome
    }

    /// - Throws: ``RewrapError/nothing(_:)``; whatever keeps the repository from being read.
    private func plan() throws -> Plan {
        let configured = try site.set(named: set)
        let recipients = try site.recipients(of: configured)
        let repository = try site.repository(in: try site.store(of: configured))
        guard let id = try site.setID(named: set) else {
            throw RewrapError.nothing(set)
        }
        let signers = try site.signers()
        let history = try History(of: repository.store, set: id, trusting: signers)
        let manifests = (history.manifests[id] ?? []).filter(\.isTrusted)
        guard let newest = manifests.last else {
            throw RewrapError.nothing(set)
        }
        let rewraps = try Rewraps(of: repository.store, trusting: signers)
        let texts = recipients.map(\.description)
        let needed = Set(manifests.flatMap { $0.manifest.keys + [$0.manifest.secret] })
        let closed = needed.subtracting(RewrapJob.open(to: texts, manifests))
            .subtracting(rewraps.trusted(of: id, to: texts).keys)
        return Plan(
            repository: repository,
            scope: SealingScope(repository: repository.descriptor.repository, set: id),
            recipients: recipients,
            newest: newest,
            needed: needed,
            closed: closed,
            objects: closed.isEmpty ? [] : try keyObjects(of: manifests, rewraps, repository)
        )
    }

    private func record(_ objects: [KeyID: ObjectRef], _ plan: Plan) throws -> String {
        try site.state.makeSigningKey(.admin)
        let rewrap = Rewrap(
            set: plan.scope.set,
            recipients: Set(plan.recipients.map(\.description)).sorted(),
            objects: objects
        )
        return try SignedHistory(of: site)
            .append(rewrap, about: plan.newest, at: now(), in: plan.repository)
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

    private func keyObjects(
        of manifests: [StoredManifest],
        _ rewraps: Rewraps,
        _ repository: Repository
    ) throws -> [ObjectRef] {
        var objects: Set<ObjectRef> = []
        for page in Set(manifests.flatMap(\.manifest.pages)) {
            try stop.check()
            objects.formUnion(
                try repository.page(page).entries.map(\.object).filter { $0.kind == .key }
            )
        }
        for stored in rewraps.stored {
            objects.formUnion(stored.rewrap.objects.values)
        }
        return objects.sorted { $0.name < $1.name }
    }

    /// Opens a key object and seals its key anew.
    ///
    /// - Returns: nil if its key need not be sealed anew, or was already.
    private static func reseal(
        _ object: ObjectRef,
        _ plan: Plan,
        _ identities: borrowing AgeIdentities,
        except done: [KeyID: ObjectRef]
    ) throws -> (key: KeyID, bytes: [UInt8])? {
        let (scope, recipients) = (plan.scope, plan.recipients)
        let opened = try plan.repository.openKey(object, of: scope, with: identities)
        let payload = opened.payload
        guard plan.closed.contains(payload.id), done[payload.id] == nil else {
            return nil
        }
        let bytes: [UInt8]
        switch payload.kind {
        case .run:
            let run = try opened.runKey()
            bytes = try KeyObject.seal(run, scope: scope, epoch: payload.epoch, to: recipients)
        case .setSecret:
            let secret = try opened.setSecret()
            bytes = try KeyObject.seal(secret, scope: scope, epoch: payload.epoch, to: recipients)
        }
        return (payload.id, bytes)
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
