import Model
import Repository

/// A snapshot whose keys and indexes are open.
struct DeepSnapshot {
    let stored: StoredManifest
    /// Of each account of a pack, whether an index of the snapshot gives it and the snapshot needs
    /// the pack.
    let isSeen: [Bool]
}
