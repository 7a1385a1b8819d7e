import Format
package import Repository

/// A snapshot as an operator names it who has no key at hand: `SET@latest` or `SET@SEQ`.
package struct SnapshotName: Hashable, Sendable, CustomStringConvertible {
    /// The set's name, or its id.
    package let set: String
    /// The number; nil for the newest complete one.
    package let sequence: UInt64?

    /// Reads what was typed; nil if it names no snapshot.
    package init?(_ text: String) {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, let set = parts.first, let word = parts.last, !set.isEmpty else {
            return nil
        }
        self.set = String(set)
        guard word != "latest" else {
            sequence = nil
            return
        }
        guard let number = UInt64(word), number > 0 else {
            return nil
        }
        sequence = number
    }

    /// As it is typed.
    package var description: String {
        "\(set)@\(sequence.map { "\($0)" } ?? "latest")"
    }
}

extension [StoredManifest] {
    /// Of one set's, which rise by number, those of one number: several if their history is
    /// forked.
    ///
    /// - Parameter sequence: the number; nil for that of the newest complete one.
    /// - Returns: none if there is no such.
    package func meant(by sequence: UInt64?) -> [StoredManifest] {
        let number = sequence ?? last { $0.manifest.complete }?.manifest.sequence
        return filter { $0.manifest.sequence == number }
    }
}
