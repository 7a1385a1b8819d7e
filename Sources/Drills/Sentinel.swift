package import Model
import Primitives

/// A chart, an order or an image that must come back as the hospital knows it. Only a hash says
/// what is known, so that no patient data stand in a configuration.
package struct Sentinel: Hashable, Sendable {
    /// The level that a drill reaches when all of them hold: DOMAIN §4.2.
    package static let level = 4

    /// How it is asked for.
    package enum Question: Hashable, Sendable {
        /// A query to the restored database of its set.
        case query(String)
        /// A restored file: its path in the snapshot.
        case file([UInt8])
    }

    /// What findings call it, as `PLAN/NAME`.
    package let title: String
    /// The set that has it.
    package let set: String
    /// How it is asked for.
    package let question: Question
    /// SHA-256 of the file, or of the first row as ``digest(ofRow:)`` has it.
    package let digest: Digest

    /// States what must come back.
    package init(title: String, set: String, question: Question, digest: Digest) {
        self.title = title
        self.set = set
        self.question = question
        self.digest = digest
    }

    /// SHA-256 of the columns of a row as text in UTF-8, U+001F between them, NULL as nothing: what
    /// `psql -AtX -F $'\x1f'` prints of the row, without its line feed.
    package static func digest(ofRow columns: [String?]) -> Digest {
        SHA256.hash(Array(columns.map { $0 ?? "" }.joined(separator: "\u{1F}").utf8))
    }
}
