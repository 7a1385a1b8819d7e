package import Clinical

extension Configuration {
    /// That what one set of a group speaks of is what another holds.
    package struct GroupJoin: Hashable, Sendable {
        /// What they are joined by.
        package enum Key: String, Hashable, Sendable, CaseIterable {
            /// Patients' numbers.
            case patients
            /// Imaging studies, by their UID.
            case studies
        }

        /// Where the keys of one side come from.
        package enum Side: Hashable, Sendable {
            /// A clinical store of a set of files.
            case store(set: String, ClinicalFormat)
            /// The first column of a query to a restored database.
            case query(set: String, String)

            /// The set's name.
            package var set: String {
                switch self {
                case .store(let set, _), .query(let set, _): set
                }
            }
        }

        /// What they are joined by.
        package let key: Key
        /// Whose keys must be known.
        package let inner: Side
        /// Where they must be.
        package let outer: Side
        /// How many keys have never been known; more than that is wrong.
        package let unknownMax: Int
    }
}
