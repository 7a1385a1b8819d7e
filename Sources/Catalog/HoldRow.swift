package import Model

/// A snapshot that was put under a legal hold in a store.
package struct HoldRow: Hashable, Sendable {
    /// The longest reason, in Unicode scalars: it must fit on a line or two.
    package static let reasonCharactersMax = 200

    /// The set.
    package var set: SetID
    /// Which snapshot of it.
    package var head: Head
    /// Where it is held: the store's name and place.
    package var store: String
    /// Why, as the operator said; names no patient, for it is stored beside the backups.
    package var reason: String
    /// When it was held, by the host's clock; whole seconds.
    package var placed: Timestamp
    /// Where the signed record of the hold lies; nil if there is none, or none yet.
    package var recordKey: String?

    /// The snapshot, as findings name it.
    package var snapshot: SnapshotRef { SnapshotRef(set: set, sequence: head.sequence) }

    /// States a hold.
    package init(
        set: SetID,
        head: Head,
        store: String,
        reason: String,
        placed: Timestamp,
        recordKey: String?
    ) {
        self.set = set
        self.head = head
        self.store = store
        self.reason = reason
        self.placed = placed
        self.recordKey = recordKey
    }

    /// Whether a text can be a reason: one line that says something and is not too long.
    package static func isReason(_ text: String) -> Bool {
        let unseen: [Unicode.GeneralCategory] = [
            .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse,
            .unassigned,
        ]
        let scalars = text.unicodeScalars
        return scalars.count <= reasonCharactersMax
            && scalars.contains { !$0.properties.isWhitespace }
            && scalars.allSatisfy { !unseen.contains($0.properties.generalCategory) }
    }
}
