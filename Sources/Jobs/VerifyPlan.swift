import Catalog
import Configuration
package import Format
import LocalStore
package import Model
package import ObjectStore
import Repository
import S3Store
package import Verification
package import Workers

/// What a verification looks at and compares with: stores, sets, signers, and every head that
/// anyone remembers.
package struct VerifyPlan: Sendable {
    /// One store, and what is asked of it.
    package struct Part: Sendable {
        /// Its name in the configuration; nil of a folder.
        let name: String?
        /// Where the objects lie.
        package let store: any ObjectStore
        /// What the verifier is asked.
        package let request: Verifier.Request

        /// How the store is called in findings, and in the catalog.
        package var place: String { store.place }
    }

    /// A store that cannot be opened, and why: of it nothing is proven.
    package struct Absence: Sendable {
        /// Its name in the configuration.
        package let store: String
        /// Why.
        package let error: any ToldError
    }

    let site: Site?
    private let folder: String?
    private let copy: String?
    private let signers: TrustedSigners
    private let wanted: Set<SetID>
    /// As this host remembers them, and as the operator does.
    private let heads: (own: [SetID: [Head]], asked: [SetID: [Head]])
    private let requiresFreshness: Bool
    private let limit: RateLimit?

    /// Puts a plan together.
    ///
    /// - Parameters:
    ///   - site: the configured site; nil with a folder.
    ///   - folder: a repository's folder, in place of a configuration.
    ///   - copy: only this store of the site.
    ///   - sets: names or ids; empty for all.
    ///   - signers: pins beside those of the site.
    ///   - heads: `SET=SEQ:HASH`, beside what this host remembers.
    ///   - requiresFreshness: whether a set without a remembered head is a doubt.
    ///   - limit: on what is read of all stores together; nil for none.
    /// - Throws: ``PlanError``, ``RequestError``, ``SiteError`` for what was asked;
    ///   ``CatalogError``, ``HostStateError`` if what is remembered cannot be read.
    package init(
        site: Site?,
        at folder: String? = nil,
        copy: String? = nil,
        sets: [String] = [],
        signers: [SignerPin] = [],
        heads: [String] = [],
        requiresFreshness: Bool = false,
        limit: RateLimit? = nil
    ) throws {
        self.limit = limit
        self.site = site
        self.folder = folder
        self.copy = copy
        self.requiresFreshness = requiresFreshness
        var asked: [SetID: [Head]] = [:]
        for text in heads {
            let expected = try ExpectedHead(text)
            asked[try SetID(expected.set, of: site), default: []].append(expected.head)
        }
        self.heads = (try site.map { try $0.heads() } ?? [:], asked)
        wanted = Set(try sets.map { try SetID($0, of: site) })
        guard site != nil || !signers.isEmpty else {
            throw RequestError.noSigner
        }
        self.signers = try site?.signers(signers) ?? TrustedSigners(pins: signers)
    }

    /// The stores to be read, those left out that hold none of the wanted sets, and those of media
    /// at which none is mounted.
    ///
    /// - Returns: those that can be opened, and those that cannot, which keep nobody from verifying
    ///   the others.
    /// - Throws: ``PlanError/nowhere(_:)``; what a store throws that was named, or if none can be
    ///   opened; ``CatalogError``, ``HostStateError``.
    package func parts() throws -> (parts: [Part], absent: [Absence]) {
        if let folder {
            let store = limited(try LocalStore(name: "folder", root: folder))
            let request = request(of: heads.own) { _ in true }
            return ([Part(name: nil, store: store, request: request)], [])
        }
        guard let site else {
            return ([], [])
        }
        let places = try places(site)
        var parts: [Part] = []
        var absent: [Absence] = []
        for store in try site.storesHere(named: copy) {
            do {
                if let part = try self.part(store, places, site) {
                    parts.append(part)
                }
            } catch let error as any ToldError where VerifyPlan.isOfStore(error) && copy == nil {
                absent.append(Absence(store: store.name, error: error))
            }
        }
        // Else nothing would be read, and nothing be found wrong with it.
        guard !parts.isEmpty else {
            throw absent.first?.error ?? PlanError.nowhere(copy ?? "")
        }
        return (parts, absent)
    }

    /// What is to be read of one store; nil if nothing is.
    private func part(
        _ store: Configuration.Store,
        _ places: [SetID: Set<String>],
        _ site: Site
    ) throws -> Part? {
        let lies = { (set: SetID) in places[set].map { $0.contains(store.name) } }
        guard wanted.isEmpty || wanted.contains(where: { lies($0) ?? true }) else {
            return nil
        }
        // Of a medium that is not what it says nothing is read in another's name.
        _ = try MediaVisit.medium(in: store, of: site)
        let request = request(of: try remembered(in: store, site), where: lies)
        return Part(name: store.name, store: limited(try site.open(store)), request: request)
    }

    /// Whether an error is of one store alone.
    private static func isOfStore(_ error: any Error) -> Bool {
        error is StoreError || error is RepositoryError || error is MediaError
            || error is S3CredentialsError
    }

    /// Begins the time that the verification spends with media that are mounted.
    ///
    /// - Parameters:
    ///   - parts: what is going to be verified.
    ///   - now: the host's clock.
    /// - Returns: what has to be ended; nil without a site, whose catalog keeps it.
    /// - Throws: as ``MediaVisit/init(_:stores:now:)``.
    package func visit(
        to parts: [Part],
        now: @escaping @Sendable () -> Timestamp
    ) throws -> MediaVisit? {
        try site.map { site in
            let stores = parts.compactMap(\.name).compactMap(site.configuration.store(named:))
            return try MediaVisit(site, stores: stores, now: now)
        }
    }

    private func limited(_ store: any ObjectStore) -> any ObjectStore {
        limit.map { RateLimitedStore(store, $0) } ?? store
    }

    /// In which stores the configured sets lie; with one store alone all that is remembered does.
    private func places(_ site: Site) throws -> [SetID: Set<String>] {
        let stores = try site.stores(named: copy).map(\.name)
        var places: [SetID: Set<String>] = [:]
        if stores.count == 1 {
            places = heads.own.mapValues { _ in Set(stores) }
        }
        for set in site.configuration.sets {
            if let id = try site.setID(named: set.name) {
                places[id] = Set(set.stores)
            }
        }
        return places
    }

    /// How far each set has to be in a store: in its first one as far as it was backed up, in one
    /// with copies as far as it was ever copied there.
    private func remembered(
        in store: Configuration.Store,
        _ site: Site
    ) throws -> [SetID: [Head]] {
        var remembered = heads.own
        let place = try site.presentPlace(of: store)
        for set in site.configuration.sets where set.stores.first != store.name {
            if let id = try site.setID(named: set.name) {
                let head = try site.catalog().copiedHead(of: id, in: place)
                remembered[id] = head.map { [$0] }
            }
        }
        return remembered
    }

    /// What is asked of one store.
    ///
    /// - Parameters:
    ///   - own: the newest that this host remembers there.
    ///   - lies: whether a set lies there; nil where nobody says. What the operator names is then
    ///     looked for, what only this host remembers is not.
    /// - Returns: what the verifier is asked.
    private func request(
        of own: [SetID: [Head]],
        where lies: (SetID) -> Bool?
    ) -> Verifier.Request {
        var expected: [SetID: [Head]] = [:]
        for (set, remembered) in own where lies(set) ?? false {
            expected[set] = remembered
        }
        for (set, asked) in heads.asked where lies(set) ?? true {
            expected[set, default: []] += asked
        }
        return Verifier.Request(
            signers: signers,
            sets: wanted.isEmpty ? nil : wanted.filter { lies($0) ?? true },
            heads: expected,
            requiresFreshness: requiresFreshness
        )
    }
}

extension SetID {
    /// Reads what an operator typed: a set's name where a site knows it, or its id.
    ///
    /// - Parameters:
    ///   - text: as he typed it.
    ///   - site: knows names; nil where there is no configuration.
    /// - Throws: ``PlanError/set(_:known:)``, ``RequestError/set(_:)`` for anything else.
    package init(_ text: String, of site: Site?) throws {
        guard let site else {
            try self.init(typed: text)
            return
        }
        if let id = RandomID(hex: text) {
            self.init(id)
            return
        }
        guard let id = try site.setID(named: text) else {
            throw PlanError.set(text, known: try site.setNames().values.sorted())
        }
        self = id
    }
}
