package import Model

extension Configuration {
    /// A chart, an order or an image that must come back as the hospital knows it. Only its hash
    /// stands in the file: no patient data.
    package struct Sentinel: Hashable, Sendable {
        /// How it is asked for.
        package enum Question: Hashable, Sendable {
            /// A query to the restored database of its set.
            case query(String)
            /// A file of its set: an absolute path.
            case file(String)
        }

        /// Its name in the plan.
        package let name: String
        /// The name of its set, one of the plan's.
        package let set: String
        /// How it is asked for.
        package let question: Question
        /// SHA-256 of the file; of a query, of the columns of its first row as text, U+001F between
        /// them.
        package let digest: Digest
    }
}
