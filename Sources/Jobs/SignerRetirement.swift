import Backup
import Configuration
package import Format
package import HostState
package import Model
package import Primitives
import Repository

/// Retires a signer: what it signed up to its heads is believed for ever, and nothing beyond.
///
/// Sets whose newest snapshot it signed begin an epoch, so that nothing of what it stored gets into
/// what is stored next. A key of the host's own is replaced by a new one.
package struct SignerRetirement {
    /// What came of it.
    package struct Outcome {
        /// The pin as it stands in the host's list now.
        package let pin: SignerPin
        /// As which of the host's own signers it signed; nil if it is another's.
        package let own: HostState.Signer?
        /// The key that this host signs with instead.
        package fileprivate(set) var next: VerifyingKey?
        /// The epochs that began, by the set's name.
        package fileprivate(set) var epochs: [String: UInt64] = [:]
        /// Whether it was retired before, and nothing was to be done but to finish.
        package fileprivate(set) var wasRetired = false
        /// Sets of which it signed snapshots and no head is remembered: none of them is believed.
        package fileprivate(set) var forgotten: [SetID] = []
        /// Stores that could not be read, and why: of the records there none is believed.
        package fileprivate(set) var unread: [(store: String, reason: String)] = []
    }

    private let site: Site
    private let key: VerifyingKey
    /// As the operator remembers them.
    private let heads: [SetID: Head]
    private let pin: SignerPin
    private let own: HostState.Signer?

    /// Prepares it.
    ///
    /// - Parameters:
    ///   - key: the public key.
    ///   - heads: the newest snapshots that are to be believed, in place of those that this host
    ///     remembers.
    ///   - site: whose list it is.
    /// - Throws: ``SignerError/unknown(_:)`` for a key that is pinned nowhere here.
    package init(of key: VerifyingKey, through heads: [SetID: Head], _ site: Site) throws {
        let candidates = try site.state.pins().pins + site.state.ownPins() + site.configuredPins()
        guard let pin = candidates.first(where: { $0.key == key.bytes }) else {
            throw SignerError.unknown(key)
        }
        self.site = site
        self.key = key
        self.heads = heads
        self.pin = pin
        own = try site.state.signer(of: key)
    }

    /// Retires it.
    ///
    /// - Throws: ``SignerError/retired(_:)`` if it is retired already with other heads;
    ///   ``SiteError/busy(_:)`` while one of the sets is backed up; ``HostStateError``.
    package func run() throws -> Outcome {
        if let retirement = pin.retirement {
            guard heads.allSatisfy({ retirement.snapshots[$0.key] == $0.value }) else {
                throw SignerError.retired(key)
            }
            var outcome = Outcome(pin: pin, own: own)
            outcome.wasRetired = true
            try replace(&outcome)
            return outcome
        }
        let names = try site.state.setNames().filter { try site.state.id(of: $0) != nil }.sorted()
        return try hold(names[...]) {
            try site.state.holdRecords { try retire(names) }
        }
    }

    private func hold<R>(_ sets: ArraySlice<String>, _ body: () throws -> R) throws -> R {
        guard let first = sets.first else {
            return try body()
        }
        return try SetLock.hold(first, in: site.state) { try hold(sets.dropFirst(), body) }
    }

    /// Epochs first, the list next, the key last: whatever a killed run leaves, the next backup
    /// shares nothing with the past, and the next retirement finishes.
    private func retire(_ names: [String]) throws -> Outcome {
        var stores: [(name: String, repository: Repository)] = []
        var unread: [(store: String, reason: String)] = []
        for store in site.configuration.stores {
            do {
                stores.append((store.name, try site.repository(in: store)))
            } catch let error as any ToldError {
                unread.append((store.name, error.description))
            }
        }
        let past = try Past(stores.map(\.repository), key, site)
        var pin = pin
        pin.label = pin.label ?? own?.rawValue
        pin.retirement = SignerPin.Retirement(
            snapshots: try snapshots(past),
            records: try records(stores.map(\.repository))
        )
        var outcome = Outcome(pin: pin, own: own)
        outcome.unread = unread
        outcome.forgotten = past.signed.subtracting(
            (pin.retirement?.snapshots ?? [:]).keys
        ).sorted()
        for name in names {
            if let id = try site.state.id(of: name), own == .host || past.newest.contains(id) {
                outcome.epochs[name] = try site.state.beginEpoch(of: name)
            }
        }
        var pins = try site.state.pins()
        pins.put(pin)
        try site.state.keep(pins)
        try replace(&outcome)
        return outcome
    }

    private func replace(_ outcome: inout Outcome) throws {
        if let own {
            outcome.next = try site.state.renewSigningKey(own, after: key)
        }
    }

    // MARK: - Heads

    /// What lies in the stores.
    private struct Past {
        /// Every manifest that could be read, by name.
        var manifests: [ObjectName: StoredManifest] = [:]
        /// The sets of which the key signed snapshots.
        var signed: Set<SetID> = []
        /// The sets whose newest believed snapshot it signed.
        var newest: Set<SetID> = []

        init(_ repositories: [Repository], _ key: VerifyingKey, _ site: Site) throws {
            let signers = try site.signers()
            for repository in repositories {
                let history = try History(of: repository.store, trusting: signers)
                for stored in history.manifests.values.joined() {
                    manifests[stored.name] = stored
                    if stored.standing == .trusted(key.signer) {
                        signed.insert(stored.manifest.set)
                    }
                }
                for set in history.sets
                where history.newest(of: set)?.standing == .trusted(key.signer) {
                    newest.insert(set)
                }
            }
        }
    }

    /// The newest snapshot of each set that the key signed, counted back from what is remembered:
    /// what lies beyond may be a thief's.
    private func snapshots(_ past: Past) throws -> [SetID: Head] {
        guard pin.kinds?.contains(.snapshot) ?? true else {
            return heads
        }
        var found = heads
        let remembered = try remembered()
        for (set, head) in remembered where heads[set] == nil && pin.sets?.contains(set) ?? true {
            found[set] = newest(before: head, past)
        }
        return found
    }

    /// What the host itself stored last counts for more than what it saw in a store since.
    private func remembered() throws -> [SetID: Head] {
        var remembered = try site.heads().compactMapValues(\.last)
        if own == .host {
            for name in try site.state.setNames() {
                if let set = try site.state.id(of: name), let head = try site.state.head(of: name) {
                    remembered[set] = head
                }
            }
        }
        return remembered
    }

    /// - Returns: nil if the key signed none of the chain. A manifest that is not there cannot be
    ///   looked into: then its head stands as it is remembered.
    private func newest(before head: Head, _ past: Past) -> Head? {
        var head = head
        while let stored = past.manifests[head.name] {
            if stored.standing == .trusted(key.signer) {
                return head
            }
            guard let previous = stored.manifest.previous, head.sequence > 1 else {
                return nil
            }
            head = Head(sequence: head.sequence - 1, name: previous)
        }
        return head
    }

    private func records(_ repositories: [Repository]) throws -> [RecordKind: Set<Head>] {
        var found: [RecordKind: Set<Head>] = [:]
        for kind in RecordKind.allCases where pin.kinds?.contains(.record(kind)) ?? true {
            for repository in repositories {
                let chain = RecordChain(kind, of: key.signer, in: repository)
                if let newest = try chain.newest(signedBy: key) {
                    found[kind, default: []].insert(
                        Head(sequence: newest.sequence, name: newest.name)
                    )
                }
            }
        }
        return found
    }
}

/// Why a signer was neither pinned nor retired.
package enum SignerError: ToldError, Equatable {
    /// The key is pinned nowhere.
    case unknown(VerifyingKey)
    /// The key is retired, with other heads.
    case retired(VerifyingKey)
    /// The key is one that this host signs with.
    case own(VerifyingKey)

    package var description: String {
        switch self {
        case .unknown(let key):
            "\(Hex.encode(key.bytes)) is pinned neither here nor in the configuration"
        case .retired(let key): "\(Hex.encode(key.bytes)) is retired already, with other heads"
        case .own(let key): "\(Hex.encode(key.bytes)) is a key that this host signs with"
        }
    }

    package var hint: String {
        switch self {
        case .unknown: "see `toride signer list`; `toride signer add` pins a key"
        case .retired:
            "what was believed once stays so; if the heads are wrong, correct the line in the "
                + "file `signers` of the state folder by hand"
        case .own: "it need not be pinned; `toride signer retire` replaces it"
        }
    }

    package var exitCode: ExitCode { .usage }
}
