import Catalog
import Format
import HostState
import LocalStore
package import Model
package import ObjectStore
import Repository
package import Verification

/// What a verification looks at and compares with: stores, sets, signers, and every head that
/// anyone remembers.
package struct VerifyPlan: Sendable {
    /// What the verifier is asked.
    package let request: Verifier.Request
    private let site: Site?
    private let folder: String?
    private let copy: String?

    /// Puts a plan together.
    ///
    /// - Parameters:
    ///   - site: the configured site; nil with `at`.
    ///   - at: a repository's folder, in place of a configuration.
    ///   - copy: only this store of the site.
    ///   - sets: names or ids; empty for all.
    ///   - signers: public keys beside the host's own.
    ///   - heads: `SET=SEQ:HASH`, beside what the catalog remembers.
    ///   - requiresFreshness: whether a set without a remembered head is a doubt.
    package init(
        site: Site?,
        at folder: String? = nil,
        copy: String? = nil,
        sets: [String] = [],
        signers: [String] = [],
        heads: [String] = [],
        requiresFreshness: Bool = false
    ) throws {
        self.site = site
        self.folder = folder
        self.copy = copy
        var remembered = try site.map { try VerifyPlan.catalogHeads($0) } ?? [:]
        for text in heads {
            let (set, head) = try VerifyPlan.head(text, site)
            remembered[set, default: []].append(head)
        }
        let wanted = try sets.map { try VerifyPlan.setID($0, site) }
        let believed = try site?.signers(signers) ?? VerifyPlan.strangers(signers)
        request = Verifier.Request(
            signers: believed,
            sets: wanted.isEmpty ? nil : Set(wanted),
            heads: remembered,
            requiresFreshness: requiresFreshness
        )
    }

    /// The stores to be read.
    package func stores() throws -> [any ObjectStore] {
        if let folder {
            return [try LocalStore(name: "folder", root: folder)]
        }
        guard let site else {
            return []
        }
        return try site.stores(named: copy).map { try site.open($0) }
    }

    /// Writes the report into the site's catalog.
    package func remember(
        _ report: VerificationReport,
        in store: any ObjectStore,
        started: Timestamp,
        finished: Timestamp
    ) throws {
        guard let site else {
            return
        }
        try site.catalog().record(
            report,
            store: store.place,
            started: started,
            finished: finished,
            heads: request.heads
        )
    }

    // MARK: - Reading what the operator typed

    private static func catalogHeads(_ site: Site) throws -> [SetID: [Head]] {
        let catalog = try site.catalog()
        var heads: [SetID: [Head]] = [:]
        for name in try site.state.setNames() {
            if let set = try site.state.id(of: name), let head = try catalog.head(of: set) {
                heads[set] = [Head(sequence: head.sequence, name: head.name)]
            }
        }
        return heads
    }

    private static func head(_ text: String, _ site: Site?) throws -> (SetID, Head) {
        let sides = text.split(separator: "=", maxSplits: 1)
        let parts = sides.last?.split(separator: ":") ?? []
        guard sides.count == 2, parts.count == 2, let sequence = UInt64(parts[0]), sequence > 0,
            let hash = Digest(hex: parts[1])
        else {
            throw PlanError.head(text)
        }
        return (
            try setID(String(sides[0]), site),
            Head(sequence: sequence, name: ObjectName(hash))
        )
    }

    private static func setID(_ text: String, _ site: Site?) throws -> SetID {
        if let id = RandomID(hex: text) {
            return SetID(id)
        }
        guard let id = try site?.state.id(of: text) else {
            throw PlanError.set(text, known: try site?.state.setNames().sorted() ?? [])
        }
        return id
    }

    private static func strangers(_ signers: [String]) throws -> TrustedSigners {
        guard !signers.isEmpty else {
            throw PlanError.noSigner
        }
        guard let trusted = TrustedSigners(hexadecimal: signers) else {
            throw SiteError.signer(signers.joined(separator: ", "))
        }
        return trusted
    }
}

/// What is wrong with what the operator asked to be verified.
package enum PlanError: ToldError, Equatable {
    /// Not `SET=SEQ:HASH`.
    case head(String)
    /// Neither an id nor the name of a set that was ever backed up here.
    case set(String, known: [String])
    /// Nobody's signature would be believed.
    case noSigner

    package var description: String {
        switch self {
        case .head(let text): "\(text) is not SET=SEQ:HASH"
        case .set(let text, _): "\(text) is no set that was backed up from here"
        case .noSigner: "no signer is named, so no manifest could be believed"
        }
    }

    package var hint: String {
        switch self {
        case .head: "such as ehr-db=12:6f0c…, with all 64 digits, as `toride verify` prints it"
        case .set(_, let known):
            "name "
                + (known.isEmpty ? "" : "one of \(known.joined(separator: ", ")), or ")
                + "a set's id, 32 hexadecimal digits"
        case .noSigner: "give --signer with the public key that `toride init` printed"
        }
    }

    package var exitCode: ExitCode { .usage }
}
