/// What a signer may be believed for: manifests, or records of a kind.
package enum SignedKind: Hashable, Comparable, Sendable, CaseIterable {
    /// The manifest of a snapshot.
    case snapshot
    /// A signed record.
    case record(RecordKind)

    /// Every kind: snapshots first, then then the kinds of records in their order.
    package static var allCases: [SignedKind] {
        [.snapshot] + RecordKind.allCases.map { .record($0) }
    }

    /// As signer files and operators spell it: `snapshot`, or the kind of record.
    package var text: String {
        switch self {
        case .snapshot: "snapshot"
        case .record(let kind): kind.rawValue
        }
    }

    /// Reads ``text``; anything else is nil.
    package init?(_ text: some StringProtocol) {
        guard let kind = SignedKind.allCases.first(where: { $0.text == text }) else {
            return nil
        }
        self = kind
    }

    package static func < (one: SignedKind, other: SignedKind) -> Bool {
        one.rank < other.rank
    }

    private var rank: Int { SignedKind.allCases.firstIndex(of: self) ?? 0 }
}
