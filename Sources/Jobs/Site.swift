package import Configuration
package import Format
package import HostState
import LocalStore
package import Model
package import ObjectStore
import Primitives
package import Repository
import S3Store
package import Workers

/// A configured site: what every job starts from.
package struct Site: Sendable {
    /// What the operator wrote.
    package let configuration: Configuration
    /// What the host keeps.
    package let state: HostState
    /// Set when everything is to end: stores that are asked again because they were busy look at
    /// it, and so should all work on the site.
    package let stop = StopFlag()

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

    /// The store that a set's snapshots are committed to: its first. The others hold copies.
    package func store(of set: Configuration.BackupSet) throws(SiteError) -> Configuration.Store {
        guard let first = configuration.stores(of: set).first else {
            throw .noStore(set.name)
        }
        return first
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
    ///
    /// - Parameters:
    ///   - store: which.
    ///   - credentials: for a bucket, in the place of those that are configured; nil for those.
    /// - Returns: the store.
    /// - Throws: ``StoreError``, of media also if none is mounted; ``S3CredentialsError`` if there
    ///   are no credentials for it.
    package func open(
        _ store: Configuration.Store,
        as credentials: S3Location.Credentials? = nil
    ) throws -> any ObjectStore {
        guard store.media == nil else {
            return try MountedMedium.required(in: store).objects
        }
        switch store.place {
        case .folder(let path):
            return try LocalStore(
                name: store.name,
                root: path,
                isImmutable: store.isImmutable
            )
        case .s3(let location):
            return ManyVersions(
                try S3Store(
                    name: store.name,
                    location: location,
                    lockPolicy: store.lock,
                    credentials: try S3Credentials(credentials ?? location.credentials),
                    clock: { WallClock.now() },
                    patience: patience
                )
            )
        }
    }

    private var patience: Patience {
        Patience(stop: stop) {
            // Any number will do where none can be drawn: the pause is only less by chance.
            (try? Randomness.bytes(count: 8))?.reduce(0) { $0 << 8 | UInt64($1) } ?? .max / 2
        }
    }

    /// How a store is called in findings, and in the catalog; of media the mount point, for each
    /// of them has a place of its own (``MountedMedium``).
    package static func place(of store: Configuration.Store) -> String {
        switch store.place {
        case .folder(let path): LocalStore.place(named: store.name, root: path)
        case .s3(let location): S3Store.place(named: store.name, location: location)
        }
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
    /// A store that is to get copies is a further store of none of the sets.
    case noCopy(String)
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
        case .noCopy(let store): "store \(store) is a further store of none of these sets"
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
        case .noCopy: "name it under stores: of a set, behind the first"
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
