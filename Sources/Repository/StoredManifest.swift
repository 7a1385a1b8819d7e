package import Format
package import Model

/// A manifest as it lies in a store, with what its signature is worth.
package struct StoredManifest: Hashable, Sendable {
    /// What it says; of a signer who is not believed, only what he says.
    package let manifest: Manifest
    /// SHA-256 of the envelope's stored bytes.
    package let name: ObjectName
    /// What its signatures are worth to whoever looked.
    package let standing: TrustedSigners.Standing

    /// Whether someone who is believed signed it.
    package var isTrusted: Bool {
        if case .trusted = standing { true } else { false }
    }

    /// Whether its signer is known and may not have signed it: it counts nowhere, not even where
    /// nobody is believed.
    package var isRefused: Bool {
        switch standing {
        case .retired, .notEntitled: true
        case .trusted, .unknown, .invalid: false
        }
    }

    /// The manifest's place in the store.
    package var storeKey: String {
        StoreKey.manifest(set: manifest.set, sequence: manifest.sequence, name: name)
    }

    /// What someone remembers of it.
    package var head: Head { Head(sequence: manifest.sequence, name: name) }
}
