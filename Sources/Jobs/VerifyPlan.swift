import Catalog
import Configuration
package import Format
import HostState
import LocalStore
package import Model
package import ObjectStore
import Repository
package import Verification
package import Workers

/// What a verification looks at and compares with: stores, sets, signers, and every head that
/// anyone remembers.
package struct VerifyPlan: Sendable {
    /// One store, and what is asked of it.
    package struct Part: Sendable {
        /// Where the objects lie.
        package let store: any ObjectStore
        /// What the verifier is asked.
        package let request: Verifier.Request
    }

    private let site: Site?
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

    /// The stores to be read, those left out that hold none of the wanted sets.
    package func parts() throws -> [Part] {
        if let folder {
            let store = try LocalStore(name: "folder", root: folder)
            return [Part(store: limited(store), request: request { _ in true })]
        }
        guard let site else {
            return []
        }
        let places = try places(site)
        let parts = try site.stores(named: copy).compactMap { store -> Part? in
            let request = request { places[$0].map { $0.contains(store.name) } }
            guard request.sets != [] else {
                return nil
            }
            return Part(store: limited(try site.open(store)), request: request)
        }
        // Else nothing would be read, and nothing be found wrong with it.
        guard !parts.isEmpty else {
            throw PlanError.nowhere(copy ?? "")
        }
        return parts
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

    /// What is asked of one store.
    ///
    /// - Parameter lies: whether a set lies there; nil where nobody says. What the operator names
    ///   is then looked for, what only this host remembers is not.
    /// - Returns: what the verifier is asked.
    private func request(where lies: (SetID) -> Bool?) -> Verifier.Request {
        var expected: [SetID: [Head]] = [:]
        for (set, remembered) in heads.own where lies(set) ?? false {
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

    /// Signs the report, stores it beside what was verified, and writes it into the site's catalog.
    ///
    /// - Returns: that it could not be stored, if so: a medium may be read-only; and the sets whose
    ///   next backup begins an epoch.
    package func remember(
        _ report: VerificationReport,
        of part: Part,
        started: Timestamp,
        finished: Timestamp
    ) throws -> (findings: [Finding], distrusted: [String]) {
        guard let site else {
            return ([], [])
        }
        var findings: [Finding] = []
        var row = VerificationRow(
            report,
            store: part.store.place,
            started: started,
            finished: finished,
            sets: part.request.sets ?? Set(part.request.heads.keys)
        )
        do {
            let repository = try Repository(opening: part.store)
            row.recordKey = try SignedHistory(of: site).append(row, in: repository)
        } catch let error as RepositoryError {
            findings.append(
                Finding(
                    .recordNotStored,
                    .named("verification"),
                    evidence: ["reason": error.description]
                )
            )
        }
        try site.catalog().record(verification: row)
        let distrusted = try rememberDamage(report, of: part, sets: row.sets, site)
        return (findings, distrusted)
    }

    /// Tells the next backups what they must not stand on. Damage of a copy in another store says
    /// nothing about the one that they add to.
    ///
    /// - Returns: the sets that are not believed any more.
    private func rememberDamage(
        _ report: VerificationReport,
        of part: Part,
        sets: Set<SetID>,
        _ site: Site
    ) throws -> [String] {
        var distrusted: [String] = []
        for set in site.configuration.sets {
            guard let id = try site.setID(named: set.name), sets.contains(id),
                site.place(of: set) == part.store.place
            else {
                continue
            }
            let names = report.damagedObjects(of: id)
            try site.state.remember(damaged: names, of: set.name)
            if let epoch = report.deep?.falseEpochs[id],
                try site.state.distrust(set.name, epoch: epoch)
            {
                distrusted.append(set.name)
            }
        }
        return distrusted
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

/// What is wrong with what the operator asked to be verified.
package enum PlanError: ToldError, Equatable {
    /// Neither an id nor the name of a set that was ever backed up here.
    case set(String, known: [String])
    /// The store that was named holds none of the sets that were named.
    case nowhere(String)
    /// Another verification of the same is under way.
    case busy(String)

    package var description: String {
        switch self {
        case .set(let text, _): "\(text) is no set that was backed up from here"
        case .nowhere(let store): "store \(store) holds none of the named sets"
        case .busy(let place): "\(place): another verification is under way"
        }
    }

    package var hint: String {
        switch self {
        case .busy: "wait for it, or begin another without --resume"
        case .nowhere: "look under stores: of the sets, or leave out --copy"
        case .set(_, let known):
            "name "
                + (known.isEmpty ? "" : "one of \(known.joined(separator: ", ")), or ")
                + "a set's id, 32 hexadecimal digits"
        }
    }

    package var exitCode: ExitCode { .usage }
}
