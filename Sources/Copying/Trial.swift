package import Model
package import ObjectStore

/// What is tried against a store, by whom (docs/decisions/0019).
package enum Trial: Hashable, Sendable {
    /// What a thief tries who has this host's own credentials.
    case attack(Attack)
    /// To get into an area of somebody else's.
    case trespass(Stranger)
    /// To find the owner of another bucket, or everybody, among those who may enter an area.
    case owners(Stranger)
    /// To connect to a store from a network that is to be kept apart from it.
    case reach(from: String, target: NetworkAddress)

    /// What is tried by others than this host; the raw value is its name.
    package enum Kind: String, Hashable, Sendable {
        /// ``Trial/trespass(_:)``.
        case trespass
        /// ``Trial/owners(_:)``.
        case owners
        /// ``Trial/reach(from:target:)``.
        case reach
    }

    /// Whoever has no business in an area.
    package enum Stranger: Hashable, Sendable {
        /// Who asks without credentials.
        case anyone
        /// Who has the credentials of another store, by its name.
        case store(String)

        /// `anyone`, or `store NAME`.
        package var name: String {
            switch self {
            case .anyone: "anyone"
            case .store(let name): "store \(name)"
            }
        }
    }

    /// What it is called in records and findings.
    package var name: String {
        switch self {
        case .attack(let attack): attack.rawValue
        case .trespass: Kind.trespass.rawValue
        case .owners: Kind.owners.rawValue
        case .reach: Kind.reach.rawValue
        }
    }

    /// Who tries it; nil for this host.
    package var by: String? {
        switch self {
        case .attack: nil
        case .trespass(let stranger), .owners(let stranger): stranger.name
        case .reach(let from, _): from
        }
    }

    /// What it is tried on, where that is not the store as it is configured: an address.
    package var target: String? {
        if case .reach(_, let target) = self { target.description } else { nil }
    }
}
