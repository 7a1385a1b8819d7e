/// A store as an attacker sees it who has stolen this host's credentials. Only `toride copy attack`
/// and tests reach it, on an object that was made for it.
package protocol AttackableStore: ObjectStore {
    /// Tries to harm an object by the credentials that the store has.
    ///
    /// - Parameters:
    ///   - attack: what is tried.
    ///   - key: the object, which must be there.
    /// - Returns: what the store answered; whether harm was done is for the caller to look at.
    /// - Throws: ``StoreError`` if the store gave no answer.
    func attempt(_ attack: Attack, on key: String) throws(StoreError) -> AttackAnswer

    /// Takes back what an attack on the whole store did.
    ///
    /// - Parameter attack: one that concerns the store (``Attack/concernsStore``), just done.
    /// - Throws: ``StoreError`` if it could not be taken back.
    func undo(_ attack: Attack) throws(StoreError)
}

extension AttackableStore {
    /// Has nothing to take back: in most stores no attack concerns all of them.
    package func undo(_ attack: Attack) throws(StoreError) {}
}

/// What an attacker tries.
package enum Attack: String, Hashable, Sendable, CaseIterable {
    /// To remove the object as anyone would.
    case delete
    /// To remove its very version.
    case deleteVersion = "delete-version"
    /// To remove its very version in a list of many.
    case deleteInBatch = "delete-in-batch"
    /// To remove its very version by the right to bypass a weak lock.
    case bypass
    /// To write other bytes under its name.
    case overwrite
    /// To let its lock end sooner.
    case shortenLock = "shorten-lock"
    /// To turn its strong lock into a weak one.
    case weakenLock = "weaken-lock"
    /// To take its lock away.
    case removeLock = "remove-lock"
    /// To say that no legal hold keeps it. None does, but who may say so may lift any.
    case liftHold = "lift-hold"
    /// To let the whole store keep no more versions.
    case suspendVersions = "suspend-versions"
    /// To let the whole store lock nothing any more.
    case disableLocks = "disable-locks"

    /// Whether it harms every object of the store, and not one.
    package var concernsStore: Bool { self == .suspendVersions || self == .disableLocks }
}

/// What a store says to an attack.
package enum AttackAnswer: Hashable, Sendable {
    /// It did as it was told.
    case done
    /// It refused; the store's own word for why, as `403 AccessDenied`.
    case refused(String)
    /// Nothing was to be done but to look; what was seen, as `apart`.
    case told(String)
    /// The attack does not exist in this kind of store.
    case notApplicable
}
