/// How far the copies of a set are as the rule 3-2-1-1-0 asks: three copies, on two kinds of place,
/// one of them away, one offline or unchangeable, and none with errors (CISA's 3-2-1, as Veeam and
/// others carried it on). Counted from what was verified; which kind a place is, and whether it is
/// *away*, is what the configuration declares.
package struct CopyScore: Hashable, Sendable {
    /// What kind of place a copy lies in.
    package enum Kind: Hashable, Sendable {
        /// A folder that is always there.
        case folder
        /// A bucket of an S3 service.
        case bucket
        /// Media that come and go.
        case medium
    }

    /// A place of the set, the first store among them, and what is known of it.
    package struct Place: Hashable, Sendable {
        /// What kind it is.
        package let kind: Kind
        /// Whether its newest whole snapshot is the set's newest.
        package let isNewest: Bool
        /// Whether all that lies there was read within its deadline.
        package let isRead: Bool
        /// Whether the hospital says that it is elsewhere, or a service of others.
        package let isAway: Bool
        /// Whether it was seen to be detached, or attacked without success.
        package let resists: Bool
        /// Whether something was damaged when it was last read.
        package let isDamaged: Bool

        /// States what is known.
        package init(
            kind: Kind,
            isNewest: Bool,
            isRead: Bool,
            isAway: Bool,
            resists: Bool,
            isDamaged: Bool
        ) {
            self.kind = kind
            self.isNewest = isNewest
            self.isRead = isRead
            self.isAway = isAway
            self.resists = resists
            self.isDamaged = isDamaged
        }

        /// What is behind, unread or damaged is no copy.
        fileprivate var counts: Bool { isNewest && isRead && !isDamaged }
    }

    /// Places that hold the set's newest snapshot whole and were read in time.
    package let copies: Int
    /// Kinds of place among these.
    package let kinds: Int
    /// Those that are declared to be away.
    package let away: Int
    /// Those that are offline, or resisted an attack.
    package let resisting: Int
    /// Places with damage, whether they count or not.
    package let damaged: Int

    /// Counts.
    package init(_ places: [Place]) {
        let counted = places.filter(\.counts)
        copies = counted.count
        kinds = Set(counted.map(\.kind)).count
        away = counted.filter(\.isAway).count
        resisting = counted.filter(\.resists).count
        damaged = places.filter(\.isDamaged).count
    }

    /// The five numbers, as `2-1-0-0-0`.
    package var text: String {
        [copies, kinds, away, resisting, damaged].map { "\($0)" }.joined(separator: "-")
    }

    /// Whether nothing of the rule is lacking.
    package var isFull: Bool {
        copies >= 3 && kinds >= 2 && away >= 1 && resisting >= 1 && damaged == 0
    }
}
