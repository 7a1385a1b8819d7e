package import Format
package import Jobs
package import Model
package import Opening
import HostState
import Configuration
import Recovery
package import Repository

/// Finds a snapshot by what an operator types: `SET@latest`, `SET@SEQ` or the beginning of an id.
package struct SnapshotFinder: Sendable {
    private let site: Site
    private let repositories: [Repository]
    /// Why a store could not be looked into, where another could.
    private let refusal: (any Error)?
    private let signers: TrustedSigners
    private let remembersNothing: Bool

    /// Looks in the given stores.
    ///
    /// - Parameters:
    ///   - site: whose configuration names them.
    ///   - store: this one alone; nil for all.
    ///   - signers: believed beside those that the site has pinned.
    ///   - remembersNothing: whether to look as a new host would, which has the configuration and
    ///     nothing else: its signers, and neither pins nor heads nor names of this host's.
    /// - Throws: ``SiteError``, ``RepositoryError``; ``HostStateError`` for the host's own pins.
    package init(
        site: Site,
        store: String? = nil,
        signers: [SignerPin] = [],
        remembersNothing: Bool = false
    ) throws {
        self.site = site
        self.remembersNothing = remembersNothing
        (repositories, refusal) = try Self.open(try site.stores(named: store), of: site)
        if remembersNothing {
            self.signers = TrustedSigners(pins: try site.configuredPins() + signers)
        } else {
            self.signers = try site.signers(signers)
        }
    }

    /// Looks in one repository, with all that this host remembers.
    ///
    /// - Parameters:
    ///   - site: whose memory counts.
    ///   - repository: where to look, opened.
    /// - Throws: ``SiteError``; ``HostStateError`` for the host's own pins.
    init(site: Site, in repository: Repository) throws {
        self.site = site
        remembersNothing = false
        repositories = [repository]
        refusal = nil
        signers = try site.signers()
    }

    /// Opens what can be opened: a restore from one store must not wait for another.
    private static func open(
        _ stores: [Configuration.Store],
        of site: Site
    ) throws -> ([Repository], (any Error)?) {
        var opened: [Repository] = []
        var refusal: (any Error)?
        for store in stores {
            do {
                opened.append(try site.repository(in: store))
            } catch {
                refusal = refusal ?? error
            }
        }
        if opened.isEmpty, let refusal {
            throw refusal
        }
        return (opened, refusal)
    }

    /// A snapshot and where it lies.
    package struct Found: Sendable {
        /// Its manifest; a stranger's is found too, so ask ``isTrusted``.
        package let stored: StoredManifest
        /// The repository that holds it, opened.
        package let repository: Repository
        /// Where the newest was asked for: what shows that it is not the newest that there was. One
        /// that this host remembers is gone from the store, or one that is there cannot be read.
        package let outdated: [Finding]
        /// Where the newest was asked for: the complete ones before it, newest first.
        let earlier: [StoredManifest]

        /// Whether someone whom the host believes signed it.
        package var isTrusted: Bool { stored.isTrusted }

        /// How many complete snapshots there are, where the newest was asked for.
        var completeCount: Int { 1 + Set(earlier.map(\.manifest.sequence)).count }

        /// A complete snapshot before it.
        ///
        /// - Parameter generation: how many to go back; 0 for itself.
        /// - Returns: nil if there are not so many.
        /// - Throws: ``RecoveryError/ambiguous(_:_:)`` if several have the number.
        func before(_ generation: Int) throws(RecoveryError) -> StoredManifest? {
            guard generation > 0 else {
                return stored
            }
            let sequences = Set(earlier.map(\.manifest.sequence)).sorted(by: >)
            guard generation <= sequences.count else {
                return nil
            }
            let sequence = sequences[generation - 1]
            let found = earlier.filter { $0.manifest.sequence == sequence }
            guard found.count < 2 else {
                throw .ambiguous("generation \(generation)", found.map(\.name).sorted())
            }
            return found.first
        }
    }

    /// Finds a snapshot.
    ///
    /// - Parameters:
    ///   - text: what the operator typed.
    ///   - identities: to learn the names of sets that this host does not know.
    /// - Returns: the snapshot in the first store that has it; of an id, the only one.
    /// - Throws: ``RecoveryError/noSuchSnapshot(_:hint:)``; ``RecoveryError/ambiguous(_:_:)`` if
    ///   several have the number; ``RepositoryError``; ``OpeningError`` if a set's name could not
    ///   be read.
    package func find(
        _ text: String,
        with identities: borrowing AgeIdentities
    ) throws -> Found {
        let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            return try find(idPrefix: text)
        }
        var refusal = refusal
        for repository in repositories {
            let history = try History(of: repository.store, trusting: signers)
            let name = String(parts[0])
            let sets = try sets(named: name, history, repository, identities, &refusal)
            guard sets.count < 2 else {
                throw RecoveryError.noSuchSnapshot(
                    text,
                    hint: "\(sets.count) sets are called \(name), such as of a host that lost its "
                        + "state; look with `toride snapshots` and give the snapshot's id"
                )
            }
            if let set = sets.first,
                let stored = try Self.pick(text, of: history.manifests[set] ?? [])
            {
                let isNewest = parts[1] == "latest"
                return Found(
                    stored: stored,
                    repository: repository,
                    outdated: isNewest ? try outdated(stored, history) : [],
                    earlier: isNewest ? earlier(stored, history) : []
                )
            }
        }
        if let refusal {
            // The set may be there, under a name that could not be read.
            throw refusal
        }
        throw RecoveryError.noSuchSnapshot(
            text,
            hint: "look with `toride snapshots`; SET@latest is the newest complete one"
        )
    }

    private func find(idPrefix text: String) throws -> Found {
        var found: [Found] = []
        for repository in repositories where text.utf8.count >= 6 {
            let history = try History(of: repository.store, trusting: signers)
            found += history.manifests.values.joined()
                .filter { $0.name.hex.hasPrefix(text) }
                .map { Found(stored: $0, repository: repository, outdated: [], earlier: []) }
        }
        // The same in several stores is one, and taken from the first.
        guard let only = found.first, Set(found.map(\.stored.name)).count == 1 else {
            if found.isEmpty, let refusal {
                throw refusal
            }
            let hint =
                found.isEmpty
                ? "SET@latest, SET@SEQ, or at least six digits of an id from `toride snapshots`"
                : "more than one id begins so; type more of it"
            throw RecoveryError.noSuchSnapshot(text, hint: hint)
        }
        return only
    }

    private func outdated(_ newest: StoredManifest, _ history: History) throws -> [Finding] {
        let ref = newest.manifest.ref
        let unread = history.findings.filter { finding in
            finding.breaks.contains { $0.set == ref.set && $0.sequence > ref.sequence }
        }
        return unread
            + Chain.freshness(
                of: ref.set,
                history.manifests[ref.set] ?? [],
                unread: history.unread[ref.set] ?? [],
                heads: try remembered(ref.set).union(signers.heads(of: ref.set))
                    .sorted { $0.sequence < $1.sequence }
            )
    }

    private func remembered(_ set: SetID) throws -> Set<Head> {
        remembersNothing ? [] : Set(try site.heads(of: set))
    }

    private func earlier(_ newest: StoredManifest, _ history: History) -> [StoredManifest] {
        Self.candidates(history.manifests[newest.manifest.set] ?? [])
            .filter { $0.manifest.complete && $0.manifest.sequence < newest.manifest.sequence }
            .reversed()
    }

    /// Whoever can write into the store, and knows the recipients, can put a snapshot of his own
    /// there: it counts only where nobody is believed, and one of a signer who is known and may not
    /// sign it never.
    private static func candidates(_ manifests: [StoredManifest]) -> [StoredManifest] {
        let believed = manifests.filter(\.isTrusted)
        return believed.isEmpty ? manifests.filter { !$0.isRefused } : believed
    }

    /// `latest` is the newest complete one.
    ///
    /// - Parameters:
    ///   - text: `SET@latest` or `SET@SEQ`.
    ///   - manifests: those of the set, rising by number.
    /// - Returns: the only one of its number; nil if there is none.
    /// - Throws: ``RecoveryError/ambiguous(_:_:)``: which of two is the right one is not ours to
    ///   say.
    private static func pick(
        _ text: String,
        of manifests: [StoredManifest]
    ) throws(RecoveryError) -> StoredManifest? {
        let wanted = text.drop { $0 != "@" }.dropFirst()
        let sequence = UInt64(wanted)
        guard sequence != nil || wanted == "latest" else {
            return nil
        }
        let found = candidates(manifests).meant(by: sequence)
        guard found.count < 2 else {
            throw .ambiguous(text, found.map(\.name).sorted())
        }
        return found.first
    }

    /// A set's id as the host knows it; on another machine the sealed roots tell the names. Sets of
    /// believed signers stand before all others of their name.
    ///
    /// - Parameters:
    ///   - name: as the operator typed it.
    ///   - history: the manifests of `repository`.
    ///   - repository: where roots are read.
    ///   - identities: open the roots.
    ///   - refusal: gets why a root told no name: a key that does not fit, damage.
    /// - Returns: one set, or several of the name; none if no root that could be opened has it.
    /// - Throws: ``HostStateError`` if the host's own memory cannot be read.
    private func sets(
        named name: String,
        _ history: History,
        _ repository: Repository,
        _ identities: borrowing AgeIdentities,
        _ refusal: inout (any Error)?
    ) throws -> [SetID] {
        if !remembersNothing, let id = try site.setID(named: name) {
            return [id]
        }
        var believed: [SetID] = []
        var others: [SetID] = []
        for (set, manifests) in history.manifests.sorted(by: { $0.key < $1.key }) {
            let newest =
                manifests.last(where: \.isTrusted) ?? manifests.last { !$0.isRefused }
            guard let newest else {
                continue
            }
            do {
                let opened = try OpenedSnapshot(newest, in: repository, with: identities)
                guard opened.root.setName == name else {
                    continue
                }
                if newest.isTrusted {
                    believed.append(set)
                } else {
                    others.append(set)
                }
            } catch {
                refusal = error
            }
        }
        return believed.isEmpty ? others : believed
    }
}
