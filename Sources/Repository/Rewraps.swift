package import Format
package import Model
package import ObjectStore

/// The rewraps that lie in a store.
package struct Rewraps: Sendable {
    /// A rewrap and whether someone who is believed signed it.
    package struct Stored: Sendable {
        /// What it says.
        package let rewrap: Rewrap
        /// Whether its signer is believed in it.
        package let isTrusted: Bool
        /// Its number in its signer's chain.
        fileprivate let sequence: UInt64
    }

    /// All that could be read: the newer of a signer after the older.
    package let stored: [Stored]
    /// Whether all could be read that are there. What could not is told by a verification.
    package let areAllRead: Bool

    /// Reads them.
    ///
    /// - Parameters:
    ///   - store: where.
    ///   - signers: whose are trusted.
    /// - Throws: ``RepositoryError/store(_:)`` if the store does not tell what it has.
    package init(
        of store: any ObjectStore,
        trusting signers: TrustedSigners = TrustedSigners([])
    ) throws(RepositoryError) {
        self.init(try RecordChains(of: store, kind: .rewrap, trusting: signers))
    }

    /// Takes those among records.
    package init(_ records: RecordChains) {
        var stored: [Stored] = []
        var areAllRead = true
        for chain in records.chains where chain.kind == .rewrap {
            areAllRead = areAllRead && chain.unread.isEmpty
            for record in chain.records {
                guard let rewrap = record.statement.flatMap({ try? Rewrap($0) }) else {
                    areAllRead = false
                    continue
                }
                stored.append(
                    Stored(
                        rewrap: rewrap,
                        isTrusted: record.isTrusted,
                        sequence: record.stored.sequence
                    )
                )
            }
        }
        self.stored = stored.sorted { $0.sequence < $1.sequence }
        self.areAllRead = areAllRead
    }

    /// Objects that may seal a key of a set, the newest first.
    package func objects(for key: KeyID, of set: SetID) -> [ObjectRef] {
        stored.reversed().filter { $0.rewrap.set == set }.compactMap { $0.rewrap.objects[key] }
    }

    /// What may stand for the keys of a set where nobody can look into them: what trusted signers
    /// sealed to all of `recipients`, the newest of each.
    package func trusted(of set: SetID, to recipients: [String]) -> [KeyID: ObjectRef] {
        stored.filter { stored in
            stored.isTrusted && stored.rewrap.set == set
                && Set(stored.rewrap.recipients).isSuperset(of: recipients)
        }
        .reduce(into: [:]) { $0.merge($1.rewrap.objects) { _, newer in newer } }
    }
}
