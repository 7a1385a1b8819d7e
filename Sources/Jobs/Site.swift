package import Configuration
package import Format
package import HostState
package import LocalStore
package import Model
package import Repository

/// A configured site: what every job starts from.
package struct Site: Sendable {
    /// What the operator wrote.
    package let configuration: Configuration
    /// What the host keeps.
    package let state: HostState

    /// Where the configuration lies unless somebody says otherwise.
    package static let usualConfigPath = "/etc/toride/toride.yaml"

    /// Reads the configuration at `path`.
    package init(configPath path: String) throws {
        self.init(try Configuration.load(path: path))
    }

    /// Takes a configuration.
    package init(_ configuration: Configuration) {
        self.configuration = configuration
        state = HostState(path: configuration.state)
    }

    /// A set by its name.
    ///
    /// - Throws: ``SiteError/noSuchSet(_:known:)``.
    package func set(named name: String) throws(SiteError) -> Configuration.BackupSet {
        guard let set = configuration.set(named: name) else {
            throw .noSuchSet(name, known: configuration.sets.map(\.name))
        }
        return set
    }

    /// The sets that were named, or all.
    package func sets(
        named names: [String]
    ) throws(SiteError) -> [Configuration.BackupSet] {
        var sets: [Configuration.BackupSet] = []
        for name in names {
            sets.append(try set(named: name))
        }
        return names.isEmpty ? configuration.sets : sets
    }

    /// The store that a set's snapshots are committed to.
    package func store(of set: Configuration.BackupSet) throws(SiteError) -> Configuration.Store {
        let stores = configuration.stores(of: set)
        guard let first = stores.first else {
            throw .noStore(set.name)
        }
        guard stores.count == 1 else {
            throw .notSupported("set \(set.name): more than one store (copies)")
        }
        return first
    }

    /// Whether this version can do what a drill plan asks.
    ///
    /// - Throws: ``SiteError/notSupported(_:)``: what cannot be done must not look as if it was.
    package func checkSupport(of plan: Configuration.DrillPlan) throws(SiteError) {
        // A disaster leaves one copy, whatever the sets' own stores are.
        for set in configuration.sets(of: plan) where plan.scenario != .disaster {
            _ = try store(of: set)
        }
    }

    /// Every configured store, or the one that was named.
    package func stores(named name: String?) throws(SiteError) -> [Configuration.Store] {
        guard let name else {
            return configuration.stores
        }
        guard let store = configuration.store(named: name) else {
            throw .noSuchStore(name, known: configuration.stores.map(\.name))
        }
        return [store]
    }

    /// Opens a store.
    package func open(_ store: Configuration.Store) throws -> LocalStore {
        try LocalStore(name: store.name, root: store.path)
    }

    /// Opens the repository in a store.
    package func repository(in store: Configuration.Store) throws -> Repository {
        try Repository(opening: try open(store))
    }

    /// To whom a set's keys are sealed.
    ///
    /// - Throws: ``SiteError/noRecoveryRecipient(_:)``: what nobody can open is no backup.
    package func recipients(of set: Configuration.BackupSet) throws(SiteError) -> [AgeRecipient] {
        let named = configuration.recipients(of: set)
        guard named.contains(where: { $0.name == Configuration.recoveryName }) else {
            throw .noRecoveryRecipient(set.name)
        }
        var recipients: [AgeRecipient] = []
        for recipient in named {
            do throws(AgeFormatError) {
                recipients.append(try AgeRecipient(recipient.text))
            } catch {
                throw .recipient(recipient.name, reason: "\(error)")
            }
        }
        return recipients
    }
}

/// What is wrong with what the operator asked or configured.
package enum SiteError: QuotingError, Equatable {
    /// The configuration has no such set.
    case noSuchSet(String, known: [String])
    /// The configuration names no set at all.
    case noSets
    /// The configuration has no such store.
    case noSuchStore(String, known: [String])
    /// A set has no store.
    case noStore(String)
    /// A set has no recovery recipient.
    case noRecoveryRecipient(String)
    /// A recipient is not one.
    case recipient(String, reason: String)
    /// A public key is not one.
    case signer(String)
    /// The configuration asks for what this version cannot do.
    case notSupported(String)
    /// Another run of the set is going on.
    case busy(String)
    /// A hook failed.
    case hook(set: String, name: String, status: String, messages: String)

    package var description: String {
        switch self {
        case .noSuchSet(let name, _): "there is no set \(name) in the configuration"
        case .noSets: "the configuration names no set, so there is nothing to back up"
        case .noSuchStore(let name, _): "there is no store \(name) in the configuration"
        case .noStore(let set): "set \(set) has no store"
        case .noRecoveryRecipient(let set): "set \(set) has no recovery recipient"
        case .recipient(let name, let reason): "recipient \(name): \(reason)"
        case .signer(let text): "\(text) is not a signer's public key"
        case .notSupported(let what): "this version does not support: \(what)"
        case .busy(let set): "another run of set \(set) is going on"
        case .hook(let set, let name, let status, let messages):
            "set \(set): the hook `\(name)` failed: \(status) \(messages)"
        }
    }

    /// The same, without the messages of a hook: they may quote the hospital's data.
    package var withoutQuotes: String {
        guard case .hook(let set, let name, let status, _) = self else {
            return description
        }
        return "set \(set): the hook `\(name)` failed: \(status)"
    }

    package var hint: String {
        switch self {
        case .noSuchSet(_, let known):
            known.isEmpty ? "add it under sets:" : "the sets are: \(known.joined(separator: ", "))"
        case .noSets: "add one under sets:"
        case .noSuchStore(_, let known): "the stores are: \(known.joined(separator: ", "))"
        case .noStore: "name one under stores:"
        case .noRecoveryRecipient:
            "make one on another machine with `toride key new --out FILE` and put its age1… under "
                + "recipients: recovery:"
        case .recipient: "a recipient looks like age1…, as `toride key new` prints it"
        case .signer: "64 hexadecimal digits, as `toride init` prints them"
        case .notSupported: "take it out of the configuration"
        case .busy: "wait until it has ended"
        case .hook: "run the hook by hand and mend it; no backup was taken"
        }
    }

    package var exitCode: ExitCode {
        switch self {
        case .busy, .hook: .couldNotLook
        default: .usage
        }
    }
}
